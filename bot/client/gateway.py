"""To Discord and its gateway, from the first login to the end of the process: one connection for each shard."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import discord
from discord.http import HTTPClient

from bot.backoff import Backoff
from bot.bugs import contained
from bot.client.connection import ComfycordClient
from bot.client.request_pace import RequestPace
from bot.client.session_starts import SessionStarts
from bot.client.shard_connection import LONGEST_PAUSE_SECONDS, CannotConnect, ShardConnection
from bot.delivery.discord_errors import DiscordError, translated
from bot.jobs.shards import Shards
from bot.texts import text

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0


class Gateway:
    """Brings the client up and keeps it up."""

    def __init__(
        self,
        client: ComfycordClient,
        token: str,
        starts: SessionStarts,
        *,
        pace: RequestPace | None = None,
        shards: Shards | None = None,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """``pace``: by which requests are made. ``shards``: of this process. None: all that Discord recommends, so that a bot that grows goes on by itself."""
        self._client = client
        self._token = token
        self._pace = pace
        self._shards = shards
        self._starts = starts
        self._connections: Mapping[int, ShardConnection] = {}
        self._backoff = Backoff(first_pause_seconds, LONGEST_PAUSE_SECONDS)

    @property
    def http(self) -> HTTPClient:
        """By which everything but the gateway itself is asked of Discord."""
        return self._client.http

    @property
    def latencies(self) -> Mapping[int, float | None]:
        """Shard → seconds that its last heartbeat took; None: it is not connected."""
        return {shard_id: connection.latency_seconds for shard_id, connection in self._connections.items()}

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            CannotConnect: trying again would change nothing.
        """
        if not self._client.logged_in.is_set():
            if self._pace is not None:
                self._pace.attach(self._client.http)
            await self._until_it_works("the login at Discord", self._log_in)
        await self._until_it_works("the question for Discord's gateway", self._choose_shards)
        self._connections = {
            shard_id: ShardConnection(self._client, shard_id, self._starts, self._backoff)
            for shard_id in self._client.shard_ids or ()
        }
        try:
            async with asyncio.TaskGroup() as tasks:
                for connection in self._connections.values():
                    tasks.create_task(connection.run(), name=connection.name)
        except ExceptionGroup as group:
            first = group.exceptions[0]  # the others were cancelled for it
            raise first from first.__cause__

    async def _until_it_works(self, what: str, step: Callable[[], Awaitable[bool]]) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            begun = loop.time()
            if await contained(what, step()) is True:
                return
            failures = 1 if loop.time() - begun > LONGEST_PAUSE_SECONDS else failures + 1
            await self._backoff.pause(failures)

    async def _log_in(self) -> bool:
        try:
            with translated():
                await self._client.login(self._token)
        except discord.LoginFailure as error:
            raise CannotConnect(text("connect-token")) from error
        except DiscordError as error:
            log.warning("Discord cannot be reached, it is tried again: %s", error)
            return False
        else:
            return True
        finally:
            if not self._client.logged_in.is_set():
                # discord.py opens a new session each time and forgets the old one
                await self._client.http.close()
                self._client.http.connector = discord.utils.MISSING

    async def _choose_shards(self) -> bool:
        try:
            recommended = await self._starts.recommended_shards()
        except DiscordError as error:
            log.warning("Discord does not tell of its gateway, it is asked again: %s", error)
            return False
        shards = self._shards or Shards.all_of(recommended)
        if shards.count < recommended:
            log.warning("SHARDS has %d shards, Discord recommends %d", shards.count, recommended)
        self._client.take(shards)
        return True
