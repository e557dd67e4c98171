"""What is to be done to a person's words before their job is queued, and what was done. Values only."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.texts import Text

UiPath: TypeAlias = tuple[str | int, ...]


class Rewording(Struct, frozen=True):
    """Of one option's words."""

    option: str
    words: str
    """As the graph has them, but for ``added``."""
    targets: tuple[tuple[str, str], ...]
    """Node id and input name of what gets the new words."""
    translate: bool = False
    """Into English; before anything else."""
    improve_for: str | None = None
    """The family of models for which they are to be made better; None: they are not."""
    aside: str = ""
    """What people read behind the words and the graph has elsewhere: LoRAs that were named among them."""
    offers_choices: bool = False
    """Whether braces would be read as choices, were the new words typed: what people read has backslashes then."""
    added: str = ""
    """What the server adds to them, whatever they become."""
    ui_paths: tuple[UiPath, ...] = ()
    """Where the editor's graph has the words: keys and indexes, from the outside in."""


class Reworded(Struct, frozen=True):
    """What a job is to be like with its new words: whole values, to be written together."""

    values: Mapping[str, str]
    typed: Mapping[str, str]
    graph: str
    ui_graph: str | None
    notices: tuple[Text, ...]
    spoiler: bool = False
    review: Text | None = None
    """As of :class:`bot.jobs.job.NewJob`; what the job had of it already stays."""
