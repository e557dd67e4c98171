"""Tells the ledger of the ComfyUI servers that this process reaches, for processes that do not."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from bot.comfy import ComfyError, ObjectInfo
from bot.generation.backends import Backend
from bot.jobs.backend_store import BackendReport, BackendStore, NodeList
from bot.jobs.retrying import when_available

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
REPORT_SECONDS = 5.0
"""Between two reports in which nothing is new: they say that the worker lives."""
VRAM_SECONDS = 30.0


class Publisher:
    """Reports how each server is: at once when that changed, and otherwise again and again."""

    def __init__(self, store: BackendStore, backends: Sequence[Backend]) -> None:
        self._store = store
        self._servers = [_Server(backend) for backend in backends]
        self._told: Sequence[BackendReport] = ()
        self._told_at: float | None = None

    async def run(self) -> None:
        """Report until cancelled."""
        async with asyncio.TaskGroup() as group:
            for server in self._servers:
                group.create_task(server.watch_memory())
            while True:
                await self.report()
                await asyncio.sleep(LOOK_SECONDS)

    async def report(self) -> None:
        """Say how the servers are, where that is new or was not said for a while."""
        reports = [await self._report_of(server) for server in self._servers]
        if reports == self._told and self._told_lately():
            return
        await when_available(lambda: self._store.report_backends(reports))
        self._told, self._told_at = reports, time.monotonic()

    def _told_lately(self) -> bool:
        return self._told_at is not None and time.monotonic() - self._told_at < REPORT_SECONDS

    async def _report_of(self, server: "_Server") -> BackendReport:
        backend, info = server.backend, server.backend.knowledge
        if info is not None and info is not server.published:
            nodes = await asyncio.to_thread(listed, info)
            await when_available(lambda: self._store.publish_nodes(nodes))
            server.published, server.digest = info, nodes.digest
            log.info("told what ComfyUI %s has: %d node classes", backend.label, len(info))
        return BackendReport(
            backend.name,
            backend.label,
            backend.online,
            server.digest,
            server.vram_total_bytes,
            server.vram_free_bytes,
        )


class _Server:
    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.published: ObjectInfo | None = None
        self.digest: str | None = None
        self.vram_total_bytes: int | None = None
        self.vram_free_bytes: int | None = None

    async def watch_memory(self) -> None:
        while True:
            await self.backend.wait_online()
            with suppress(ComfyError):
                devices = (await self.backend.client.system_stats()).devices
                self.vram_total_bytes = sum(each.vram_total for each in devices)
                self.vram_free_bytes = sum(each.vram_free for each in devices)
            await asyncio.sleep(VRAM_SECONDS)


def listed(info: ObjectInfo) -> NodeList:
    """What the ledger keeps of it. Takes a while: not on the event loop."""
    failed = json.dumps(dict(info.failed), sort_keys=True).encode()
    digest = hashlib.sha256(info.packed + b"\0" + failed).hexdigest()
    return NodeList(digest, info.packed, info.failed)
