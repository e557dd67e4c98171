"""A PostgreSQL database that many processes have open."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import LiteralString, NoReturn, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.backoff import Backoff
from bot.jobs.clock import Clock
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.postgres.dialect import SERVER_TIME
from bot.jobs.postgres.faults import CONFLICTS, first_line, openable, translated
from bot.jobs.postgres.listening import Listening
from bot.jobs.postgres.schema import migrate, migrations, usable
from bot.jobs.postgres.sessions import ANSWER_SECONDS, MOST_SESSIONS, Connection, Sessions
from bot.jobs.postgres.transactions import Unsettled, in_transaction, rows_of, was_committed
from bot.jobs.store import StoreUnusable
from bot.texts import text

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_TRIES = 5
"""Of a write that others stood in the way of."""
SETTLING = Backoff(first_seconds=0.05, longest_seconds=5.0)


class PostgresDatabase:
    """A :class:`bot.jobs.database.Database`."""

    def __init__(self, label: str, sessions: Sessions, clock: Clock | None) -> None:
        self.label = label
        self._sessions = sessions
        self._clock = clock
        self._ahead_seconds = 0.0
        """Of the server's clock, before this process's monotonic one."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        address: str,
        *,
        clock: Clock | None = None,
        most_sessions: int = MOST_SESSIONS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> AsyncGenerator["PostgresDatabase"]:
        """Open the database at ``address`` (``postgresql://…``) and bring it to this version's format.

        All leases are measured by the server's clock, unless a ``clock`` is given.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        label = label_of(address)
        sessions = Sessions(address, most_sessions, answer_seconds=answer_seconds)
        try:
            database = cls(label, sessions, clock)
            with openable(label):
                await sessions.call(partial(migrate, label=label, scripts=migrations()), is_short=False)
                database.label = await sessions.call(partial(usable, label=label))
                await database.set_clock()
            yield database
        finally:
            await sessions.close()

    def now(self) -> float:
        return time.monotonic() + self._ahead_seconds if self._clock is None else self._clock()

    async def set_clock(self) -> None:
        """Learn what the server's clock says; between two such looks this process counts on by itself."""
        self._ahead_seconds = await self._sessions.call(_ahead_seconds)

    async def write(self, work: Callable[[Statements], T]) -> T:
        with translated(self.label):
            tries = 0
            while True:
                tries += 1
                try:
                    return await self._sessions.call(partial(in_transaction, work, self._clock))
                except Unsettled as unsettled:
                    if await self._was_committed(unsettled):
                        return unsettled.result
                except CONFLICTS:
                    if tries == MOST_TRIES:
                        raise

    async def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        return await self.write(lambda statements: statements.run(sql, parameters))

    async def read(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        with translated(self.label):
            return await self._sessions.call(
                partial(rows_of, sql=sql, parameters=parameters, clock=self._clock)
            )

    def check_room(self) -> None:
        """Nothing can be said: the disk is another machine's. A full one refuses a write, and that is told."""

    async def watch(self) -> NoReturn:
        """Nothing to look after: sessions that end are opened anew when they are needed."""
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nobody ends this")  # pragma: no cover

    def listening(self, address: str, own_name: str) -> Listening:
        return Listening(address, self._sessions, own_name)

    async def _was_committed(self, unsettled: Unsettled) -> bool:
        """Ask for as long as nobody answers: what is not known is not told, neither as done nor as not done."""
        tries = 0
        while True:
            try:
                return await self._sessions.call(partial(was_committed, unsettled))
            except psycopg.Error as error:
                tries += 1
                log.warning(
                    "whether the last write was made is not known yet (%s); it is asked again",
                    first_line(error),
                )
                await SETTLING.pause(tries)


def label_of(address: str) -> str:
    """The address as it may be shown: without user and password.

    Raises:
        StoreUnusable: it is none. What it is instead is not told: it may hold a password.
    """
    try:
        known = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise StoreUnusable(text("store-server-address")) from None
    return f"{known.get('dbname', '')} at {known.get('host', 'localhost')}:{known.get('port', 5432)}"


def _ahead_seconds(connection: Connection) -> float:
    asked = time.monotonic()
    told: float = connection.execute(f"SELECT {SERVER_TIME}").fetchall()[0][0]  # a literal
    return told - (asked + time.monotonic()) / 2
