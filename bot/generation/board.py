"""The board on which workers leave progress and from which status messages are drawn. Newest value wins."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from bot.generation.progress import Progress

SHOWN_SECONDS = 30.0
"""Longer than between two edits of a status message."""


class ProgressBoard:
    """Holds one :class:`Progress` a job; nobody who writes ever waits for somebody who reads."""

    def __init__(self) -> None:
        self._latest: dict[UUID, Progress] = {}
        self._changes: dict[UUID, set[asyncio.Event]] = {}
        """Of jobs that somebody waits for just now, and of no others: a job may never be published or cleared."""
        self._shown_at: dict[UUID, float] = {}
        """Of published jobs: when somebody last showed one."""
        self.on_change: Callable[[UUID], None] = lambda _: None
        """Told of each job whose progress changed in this process, at once."""

    def publish(self, progress: Progress) -> None:
        self.publish_of_another(progress)
        self.on_change(progress.job_id)

    def publish_of_another(self, progress: Progress) -> None:
        """What another process told."""
        self._latest[progress.job_id] = progress
        self._wake(progress.job_id)

    def clear(self, job_id: UUID) -> None:
        """Take the job off the board, because it ended or went back to the queue."""
        self.clear_of_another(job_id)
        self.on_change(job_id)

    def clear_of_another(self, job_id: UUID) -> None:
        """Another process told that it has nothing to do with the job any more, or told nothing for long."""
        self._latest.pop(job_id, None)
        self._shown_at.pop(job_id, None)
        self._wake(job_id)

    def latest(self, job_id: UUID) -> Progress | None:
        return self._latest.get(job_id)

    def shown(self, job_id: UUID) -> Progress | None:
        """The latest, for somebody who shows it: from now on its previews are of interest for a while."""
        if job_id in self._latest:
            self._shown_at[job_id] = time.monotonic()
        return self.latest(job_id)

    def is_shown(self, job_id: UUID) -> bool:
        """Whether somebody showed the job lately."""
        shown_at = self._shown_at.get(job_id)
        return shown_at is not None and time.monotonic() - shown_at < SHOWN_SECONDS

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
