"""Forms: how their fields are made, and what comes back. Pure.

No form is remembered: what it is about stands in its custom id, so that it can come back to another process.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias, cast

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.words import clipped, shortened
from bot.jobs.inputs import Area, Attachment
from bot.texts import render, text
from bot.workflows import Option, OptionKind
from bot.workflows.attachment_settling import is_attached
from bot.workflows.kinds import shown
from cogs._options import MAX_CHOICE, MAX_CHOICES, shown_area, shown_choice
from cogs._service import AnyInteraction

MAX_FIELDS = 5
MAX_LABEL = 45
"""Of titles as well."""
MAX_ABOUT = 100
"""Of placeholders as well."""
MAX_WORDS = 4000

Field = ui.Label[ui.View]


class Submitted(Struct, frozen=True):
    """A form as a person sent it."""

    custom_id: str
    words: Mapping[str, str]
    """What was typed or chosen, by the field's custom id; empty where nothing was."""
    files: Mapping[str, Attachment]
    choices: Mapping[str, tuple[str, ...]] = {}
    """All that was chosen, by the menu's custom id: values of choices, or ids."""


Submit: TypeAlias = Callable[[AnyInteraction, re.Match[str], Submitted], Awaitable[None]]
"""What is done when a form comes back; the match is of its custom id."""


def form(custom_id: str, title: str, fields: Iterable[Field]) -> ui.Modal:
    """A form of the first fields, as many as Discord takes."""
    made = ui.Modal(title=clipped(title, MAX_LABEL), timeout=None, custom_id=custom_id)
    for each in islice(fields, MAX_FIELDS):
        made.add_item(each)
    return made


def words_field(
    name: str,
    label: str,
    about: str = "",
    *,
    value: str = "",
    hint: str = "",
    required: bool = False,
    in_lines: bool = False,
    most: int = MAX_WORDS,
) -> Field:
    """``hint`` stands in the field while nothing else does; it takes so many characters at ``most``."""
    style = discord.TextStyle.paragraph if in_lines else discord.TextStyle.short
    typed = ui.TextInput[ui.View](
        custom_id=name,
        style=style,
        placeholder=shortened(hint, MAX_ABOUT) or None,
        default=value or None,
        required=required,
        max_length=most,
    )
    return _labelled(label, about, typed)


def choice(value: str, label: str, about: str = "", *, chosen: bool = False) -> discord.SelectOption:
    return discord.SelectOption(
        label=shortened(label, MAX_CHOICE),
        value=value,
        description=shortened(about, MAX_CHOICE) or None,
        default=chosen,
    )


def choice_field(
    name: str,
    label: str,
    about: str,
    choices: Sequence[discord.SelectOption],
    *,
    required: bool = False,
    hint: str = "",
) -> Field:
    """The first of the choices, as many as Discord takes. ``hint`` stands in the field while nothing is chosen."""
    select = ui.Select[ui.View](
        custom_id=name,
        placeholder=shortened(hint, MAX_ABOUT) or None,
        options=list(choices[:MAX_CHOICES]),
        required=required,
        min_values=int(required),
    )
    return _labelled(label, about, select)


def menu_field(
    name: str,
    label: str,
    about: str,
    menu: ui.Select[ui.View] | ui.RoleSelect[ui.View] | ui.ChannelSelect[ui.View],
) -> Field:
    """A menu of what the server has."""
    menu.custom_id = name
    return _labelled(label, about, menu)


def file_field(name: str, label: str, about: str, *, required: bool = False) -> Field:
    upload = ui.FileUpload[ui.View](custom_id=name, required=required, min_values=int(required), max_values=1)
    return _labelled(label, about, upload)


def area_field(name: str, label: str, about: str, locale: str, *, value: str = "") -> Field:
    areas = [choice(area.value, shown_area(area, locale), chosen=area.value == value) for area in Area]
    return choice_field(name, label, about, areas)


def option_field(option: Option, locale: str, value: str = "", *, required: bool | None = None) -> Field:
    """A field that asks for an option as its command does, filled in with ``value``. ``required``: None as its command does."""
    label, about = named(option, locale)
    required = option.required if required is None else required
    if option.kind is OptionKind.AREA:
        return area_field(option.name, label, about, locale, value=value)
    if option.kind is OptionKind.SIZE:
        shapes = [
            choice(name, shown_choice(option, name, locale), chosen=name == value)
            for name in option.choices or ()
        ]
        return choice_field(option.name, label, about, shapes)
    if is_attached(option.kind):
        return file_field(option.name, label, about, required=required)
    return words_field(
        option.name,
        label,
        about,
        value=value,
        hint="" if option.default is None else _hint_of(shown(option.default), locale),
        required=required,
        in_lines=option.kind is OptionKind.TEXT,
    )


def submitted(interaction: AnyInteraction) -> Submitted:
    data = cast("Mapping[str, Any]", interaction.data or {})
    files = cast("Mapping[str, Mapping[str, Any]]", data.get("resolved", {}).get("attachments", {}))
    words: dict[str, str] = {}
    attached: dict[str, Attachment] = {}
    choices: dict[str, tuple[str, ...]] = {}
    for each in _fields(data.get("components", ())):
        name, values = str(each.get("custom_id", "")), cast("Sequence[Any]", each.get("values") or ())
        if each.get("type") == discord.ComponentType.file_upload.value:
            for file in (files[str(number)] for number in values if str(number) in files):
                attached[name] = Attachment(str(file["url"]), str(file["filename"]), int(file["size"]))
        else:
            words[name] = str(each.get("value") or (values[0] if values else ""))
            choices[name] = tuple(map(str, values))
    return Submitted(str(data.get("custom_id", "")), words, attached, choices)


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        inner = component.get("component")
        yield from [inner] if inner else component.get("components", ())


def _hint_of(default: str, locale: str) -> str:
    return render(text("form-left-empty", value=default), locale)


def named(option: Option, locale: str) -> tuple[str, str]:
    """What an option is called, and what it is about."""
    return (
        option.name_localisations.get(locale, option.name),
        option.description_localisations.get(locale, option.description),
    )


def _labelled(label: str, about: str, component: ui.Item[ui.View]) -> Field:
    return ui.Label(
        text=clipped(label, MAX_LABEL),
        description=shortened(about, MAX_ABOUT) or None,
        component=component,
    )
