"""Short answers to one person: a sentence in a frame, and the command that did not work, to copy. Pure."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.delivery.messages import Attached
from bot.delivery.words import clipped, in_code
from bot.texts import Text, render, text

BLUE = discord.Colour(0x4C8DFF)
RED = discord.Colour(0xD9534F)
COMMAND_FILE = "command.txt"
MAX_REASON = 1500
MAX_COMMAND = 2000
"""Together with the reason, within the 4,000 characters of a message; a longer command becomes a file."""


def notice(message: Text, locale: discord.Locale) -> ui.LayoutView:
    return words_in_frame(render(message, locale.value))


def words_in_frame(words: str) -> ui.LayoutView:
    return _framed(BLUE, ui.TextDisplay[ui.LayoutView](words))


def refusal(
    reason: Text,
    command_line: str | None,
    locale: discord.Locale,
    ways_out: Sequence[ui.ActionRow[ui.LayoutView]] = (),
) -> tuple[ui.LayoutView, tuple[Attached, ...]]:
    """Why something was not done, and the whole command; with the file that holds it, where it is long."""
    words = ui.TextDisplay[ui.LayoutView](clipped(render(reason, locale.value), MAX_REASON))
    if command_line is None:
        return _framed(RED, words, *ways_out), ()
    heading = render(text("command-to-copy"), locale.value)
    if len(command_line) <= MAX_COMMAND:
        copy = ui.TextDisplay[ui.LayoutView](f"{heading}\n{in_code(command_line, MAX_COMMAND)}")
        return _framed(RED, words, *ways_out, copy), ()
    file = ui.File[ui.LayoutView](f"attachment://{COMMAND_FILE}")
    view = _framed(RED, words, *ways_out, ui.TextDisplay[ui.LayoutView](heading), file)
    return view, (Attached(COMMAND_FILE, command_line.encode()),)


def framed(*items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    return _framed(BLUE, *items)


def _framed(colour: discord.Colour, *items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container[ui.LayoutView](*items, accent_colour=colour))
    return view
