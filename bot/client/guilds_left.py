"""Notes which guilds took the bot out: what was added there is kept for a while, and gone when that is long ago."""

import asyncio
import logging
from typing import NoReturn

from bot.client.connection import ComfycordClient
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)

LOOK_SECONDS = 600.0


class GuildsLeft:
    """Compares the guilds that have something of their own with those that this process is connected for."""

    def __init__(
        self, client: ComfycordClient, store: JobStore, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._client = client
        self._store = store
        self._look_seconds = look_seconds

    async def run(self) -> NoReturn:
        """Look again and again until cancelled; one look finds what happened while no process ran, too."""
        await self._client.wait_until_ready()
        while True:
            await when_available(self._look)
            await asyncio.sleep(self._look_seconds)

    async def _look(self) -> None:
        shards = await self._client.own_shards()
        with_workflows = {each.guild_id for each in await self._store.guild_workflows(None)}
        with_commands = await self._store.told_guilds()
        left = await self._store.guilds_left()
        # One that Discord cannot serve for the moment is here all the same.
        here = {guild.id for guild in self._client.guilds}
        for guild_id in left & here:
            await self._store.note_guild_joined(guild_id)
            log.info("guild %d has the bot again: its workflows stay", guild_id)
        for guild_id in {*with_workflows, *with_commands} - here - left:
            if shards.has_guild(guild_id):
                await self._store.note_guild_left(guild_id)
                log.info("guild %d took the bot out: its workflows go, unless it comes back", guild_id)
