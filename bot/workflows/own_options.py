"""The bot's own options, which commands have beside those of their workflow: which ones fit where. Pure."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from bot.workflows.command_size import room_left
from bot.workflows.discord_rules import MAX_DESCRIPTION, MAX_OPTIONS
from bot.workflows.template import OptionKind
from bot.workflows.workflow import Workflow

MOST_OWN = 5
"""So many of a command's 25 places are taken by them at most."""
_WORDS = 32 + MAX_DESCRIPTION
"""What a name and a description count at most towards the size of a command."""


class OwnOption(StrEnum):
    """In the order in which they are left out last."""

    PRESET = "preset"
    """Values by name, for what the person leaves out."""
    REPEAT = "repeat"
    """So many times, each with a seed of its own."""
    PRIVATE = "private"
    """Status and result are for the requester alone."""
    ALL = "all"
    """Every combination of what the words leave open."""
    IMPROVE = "improve"
    """The words are rewritten for the workflow's model."""
    TRANSLATE = "translate"
    """The words are put into English."""


def own_options(workflow: Workflow, offered: Collection[OwnOption]) -> tuple[OwnOption, ...]:
    """Which of the offered ones the workflow's command gets: those that mean something there and find room."""
    taken = {option.name for option in workflow.options}
    wanted = tuple(OwnOption) if workflow.own_options is None else workflow.own_options
    fitting = [
        each for each in _fitting(workflow) if each in offered and each in wanted and each not in taken
    ]
    places = min(MOST_OWN, MAX_OPTIONS - len(workflow.options), room_left(workflow) // _WORDS)
    return tuple(fitting[: max(0, places)])


def _fitting(workflow: Workflow) -> Iterator[OwnOption]:
    kinds = {option.kind for option in workflow.options}
    for own in OwnOption:
        match own:
            case OwnOption.REPEAT if OptionKind.SEED not in kinds:
                continue
            case OwnOption.ALL if OptionKind.TEXT not in kinds:
                continue
            case OwnOption.IMPROVE | OwnOption.TRANSLATE if workflow.prompt_option is None:
                continue
            case _:
                yield own
