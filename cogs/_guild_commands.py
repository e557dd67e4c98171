"""Commands that single guilds have for themselves: the operator's, in the guild that they named."""

import asyncio
from collections.abc import Collection, Mapping

from bot.client import OwnCommands


class GuildCommands:
    """What :class:`bot.client.GuildCommandSync` offers to Discord."""

    is_complete = True

    def __init__(self, fixed: Mapping[int, OwnCommands]) -> None:
        """``fixed``: what guilds have as long as the process runs."""
        self.changed = asyncio.Event()
        self._fixed = fixed

    @property
    def guilds(self) -> Collection[int]:
        return self._fixed.keys()

    async def of(self, guild_id: int) -> OwnCommands:
        return self._fixed.get(guild_id, OwnCommands())
