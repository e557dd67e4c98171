"""Names that one process at a time may have: an advisory lock of a session, which ends when the process does, however.

Nothing is decided by it that would go wrong without it: every write of a worker is fenced. It tells two things at once
that would otherwise take a lease: that the last process of a name is gone, and that two machines were given one name.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import psycopg

from bot.backoff import Backoff
from bot.jobs.postgres.database import label_of
from bot.jobs.postgres.faults import first_line, openable
from bot.jobs.postgres.sessions import Connection, connect, cut
from bot.jobs.store import StoreUnusable

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
"""A process that is being stopped has its name for a while, and one whose machine lost power until the server notices."""
TRY_SECONDS = 1.0
PING_SECONDS = 10.0
BACKOFF = Backoff(first_seconds=0.5, longest_seconds=10.0)

_TAKE = "SELECT pg_try_advisory_lock(hashtextextended('comfycord name ' || %s, 0))"
# By the server's system: a machine that is gone without a word keeps no name for hours.
_NOTICE = """
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)
"""


@asynccontextmanager
async def held(
    address: str, names: Sequence[str], patience_seconds: float = PATIENCE_SECONDS
) -> AsyncGenerator[None]:
    """Have these names inside of the block, waiting for whoever has one of them.

    Raises:
        StoreUnusable: somebody still has one, or the server does not answer.
    """
    holder = _Holder(address, names)
    with openable(label_of(address)):
        await holder.take(patience_seconds)
    keeping = asyncio.create_task(holder.keep(), name="names of workers")
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await holder.drop()


class _Holder:
    def __init__(self, address: str, names: Sequence[str]) -> None:
        self._address = address
        self._names = sorted(names)
        self._connection: Connection | None = None

    async def take(self, patience_seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_seconds
        while (taken := await asyncio.to_thread(self._taken)) is not None:
            log.info("another worker is called %s: waiting until it is gone", taken)
            if loop.time() > until:
                await self.drop()
                raise StoreUnusable(
                    f"Another worker is called {taken}. Give each its own WORKER_NAME, or stop that one."
                )
            await asyncio.sleep(TRY_SECONDS)

    async def keep(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(PING_SECONDS)
            try:
                taken = await asyncio.to_thread(self._taken)
            except psycopg.Error as error:
                failures += 1
                log.debug("the names of workers are not held for the moment: %s", first_line(error))
                await BACKOFF.pause(failures)
                continue
            failures = 0
            if taken is not None:
                log.error("another worker is called %s, too: give each its own WORKER_NAME", taken)

    def _taken(self) -> str | None:
        """The first name that somebody else has; None: all are held here."""
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._address)
            self._connection.execute(_NOTICE)
        return next((name for name in self._names if not self._has(self._connection, name)), None)

    @staticmethod
    def _has(connection: Connection, name: str) -> bool:
        return bool(connection.execute(_TAKE, (name,)).fetchall()[0][0])

    async def drop(self) -> None:
        if self._connection is not None:
            cut(self._connection)
            await asyncio.to_thread(self._connection.close)
