"""The command that a person gave, as they would type it again: nothing of a refused one is to be typed anew. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import discord

from bot.workflows import OptionKind, Workflow
from cogs._options import shown_area
from cogs._service import AnyInteraction

Value: TypeAlias = str | int | float | bool


def command_line(interaction: AnyInteraction, workflow: Workflow | None = None) -> str | None:
    """``/txt2img prompt:a red fox steps:12``; with a workflow, in the names that this person's Discord shows.

    None: the interaction is no slash command.
    """
    data = cast("Mapping[str, Any]", interaction.data or {})
    if "name" not in data:
        return None
    name, names, areas, locale = str(data["name"]), dict[str, str](), set[str](), interaction.locale.value
    if workflow is not None:
        name = workflow.name_localisations.get(locale, workflow.name)
        names = {each.name: each.name_localisations.get(locale, each.name) for each in workflow.options}
        areas = {each.name for each in workflow.options if each.kind is OptionKind.AREA}
    given = cast("Sequence[Mapping[str, Any]]", data.get("options") or ())
    options = {str(each["name"]): _typed(_value(each, data)) for each in given if "value" in each}
    options |= {option: shown_area(options[option], locale) for option in areas & options.keys()}
    return " ".join(
        [f"/{name}", *(f"{names.get(option, option)}:{typed}" for option, typed in options.items())]
    )


def _value(given: Mapping[str, Any], data: Mapping[str, Any]) -> Value:
    """What was given; of a file, whose id says nothing to anybody, its name: it has to be attached anew."""
    value = cast("Value", given["value"])
    if given.get("type") != discord.AppCommandOptionType.attachment.value:
        return value
    files = cast("Mapping[str, Mapping[str, Any]]", data.get("resolved", {}).get("attachments", {}))
    return " ".join(str(files.get(str(value), {}).get("filename", value)).split())


def _typed(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
