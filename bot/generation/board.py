"""The board on which workers leave progress and from which status messages are drawn. Newest value wins."""

import asyncio
from contextlib import suppress
from uuid import UUID

from bot.generation.progress import Progress


class ProgressBoard:
    """Holds one :class:`Progress` a job; nobody who writes ever waits for somebody who reads."""

    def __init__(self) -> None:
        self._latest: dict[UUID, Progress] = {}
        self._changes: dict[UUID, set[asyncio.Event]] = {}
        """Of jobs that somebody waits for just now, and of no others: a job may never be published or cleared."""

    def publish(self, progress: Progress) -> None:
        self._latest[progress.job_id] = progress
        self._wake(progress.job_id)

    def clear(self, job_id: UUID) -> None:
        """Take the job off the board, because it ended or went back to the queue."""
        self._latest.pop(job_id, None)
        self._wake(job_id)

    def latest(self, job_id: UUID) -> Progress | None:
        return self._latest.get(job_id)

    async def changed(self, job_id: UUID, timeout_seconds: float) -> None:
        """Return at the job's next change, or after the timeout."""
        change = asyncio.Event()
        self._changes.setdefault(job_id, set()).add(change)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_seconds):
                    await change.wait()
        finally:
            readers = self._changes[job_id]
            readers.discard(change)
            if not readers:
                del self._changes[job_id]

    def _wake(self, job_id: UUID) -> None:
        for change in self._changes.get(job_id, ()):
            change.set()
