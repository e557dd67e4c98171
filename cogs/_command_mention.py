"""A guild's own command as one that can be clicked, as soon as Discord has it."""

import asyncio
from typing import cast

import discord

from bot.client import ComfycordClient
from bot.delivery.discord_errors import DiscordError, translated
from cogs._service import AnyInteraction

LOOKS_AFTER_SECONDS = (0.5, 1.5, 4.0)
"""Whichever process tells Discord of it, that takes a moment."""


async def mention_of(interaction: AnyInteraction, guild_id: int, name: str) -> str | None:
    """None: Discord does not have it yet, or does not say."""
    tree = cast("ComfycordClient", interaction.client).tree
    for seconds in LOOKS_AFTER_SECONDS:
        await asyncio.sleep(seconds)
        try:
            with translated():
                found = await tree.fetch_commands(guild=discord.Object(guild_id))
        except DiscordError:
            return None
        for command in found:
            if command.name == name:
                return command.mention
    return None
