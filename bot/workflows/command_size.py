"""Keeps a command within the 8,000 characters that Discord allows for names, descriptions and choices together."""

from msgspec.structs import replace

from bot.workflows.discord_rules import MAX_COMMAND, weight
from bot.workflows.workflow import Option, Workflow


def words_of(workflow: Workflow) -> int:
    """What names and descriptions count, choices left aside; options that are not in the command count nothing."""
    parts: tuple[Workflow | Option, ...] = (workflow, *workflow.in_command)
    return sum(
        weight(each.name, each.name_localisations) + weight(each.description, each.description_localisations)
        for each in parts
    )


def fit(workflow: Workflow) -> tuple[Option, ...]:
    """The options, those with the longest lists turned into autocomplete until the rest fits."""
    left = MAX_COMMAND - words_of(workflow)
    suggested: set[str] = set()
    for option in sorted(workflow.in_command, key=_choices_weight):
        left -= _choices_weight(option)
        if left < 0:
            suggested.add(option.name)
    return tuple(
        replace(option, autocomplete=True) if option.name in suggested else option
        for option in workflow.options
    )


def room_left(workflow: Workflow) -> int:
    """How many characters of names, descriptions and choices Discord still takes."""
    return MAX_COMMAND - words_of(workflow) - sum(map(_choices_weight, workflow.in_command))


def _choices_weight(option: Option) -> int:
    """A choice counts twice: as what is shown, and as what is sent."""
    return 0 if option.autocomplete else 2 * sum(map(len, option.choices or ()))
