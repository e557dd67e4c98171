"""What would become of a workflow that somebody brought: options, what the servers lack, what is not allowed. Values only."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from bot.comfy import Phrase
from bot.texts import Text
from bot.workflows.availability import MissingName
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.workflow import Option


class Preview(Struct, frozen=True):
    """By the server that comes closest to running it."""

    name: str
    description: str = ""
    description_localisations: Mapping[str, str] = MappingProxyType({})
    options: tuple[Option, ...] = ()
    """Those that people are asked for, required ones first; of what the server lacks, as the graph's values tell."""
    lacks: tuple[Text, ...] = ()
    """What has to be installed or changed on the server before it can run."""
    missing: tuple[MissingName, ...] = ()
    """Models and other names that another one of the server's can replace."""
    refused: tuple[Text, ...] = ()
    """Why it may not run, whatever is installed."""
    warnings: tuple[Phrase, ...] = ()
    outputs: tuple[str, ...] = ()
    """What the nodes are called that show or save what it makes."""
    has_known_options: bool = True
    """False: which there are shows only on a server that has what it takes to read the workflow."""

    @property
    def in_command(self) -> tuple[Option, ...]:
        """Those that the command has a place for; the others are in the edit form alone."""
        return tuple(option for option in self.options if not option.advanced)[:MAX_OPTIONS]

    @property
    def in_form_alone(self) -> tuple[Option, ...]:
        names = {option.name for option in self.in_command}
        return tuple(option for option in self.options if option.name not in names)

    @property
    def can_run(self) -> bool:
        return not (self.lacks or self.missing or self.refused)
