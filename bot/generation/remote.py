"""The ComfyUI servers that other processes reach, as the ledger tells of them: nothing here opens a connection to one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

from msgspec import Struct

from bot.comfy import ObjectInfo, unpack_object_info
from bot.jobs.backend_store import BackendStore, ReportedBackend
from bot.jobs.job import Job
from bot.jobs.retrying import when_available
from bot.workflows import Capabilities

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
SILENT_SECONDS = 20.0
"""A worker that said nothing for so long counts as away: four of its reports did not come."""


class RemoteBackend(Struct):
    """One server of another process, and what it has."""

    name: str
    label: str
    heard_at: float
    """Of the last report, by this process's monotonic clock."""
    online_at: float | None
    grace_seconds: float
    reported_online: bool
    digest: str | None = None
    """Of what ``knowledge`` was made of."""
    knowledge: ObjectInfo | None = None
    capabilities: Capabilities | None = None

    @property
    def online(self) -> bool:
        return self.reported_online and time.monotonic() - self.heard_at < SILENT_SECONDS

    @property
    def dead(self) -> bool:
        """Away for so long that its jobs should go elsewhere."""
        return self.online_at is None or time.monotonic() - self.online_at > self.grace_seconds


class RemoteBackends:
    """All of them but those that this process reaches itself."""

    def __init__(
        self,
        store: BackendStore,
        own: Collection[str],
        *,
        grace_seconds: float,
        on_change: Callable[[], Awaitable[None]],
    ) -> None:
        """``own``: the names of this process's backends. ``on_change``: told when what one of them has changed."""
        self._store = store
        self._own = frozenset(own)
        self._grace_seconds = grace_seconds
        self._on_change = on_change
        self._known: dict[str, RemoteBackend] = {}
        self._running: Sequence[Job] = ()

    def __iter__(self) -> Iterator[RemoteBackend]:
        return iter(self._known.values())

    def named(self, name: str) -> RemoteBackend | None:
        return self._known.get(name)

    def jobs_on(self, backend: str) -> Sequence[Job]:
        """The jobs that a backend has, in the order in which it will do them."""
        return [job for job in self._running if job.backend == backend]

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """See what the ledger tells now."""
        reported = await when_available(self._store.backends)
        self._running = await when_available(self._store.running)
        others = [each for each in reported if each.report.name not in self._own]
        self._known = {each.report.name: self._taken(each) for each in others}
        changed = [await self._learn(each) for each in others]
        if any(changed):
            await self._on_change()

    def _taken(self, reported: ReportedBackend) -> RemoteBackend:
        report, now, before = reported.report, time.monotonic(), self._known.get(reported.report.name)
        seen = reported.online_seconds_ago
        return RemoteBackend(
            name=report.name,
            label=report.label,
            heard_at=now - reported.heard_seconds_ago,
            online_at=None if seen is None else now - seen,
            grace_seconds=self._grace_seconds,
            reported_online=report.online,
            digest=before and before.digest,
            knowledge=before and before.knowledge,
            capabilities=before and before.capabilities,
        )

    async def _learn(self, reported: ReportedBackend) -> bool:
        """Whether it has something else than it had, as far as was known here."""
        known, digest = self._known[reported.report.name], reported.report.nodes
        if digest is None or digest == known.digest:
            return False
        same = next((each for each in self if each is not known and each.digest == digest), None)
        info = await self._fetched(digest, known.label) if same is None else same.knowledge
        if info is None:  # replaced meanwhile, for instance: the next look finds the new one
            return False
        known.digest, known.knowledge, known.capabilities = digest, info, Capabilities(info)
        return True

    async def _fetched(self, digest: str, label: str) -> ObjectInfo | None:
        nodes = await when_available(lambda: self._store.nodes(digest))
        if nodes is None:
            return None
        try:
            return await asyncio.to_thread(unpack_object_info, nodes.packed, nodes.failed)
        except ValueError as error:
            log.warning("what ComfyUI %s has cannot be read: %s", label, error)
            return None
