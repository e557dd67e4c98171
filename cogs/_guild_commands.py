"""Commands that single guilds have for themselves: the operator's, in the guild that they named."""

import asyncio
from collections.abc import Collection, Mapping

from bot.client import MAX_COMMANDS, MAX_CREATES, OwnCommands
from bot.jobs.store import JobStore
from bot.texts import Text, text
from cogs._service import AnyInteraction


def is_of_guild(interaction: AnyInteraction) -> bool:
    """Whether this is about a command that a single guild has."""
    return "guild_id" in (interaction.data or {})


class GuildCommands:
    """What :class:`bot.client.GuildCommandSync` offers to Discord."""

    is_complete = True

    def __init__(self, store: JobStore, fixed: Mapping[int, OwnCommands]) -> None:
        """``fixed``: what guilds have as long as the process runs."""
        self.changed = asyncio.Event()
        self._store = store
        self._fixed = fixed

    @property
    def guilds(self) -> Collection[int]:
        return self._fixed.keys()

    async def of(self, guild_id: int) -> OwnCommands:
        return self._fixed.get(guild_id, OwnCommands())

    async def why_no_room(self, guild_id: int, name: str) -> Text | None:
        """Why Discord would not take a command of this name in a guild now; None: it does, or has it already.

        Raises:
            StoreUnavailable
        """
        own = await self.of(guild_id)
        there = {each.name for each in own.commands} | own.kept
        if name in there:
            return None
        if len(there) >= MAX_COMMANDS:
            return text("guild-commands-full", most=MAX_COMMANDS)
        creates = await self._store.command_creates(guild_id)
        if creates.count < MAX_CREATES or creates.less_at is None:
            return None
        return text("guild-commands-spent", most=MAX_CREATES, when=round(creates.less_at))
