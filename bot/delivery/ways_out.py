"""Ways out of what went wrong, as buttons and menus under the words that tell it. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

import discord
from discord import ui

from bot.delivery.words import shortened
from bot.generation.remedies import Change, Choose, Install, Remedy, Remind, Rerun
from bot.texts import Text, render, text

_SOURCE = r"mend:(?P<source>[0-9a-f]{32})"
WAY_ID = re.compile(rf"{_SOURCE}:(?P<way>again|remind|install|set-[0-9a-f]{{8}})")
"""Of the buttons. The source is the job that failed, or the order that was refused."""
CHOICE_ID = re.compile(rf"{_SOURCE}:choose-(?P<option>[^:]{{1,32}})")
"""Of the menus, whose choice is another value for the option."""
MAX_LABEL = 80
MAX_PLACEHOLDER = 150
MAX_MENUS = 3
MAX_BUTTONS = 5


def way_of(remedy: Remedy) -> str:
    match remedy:
        case Rerun():
            return "again"
        case Change():
            return f"set-{remedy.digest}"
        case Choose(option):
            return f"choose-{option}"
        case Remind():
            return "remind"
        case Install():
            return "install"


def way_id(source: UUID, way: str) -> str:
    return f"mend:{source.hex}:{way}"


def rows_of(source: UUID, ways: Sequence[Remedy], locale: str) -> list[ui.ActionRow[ui.LayoutView]]:
    """Menus first, each in a row of its own."""
    buttons = list(islice(buttons_of(source, ways, locale), MAX_BUTTONS))
    return [*menus_of(source, ways, locale), *([ui.ActionRow(*buttons)] if buttons else [])]


def menus_of(source: UUID, ways: Sequence[Remedy], locale: str) -> list[ui.ActionRow[ui.LayoutView]]:
    menus = (_menu(source, each, locale) for each in ways if isinstance(each, Choose))
    return [ui.ActionRow(menu) for menu in islice(menus, MAX_MENUS)]


def buttons_of(source: UUID, ways: Sequence[Remedy], locale: str) -> Iterator[ui.Button[ui.LayoutView]]:
    for each in ways:
        if not isinstance(each, Choose):
            label = shortened(render(_label(each), locale), MAX_LABEL)
            is_first = isinstance(each, Change | Rerun)
            style = discord.ButtonStyle.primary if is_first else discord.ButtonStyle.secondary
            yield ui.Button(label=label, style=style, custom_id=way_id(source, way_of(each)))


def _label(remedy: Rerun | Change | Remind | Install) -> Text:
    match remedy:
        case Rerun():
            return text("mend-again")
        case Change(label=label):
            return label
        case Remind():
            return text("mend-remind")
        case Install():
            return text("mend-install")


def _menu(source: UUID, choose: Choose, locale: str) -> ui.Select[ui.LayoutView]:
    placeholder = shortened(render(text("mend-choose", option=choose.option), locale), MAX_PLACEHOLDER)
    options = [discord.SelectOption(label=name, value=name) for name in choose.names]
    return ui.Select(custom_id=way_id(source, way_of(choose)), placeholder=placeholder, options=options)
