"""Group commit: what is asked for while one commit runs is written together in the next.

A commit waits for the disk: one fsync, a hundred times longer than the statements before it. Under load most writes
would wait for the fsyncs of others, one after the other; written as a group they share one, and one journey to the
driver's thread. Each write of several statements has a savepoint of its own, so that one that fails undoes nothing of
the others; a single statement that fails is undone by SQLite itself.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, TypeVar, cast

import aiosqlite
from msgspec import Struct

from bot.jobs.clock import Clock
from bot.jobs.database import Columns, Statements
from bot.jobs.sqlite.dialect import in_sqlite

T = TypeVar("T")

MOST_IN_A_GROUP = 128
"""So that the first of a thousand need not wait for the last."""


class SqliteStatements:
    """See :class:`bot.jobs.database.Statements`. All in the driver's thread, in which nobody else writes meanwhile."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> list[sqlite3.Row]:
        return self._connection.execute(*in_sqlite(sql, parameters, self._clock)).fetchall()

    def lock(self, *names: str) -> None:
        """Nothing to do: one write is made at a time."""

    def try_lock(self, _name: str, /) -> bool:
        return True


class _Write(Struct):
    work: Callable[[Statements], object]
    is_one_statement: bool
    answer: asyncio.Future[object]
    """What its caller waits for; cancelled with the caller."""
    result: object = None
    error: BaseException | None = None

    def settle(self, error_of_all: BaseException | None) -> None:
        """Tell the caller, after the commit."""
        error = self.error or error_of_all
        if self.answer.done():
            return
        if error is None:
            self.answer.set_result(self.result)
        else:
            self.answer.set_exception(error)


class _AllOrNothing:
    """All that the block writes, or nothing. Its error is kept for whoever asked for the write, and ends only that."""

    def __init__(self, connection: sqlite3.Connection, write: _Write) -> None:
        self._connection = connection
        self._write = write
        self._savepoint = not write.is_one_statement

    def __enter__(self) -> None:
        if self._savepoint:
            self._connection.execute("SAVEPOINT one")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._write.error = error
            if not self._connection.in_transaction:
                return False  # SQLite gave up the whole transaction, as it does when the disk is full
            if self._savepoint:
                self._connection.execute("ROLLBACK TO one")
        if self._savepoint:
            self._connection.execute("RELEASE one")
        return True


class _Connection(sqlite3.Connection):
    """A connection whose commit is a group's: it executes what waits, and commits it."""

    def __init__(self, commits: "GroupCommits", clock: Clock, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._commits = commits
        self._statements = SqliteStatements(self, clock)

    def commit(self) -> None:
        group = self._commits.take()
        try:
            self.execute("BEGIN IMMEDIATE")
            for write in group:
                if not write.answer.cancelled():
                    with _AllOrNothing(self, write):
                        write.result = write.work(self._statements)
            super().commit()
        except BaseException:
            super().rollback()
            raise


class GroupCommits:
    """The writes of one connection. Those of one group are carried out in the order in which they were asked for."""

    def __init__(self, database: Path, clock: Clock, busy_seconds: float = 5.0) -> None:
        """``busy_seconds``: for so long another program may hold the file."""
        self._waiting: deque[_Write] = deque()
        self._group: list[_Write] = []
        self._commit: asyncio.Task[None] | None = None
        # The driver takes a class of connection and calls its commit() in the thread that all its calls are made in.
        factory = cast("type[sqlite3.Connection]", partial(_Connection, self, clock))
        self.connection = aiosqlite.connect(
            database, timeout=busy_seconds, isolation_level=None, factory=factory
        )
        """To be opened by the caller. It begins no transaction by itself."""

    async def write(self, work: Callable[[Statements], T], *, is_one_statement: bool = False) -> T:
        """What ``work`` returned, or raised, after the commit that holds what it wrote.

        It runs in the driver's thread and touches nothing that belongs to the event loop. A cancelled caller's write
        may or may not be made.

        Raises:
            sqlite3.Error: of this write, or of the commit; nothing was written.
        """
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(work, is_one_statement, answer))
        if self._commit is None:
            self._begin()
        return cast("T", await answer)

    def take(self) -> list[_Write]:
        """The next group: in the driver's thread, at the last moment, so that nothing just misses it."""
        self._group = []
        while self._waiting and len(self._group) < MOST_IN_A_GROUP:
            self._group.append(self._waiting.popleft())
        return self._group

    def _begin(self) -> None:
        self._commit = asyncio.ensure_future(self.connection.commit())
        self._commit.add_done_callback(self._committed)

    def _committed(self, commit: asyncio.Task[None]) -> None:
        error = asyncio.CancelledError() if commit.cancelled() else commit.exception()
        group = self._group or (self.take() if error else [])  # the driver was closed before it took any
        self._group, self._commit = [], None
        for write in group:
            write.settle(error)
        if self._waiting:
            self._begin()
