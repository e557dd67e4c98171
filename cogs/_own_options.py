"""Options that the bot itself adds to the command of a workflow, where there is a place for them. Pure."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discord import app_commands

from bot.client import localised
from bot.generation import MOST_REPEATS, has_seed
from bot.texts import LOCALES, Text, render, text
from bot.workflows import OptionKind, Workflow
from bot.workflows.command_size import room_in
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.template import PromptSyntax

_WEIGHT_FOR_LANGUAGES = 3
"""English, and Chinese in two scripts."""


@dataclass(frozen=True, slots=True)
class OwnOption:
    key: str
    """The callback's parameter."""
    name: Text
    description: Text
    annotation: Any
    offered: Callable[[Workflow], bool]

    @property
    def weight(self) -> int:
        """Characters that it takes of a command, at most."""
        words = [render(each, locale) for each in (self.name, self.description) for locale in LOCALES]
        return sum(map(len, words)) * _WEIGHT_FOR_LANGUAGES

    @property
    def names(self) -> frozenset[str]:
        return frozenset(render(self.name, locale) for locale in LOCALES)


def _leaves_something_open(workflow: Workflow) -> bool:
    syntax = {PromptSyntax.CHOICES, PromptSyntax.WILDCARDS} & workflow.prompt_syntax
    return bool(syntax) and any(option.kind is OptionKind.TEXT for option in workflow.options)


REPEAT = OwnOption(
    "own_repeat",
    text("option-repeat-name"),
    text("option-repeat-description"),
    app_commands.Range[int, 1, MOST_REPEATS],
    has_seed,
)
EVERY = OwnOption(
    "own_every",
    text("option-all-name"),
    text("option-all-description"),
    bool,
    _leaves_something_open,
)
OWN_OPTIONS: Sequence[OwnOption] = (REPEAT, EVERY)


def own_options(workflow: Workflow) -> list[OwnOption]:
    """Those that make sense for the workflow, leave its own options their names, and find room in its command."""
    taken = {name for each in workflow.options for name in (each.name, *each.name_localisations.values())}
    places, room = MAX_OPTIONS - len(workflow.options), room_in(workflow)
    offered: list[OwnOption] = []
    for option in OWN_OPTIONS:
        if option.offered(workflow) and places and option.weight <= room and not option.names & taken:
            offered.append(option)
            places, room = places - 1, room - option.weight
    return offered


def own_parameters(options: Sequence[OwnOption]) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(each.key, inspect.Parameter.KEYWORD_ONLY, annotation=each.annotation, default=None)
        for each in options
    ]


def own_names(options: Sequence[OwnOption]) -> Mapping[str, app_commands.locale_str]:
    return {each.key: localised(each.name) for each in options}


def own_descriptions(options: Sequence[OwnOption]) -> Mapping[str, app_commands.locale_str]:
    return {each.key: localised(each.description) for each in options}
