"""Tidying up: jobs that lost their worker, ended jobs of long ago, people who want to be forgotten, files nobody needs."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from bot.bugs import kept_running
from bot.generation.parts import Parts
from bot.jobs.retrying import when_available
from bot.moderation.chosen import Layer
from bot.moderation.keys import RETENTION_DAYS

log = logging.getLogger(__name__)

REAP_SECONDS = 10.0
FORGET_EVERY_SECONDS = 3600.0
ERASE_SECONDS = 10.0
DAY_SECONDS = 86_400.0


class Housekeeping:
    def __init__(self, parts: Parts, *, forgets: bool = True) -> None:
        """``forgets``: not only what this process itself kept, but what the ledger knows, too."""
        self._store = parts.store
        self._blobs = parts.blobs
        self._files = parts.files
        self._forgets = forgets
        self._keep_jobs_seconds = parts.rules.keep_jobs_seconds

    async def run(self) -> None:
        """Tidy up again and again until cancelled."""
        async with asyncio.TaskGroup() as group:
            services = {"reaper": self._reap, "forgetter": self._forget}
            if self._forgets:
                services["eraser"] = self._erase
            for name, service in services.items():
                group.create_task(kept_running(name, service), name=name)

    async def _reap(self) -> None:
        while True:
            if reaped := await when_available(self._store.reap):
                log.warning("%d jobs lost their worker and are queued again", reaped)
            await asyncio.sleep(REAP_SECONDS)

    async def _forget(self) -> None:
        while True:
            if self._forgets:
                await self._forget_jobs()
            await self._files.sweep()
            await asyncio.sleep(FORGET_EVERY_SECONDS)

    async def _erase(self) -> None:
        while True:
            await when_available(self._store.finish_erasures)
            await asyncio.sleep(ERASE_SECONDS)

    async def _forget_jobs(self) -> None:
        await when_available(lambda: self._store.forget(self._keep_jobs_seconds))
        chosen = await when_available(lambda: self._store.guilds_that_chose(RETENTION_DAYS.name))
        for guild_id, seconds in shorter_retention(chosen, self._keep_jobs_seconds).items():
            await when_available(partial(self._store.forget_of_guild, guild_id, seconds))
        needed = await when_available(self._store.needed_blobs)
        useful = await when_available(self._store.useful_blobs)
        if swept := await self._blobs.sweep(needed, useful):
            log.info("%d files that no job needs any more are gone", swept)


def shorter_retention(stored: Mapping[int, str], most_seconds: float) -> Mapping[int, float]:
    """Guild → for how long it wants ended jobs kept, of those that want it shorter than the operator. Pure."""
    layers = {guild_id: Layer({RETENTION_DAYS.name: value}) for guild_id, value in stored.items()}
    days = {
        guild_id: layer.of(RETENTION_DAYS) for guild_id, layer in layers.items() if layer.has(RETENTION_DAYS)
    }
    seconds = {guild_id: count * DAY_SECONDS for guild_id, count in days.items() if count}
    return {guild_id: each for guild_id, each in seconds.items() if each < most_seconds}
