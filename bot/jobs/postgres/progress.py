"""Progress between processes: NOTIFY on sessions of its own, so that no commit of the ledger stands in line behind it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import LiteralString, TypeVar
from uuid import UUID

import psycopg

from bot.backoff import Backoff
from bot.jobs.postgres.dialect import SERVER_TIME
from bot.jobs.postgres.faults import first_line
from bot.jobs.postgres.listening import Ear
from bot.jobs.postgres.sessions import Connection, Sessions
from bot.jobs.progress_bus import KeptPreview

T = TypeVar("T")

log = logging.getLogger(__name__)

CHANNEL: LiteralString = "comfycord_progress"
MOST_UNREAD = 1000
"""Messages that wait for whoever reads slowly; of more the oldest are lost."""
IDLE_SECONDS = 600
"""A preview that old is of a worker that is gone."""
BACKOFF = Backoff(first_seconds=0.2, longest_seconds=10.0)

# No commit waits for a disk here: what is lost in a crash was out of date before.
_LOOSE = "set_config('synchronous_commit', 'off', true)"
_SEND = f"SELECT {_LOOSE}, pg_notify('{CHANNEL}', %(message)s)"
_SEND_WITH_PREVIEW = f"""
WITH kept AS (
    INSERT INTO previews (job_id, content, content_type, kept_at)
    VALUES (%(job_id)s, %(content)s, %(content_type)s, {SERVER_TIME})
    ON CONFLICT (job_id) DO UPDATE SET
        content = excluded.content, content_type = excluded.content_type, kept_at = excluded.kept_at
    RETURNING job_id
)
SELECT {_LOOSE}, pg_notify('{CHANNEL}', %(message)s) FROM kept
"""  # noqa: S608  # literals only
_FIND = "SELECT content, content_type FROM previews WHERE job_id = %(job_id)s"
_FORGET = f"""
DELETE FROM previews WHERE job_id = %(job_id)s OR kept_at < {SERVER_TIME} - %(idle_seconds)s
"""  # noqa: S608


class PostgresProgress:
    """A :class:`bot.jobs.progress_bus.ProgressBus`; see there for what each method promises."""

    def __init__(self, address: str, sessions: Sessions) -> None:
        """Use :meth:`open`."""
        self._address = address
        self._sessions = sessions

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str) -> AsyncGenerator["PostgresProgress"]:
        """Through the database at ``address`` (``postgresql://…``), which has the ledger's tables."""
        sessions = Sessions(address, most=1)
        try:
            yield cls(address, sessions)
        finally:
            await sessions.close()

    async def send(self, job_id: UUID, message: str, preview: KeptPreview | None = None) -> None:
        values = {"job_id": str(job_id), "message": message}
        if preview is None:
            await self._lossy(lambda connection: connection.execute(_SEND, values))
            return
        kept = {**values, "content": preview.content, "content_type": preview.content_type}
        await self._lossy(lambda connection: connection.execute(_SEND_WITH_PREVIEW, kept))

    async def preview(self, job_id: UUID) -> KeptPreview | None:
        rows = await self._lossy(
            lambda connection: connection.execute(_FIND, {"job_id": str(job_id)}).fetchall()
        )
        return KeptPreview(bytes(rows[0]["content"]), rows[0]["content_type"]) if rows else None

    async def forget(self, job_id: UUID) -> None:
        values = {"job_id": str(job_id), "idle_seconds": IDLE_SECONDS}
        await self._lossy(lambda connection: connection.execute(_FORGET, values))

    async def _lossy(self, work: Callable[[Connection], T]) -> T | None:
        try:
            return await self._sessions.call(work)
        except psycopg.Error as error:
            log.debug("a job's progress is lost on its way: %s", first_line(error))
            return None

    async def hear(self) -> AsyncGenerator[str]:
        unread = asyncio.Queue[str](MOST_UNREAD)
        listening = asyncio.create_task(self._listen(unread), name="progress of others")
        try:
            while True:
                yield await unread.get()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _listen(self, unread: asyncio.Queue[str]) -> None:
        failures, loop = 0, asyncio.get_running_loop()

        def hear(message: str) -> None:
            if unread.full():
                unread.get_nowait()
            unread.put_nowait(message)

        while True:
            ear = Ear(
                self._address,
                CHANNEL,
                lambda message: loop.call_soon_threadsafe(hear, message),
                lambda: None,
            )
            error = await ear.listen()
            failures = 1 if ear.was_open else failures + 1
            log.info("progress is not heard of for the moment (%s)", error)
            await BACKOFF.pause(failures)
