"""From a workflow's options to the parameters of a slash command. Pure."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.client import localised, localised_by
from bot.jobs.inputs import Area
from bot.texts import Text, render, text
from bot.workflows import Option, OptionKind

LARGEST_INTEGER = 2**53 - 1
MAX_CHOICE = 100
MAX_CHOICES = 25

_FAMILIES = {
    OptionKind.IMAGE: "image",
    OptionKind.MASK: "image",
    OptionKind.VIDEO: "video",
    OptionKind.AUDIO: "audio",
}
_AREAS: Mapping[str, Text] = {
    Area.CENTRE: text("area-centre"),
    Area.LEFT: text("area-left"),
    Area.RIGHT: text("area-right"),
    Area.TOP: text("area-top"),
    Area.BOTTOM: text("area-bottom"),
    Area.TOP_LEFT: text("area-top-left"),
    Area.TOP_RIGHT: text("area-top-right"),
    Area.BOTTOM_LEFT: text("area-bottom-left"),
    Area.BOTTOM_RIGHT: text("area-bottom-right"),
    Area.EDGES: text("area-edges"),
}


def parameter_name(index: int) -> str:
    """Option names need not be Python names, so parameters are numbered and renamed."""
    return f"option_{index}"


def parameters(options: Sequence[Option]) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(
            parameter_name(index),
            inspect.Parameter.KEYWORD_ONLY,
            annotation=_annotation(option),
            default=inspect.Parameter.empty if option.required else None,
        )
        for index, option in enumerate(options)
    ]


def describe(options: Sequence[Option]) -> dict[str, app_commands.locale_str]:
    return {
        parameter_name(index): localised_by(option.description, option.description_localisations)
        for index, option in enumerate(options)
    }


def rename(options: Sequence[Option]) -> dict[str, app_commands.locale_str]:
    return {
        parameter_name(index): localised_by(option.name, option.name_localisations)
        for index, option in enumerate(options)
    }


def fixed_choices(options: Sequence[Option]) -> dict[str, list[app_commands.Choice[str]]]:
    return {
        parameter_name(index): [_choice(option, name) for name in option.choices]
        for index, option in enumerate(options)
        if option.choices and not option.autocomplete
    }


def file_types(options: Sequence[Option]) -> dict[str, list[str]]:
    """Option → what Discord lets people attach to it; see :data:`bot.client.FILE_TYPES`."""
    return {option.name: [_FAMILIES[option.kind]] for option in options if option.kind in _FAMILIES}


def matching(names: Sequence[str], typed: str) -> list[app_commands.Choice[str]]:
    """What to suggest: names that begin with what was typed, then those that contain it. Verbatim."""
    wanted = typed.casefold()
    fitting = [name for name in names if wanted in name.casefold() and 1 <= len(name) <= MAX_CHOICE]
    fitting.sort(key=lambda name: not name.casefold().startswith(wanted))
    return [app_commands.Choice(name=name, value=name) for name in fitting[:MAX_CHOICES]]


def shown_area(area: str, locale: str) -> str:
    """As the choice is called; what is none stays as it is."""
    return render(_AREAS[area], locale) if area in _AREAS else area


def _choice(option: Option, name: str) -> app_commands.Choice[str]:
    shown = localised(_AREAS[name]) if option.kind is OptionKind.AREA else name
    return app_commands.Choice(name=shown, value=str(name))


def _annotation(option: Option) -> Any:
    match option.kind:
        case OptionKind.INTEGER:
            return _ranged(int, _whole(option.minimum), _whole(option.maximum))
        case OptionKind.NUMBER:
            return _ranged(float, option.minimum, option.maximum)
        case OptionKind.BOOLEAN:
            return bool
        case OptionKind.TEXT | OptionKind.CHOICE | OptionKind.AREA | OptionKind.SEED:
            return str  # a seed, because Discord's numbers end where JavaScript's do
        case _:
            return discord.Attachment


def _ranged(number: type[int] | type[float], minimum: float | None, maximum: float | None) -> Any:
    """discord.py knows no range without bounds, and without a ComfyUI that answers there may be none."""
    if minimum is None and maximum is None:
        return number
    return app_commands.Range[number, minimum, maximum]


def _whole(bound: float | None) -> int | None:
    """Discord knows whole numbers up to 2^53 only."""
    return None if bound is None else max(-LARGEST_INTEGER, min(LARGEST_INTEGER, int(bound)))
