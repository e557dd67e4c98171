"""Short answers to one person: a sentence in a calm frame. Pure."""

import discord
from discord import ui

from bot.texts import Text, render

CALM = discord.Colour(0x4C8DFF)
ALARM = discord.Colour(0xD9534F)


def notice(message: Text, locale: discord.Locale, colour: discord.Colour = CALM) -> ui.LayoutView:
    return words_in_frame(render(message, locale.value), colour)


def words_in_frame(words: str, colour: discord.Colour = CALM) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container[ui.LayoutView](ui.TextDisplay(words), accent_colour=colour))
    return view
