"""One thing that a person might set, as one of the ways of looking found it. Values only."""

from msgspec import Struct

from bot.texts import Text
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.template import InputRef, OptionKind


class Candidate(Struct, frozen=True):
    """``None`` leaves the matter to what the others found, to the graph and to the servers."""

    targets: tuple[InputRef, ...]
    role: OptionRole | None = None
    label: str | None = None
    """The author's own word for it."""
    description: str | None = None
    about: Text | None = None
    """What it does here, where that is more than its role says."""
    required: bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    authored: bool = False
    """Somebody chose it, rather than we."""
    is_listed: bool = False
    """It is on the author's own page of the app, which says all that people are to see."""
    advanced: bool = False
    kind: OptionKind | None = None
    slot: int = 0
    """Of LoRAs: which one, counting from 1; slots are numbered, and each is chosen for itself."""
    only_with: tuple[str, ...] = ()
    """The choices under which the input exists, where it does not under all."""
