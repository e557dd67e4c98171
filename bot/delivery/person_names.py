"""What people are called, where the bot is told no members: asked of Discord, for the few who are shown."""

import asyncio
from collections.abc import Collection, Mapping

import discord

from bot.delivery.discord_errors import DiscordError, translated

NAMES_SECONDS = 1.0
"""Longer nobody waits for a name."""


async def names_of(client: discord.Client, user_ids: Collection[int]) -> Mapping[int, str]:
    """Of those whose name Discord tells within :data:`NAMES_SECONDS`."""
    if not user_ids:
        return {}
    tasks = [asyncio.create_task(_name(client, user_id)) for user_id in user_ids]
    done, late = await asyncio.wait(tasks, timeout=NAMES_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    found = {user_id: task.result() for user_id, task in zip(user_ids, tasks, strict=True) if task in done}
    return {user_id: name for user_id, name in found.items() if name is not None}


async def _name(client: discord.Client, user_id: int) -> str | None:
    try:
        with translated():
            return (await client.fetch_user(user_id)).display_name
    except DiscordError:
        return None
