"""An open SQLite file: its settings, its transactions, and its troubles in the words of the store.

Nothing here knows what a job is. The tasks of the bot share one connection, therefore one transaction; so every
statement goes through here, under one lock.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import LiteralString, TypeAlias

import aiosqlite

from bot.jobs.lock import only_instance
from bot.jobs.schema import migrate, migrations
from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable

Row: TypeAlias = sqlite3.Row
Columns: TypeAlias = dict[str, str | int | float | None]

RESERVE_BYTES = 16 * 1024 * 1024
"""Room on the disk that new jobs may not use up, so that open ones can end and be shown."""

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables

# FULL: what was committed outlives a power cut, at the price of one fsync a transaction.
_SETTINGS = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA busy_timeout = 5000")

_FAULTS = {
    sqlite3.SQLITE_FULL: StoreFault.FULL,
    sqlite3.SQLITE_BUSY: StoreFault.BUSY,
    sqlite3.SQLITE_LOCKED: StoreFault.BUSY,
    sqlite3.SQLITE_READONLY: StoreFault.UNWRITABLE,
    sqlite3.SQLITE_IOERR: StoreFault.UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: StoreFault.UNWRITABLE,
}


def update(change: LiteralString, condition: LiteralString, returning: LiteralString = "id") -> LiteralString:
    """The statement that changes the jobs for which the condition holds; it returns one row for each."""
    # Literals only, as the type checker proves: what comes from outside travels as a parameter.
    return f"UPDATE jobs SET {change} WHERE {condition} RETURNING {returning}"  # noqa: S608  # see above


class Statements:
    """What one transaction may do. Not to be kept after its block."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def run(self, sql: LiteralString, parameters: Columns | None = None) -> list[Row]:
        """Execute one statement and return all its rows: nothing stays open that could hold a lock."""
        return list(await self._connection.execute_fetchall(sql, parameters))


class Database:
    """One connection, shared by all tasks of this process and by nobody else."""

    def __init__(self, connection: aiosqlite.Connection, folder: Path, reserve_bytes: int) -> None:
        self._connection = connection
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._statements = Statements(connection)
        self._lock = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, reserve_bytes: int = RESERVE_BYTES) -> AsyncGenerator["Database"]:
        """Open or make the file, bring it to this version's format, and keep other instances out of it.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        path = _prepared(path)
        async with AsyncExitStack() as stack:
            stack.enter_context(only_instance(path))
            with openable(path):
                await asyncio.to_thread(_check_opens, path)
                connection = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
                connection.row_factory = sqlite3.Row
                await _configure(connection, path)
                await migrate(connection, path, migrations())
            yield cls(connection, path.parent, reserve_bytes)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Statements]:
        """All statements of the block or none; the block's end is the commit.

        Cancelled in the middle, nothing was changed. Cancelled while it commits, it may have been committed.
        """
        async with self._lock:
            try:
                with _translated():
                    await self._statements.run("BEGIN IMMEDIATE")
                    yield self._statements
                    await self._statements.run("COMMIT")
            except BaseException:
                # The driver works off its statements in order, also those whose task was cancelled: whatever was
                # begun is rolled back before the lock's next holder gets a word in. Without a transaction this
                # does nothing.
                await self._connection.rollback()
                raise

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[Statements]:
        """Several statements, each its own transaction, with nobody else's in between.

        For reading first and then writing once: without BEGIN and COMMIT of their own, two journeys to the driver's
        thread less.
        """
        async with self._lock:
            with _translated():
                yield self._statements

    async def run(self, sql: LiteralString, parameters: Columns | None = None) -> list[Row]:
        """One statement that is its own transaction."""
        async with self.alone() as statements:
            return await statements.run(sql, parameters)

    def check_room(self) -> None:
        """Before anything new is begun: is there more room than what was begun needs to end?

        Raises:
            StoreUnavailable: no.
        """
        free_bytes = shutil.disk_usage(self._folder).free
        if free_bytes < self._reserve_bytes:
            raise StoreUnavailable(StoreFault.FULL, f"{free_bytes} bytes are left on the disk")


def _check_opens(path: Path) -> None:
    """Fail here rather than in aiosqlite, which leaves a failed connection's thread to end when it likes."""
    sqlite3.connect(path).close()


def _prepared(path: Path) -> Path:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnusable(
            f"This Python comes with SQLite {sqlite3.sqlite_version}, Comfycord needs 3.37 or newer. "
            "Use a newer Python."
        )
    path = path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"The folder of the database {path} cannot be made: {error.strerror}. "
            "Make it, or set DATABASE to a file in another folder."
        ) from error
    return path.resolve()


async def _configure(connection: aiosqlite.Connection, path: Path) -> None:
    for setting in _SETTINGS:
        await connection.execute_fetchall(setting)
    mode = [str(row[0]) for row in await connection.execute_fetchall("PRAGMA journal_mode = WAL")]
    if mode != ["wal"]:
        raise StoreUnusable(
            f"The disk of the database {path} cannot hold a write-ahead log. Use a local disk."
        )


@contextmanager
def openable(path: Path) -> Generator[None]:
    """While it is being opened, every fault means that the database cannot be used at all."""
    try:
        yield
    except (sqlite3.DatabaseError, StoreUnavailable) as error:
        cause = error.details if isinstance(error, StoreUnavailable) else error
        raise StoreUnusable(
            f"The database {path} cannot be opened: {cause}. "
            "Check that its folder is writable and its disk has room, or set DATABASE to another file."
        ) from error


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        primary_code = error.sqlite_errorcode & 0xFF
        if (fault := _FAULTS.get(primary_code)) is None:
            raise  # a wrong statement: a bug
        raise StoreUnavailable(fault, str(error)) from error
