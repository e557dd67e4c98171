"""Tidying up: jobs that lost their worker, ended jobs of long ago, and files that nobody needs any more."""

import asyncio
import logging

from bot.bugs import kept_running
from bot.generation.parts import Parts
from bot.jobs.retrying import when_available

log = logging.getLogger(__name__)

REAP_SECONDS = 10.0
FORGET_EVERY_SECONDS = 3600.0


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
            for name, service in {"reaper": self._reap, "forgetter": self._forget}.items():
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

    async def _forget_jobs(self) -> None:
        await when_available(lambda: self._store.forget(self._keep_jobs_seconds))
        needed = await when_available(self._store.needed_blobs)
        useful = await when_available(self._store.useful_blobs)
        if swept := await self._blobs.sweep(needed, useful):
            log.info("%d files that no job needs any more are gone", swept)
