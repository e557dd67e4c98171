"""This process among those on the same token: it says that it lives, and learns whether others do.

Where the store is nobody else's, it says so once, and for good.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from bot.client.connection import ComfycordClient
from bot.jobs.bot_store import Bot
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, StoreUnavailable

log = logging.getLogger(__name__)

ALIVE_SECONDS = 30.0
"""A bot that said nothing for so long is given up, and its work is done by others."""
BEAT_SECONDS = 5.0
LEAVE_SECONDS = 1.0
"""A store that says nothing keeps no bot from going."""
FOR_GOOD_SECONDS = 1e10
COMMANDS = "commands"
"""What one bot does for all: keep Discord's list of commands."""


class Presence:
    def __init__(
        self,
        store: JobStore,
        client: ComfycordClient,
        name: str,
        *,
        alive_seconds: float = ALIVE_SECONDS,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """``name``: of this life of the process, and of no other."""
        self._store = store
        self._client = client
        self._name = name
        self._alive_seconds = alive_seconds if store.shared else FOR_GOOD_SECONDS
        self._beat_seconds = beat_seconds if store.shared else FOR_GOOD_SECONDS
        self._others: tuple[str, ...] = ()
        self.leads = False
        """Whether this bot keeps Discord's list of commands."""
        self.on_lead: list[Callable[[], None]] = []
        """Called when it begins to."""

    @property
    def has_company(self) -> bool:
        """Whether other bots live."""
        return bool(self._others)

    async def run(self) -> None:
        """Say again and again that this bot lives, until cancelled. May be started again."""
        bot = Bot(self._name, await self._client.own_shards())
        while True:
            living = await when_available(lambda: self._store.alive(bot, self._alive_seconds))
            self._note([f"{each.name} ({each.shards})" for each in living if each != bot])
            wait = await when_available(lambda: self._store.hold(COMMANDS, self._name, self._alive_seconds))
            self._lead(leads=not wait)
            await asyncio.sleep(self._beat_seconds)

    async def leave(self) -> None:
        """Let others go on at once with what was this bot's. Where that cannot be said, they notice."""
        with suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._store.leave(self._name)
                await self._store.hold(COMMANDS, self._name, 0)

    def _note(self, others: list[str]) -> None:
        if tuple(others) != self._others:
            log.info("other bots on this token: %s", ", ".join(others) or "none any more")
        self._others = tuple(others)

    def _lead(self, *, leads: bool) -> None:
        begins = leads and not self.leads
        self.leads = leads
        for call in self.on_lead if begins else ():
            call()
