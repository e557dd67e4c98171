"""The command that a person gave, as they would type it again: nothing of a refused one is to be typed anew. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import discord

from bot.workflows import Option, Workflow
from cogs._options import shown_choice
from cogs._service import AnyInteraction

Value: TypeAlias = str | int | float | bool


def command_line(
    interaction: AnyInteraction, workflow: Workflow | None = None, shown: Sequence[Option] = ()
) -> str | None:
    """``/txt2img prompt:a red fox steps:12``; with a workflow, in the names that this person's Discord shows.

    ``shown``: all options of its command, where those are more than the workflow's own.

    None: the interaction is no slash command.
    """
    data = cast("Mapping[str, Any]", interaction.data or {})
    if data.get("type") != discord.AppCommandType.chat_input.value or "name" not in data:
        return None
    name, given = str(data["name"]), _options(data)
    if given and given[0].get("type") == discord.AppCommandOptionType.subcommand.value:
        name, given = f"{name} {given[0]['name']}", _options(given[0])
    options = {str(each["name"]): _value(each, data) for each in given if "value" in each}
    if workflow is not None:
        return command_line_for(workflow, options, interaction.locale.value, shown)
    return _line(name, {name: _typed(value) for name, value in options.items()})


def command_line_for(
    workflow: Workflow, options: Mapping[str, Value], locale: str, shown: Sequence[Option] = ()
) -> str:
    """The command that asks for this, in the names that Discord shows in that language; as far as it has options for it."""
    untypable = {each.name for each in workflow.options} - {each.name for each in workflow.in_command}
    names = {each.name: each.name_localisations.get(locale, each.name) for each in shown or workflow.options}
    known = {each.name: each for each in workflow.options}
    typed = {
        names.get(name, name): shown_choice(known[name], _typed(value), locale)
        if name in known
        else _typed(value)
        for name, value in options.items()
        if name not in untypable
    }
    return _line(workflow.called(locale), typed)


def _options(of: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", of.get("options") or ())


def _line(name: str, typed: Mapping[str, str]) -> str:
    return " ".join([f"/{name}", *(f"{option}:{words}" for option, words in typed.items())])


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
