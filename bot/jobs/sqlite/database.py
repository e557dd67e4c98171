"""An open SQLite file: its settings, who waits for what, and its faults in the words of the store.

Nothing here knows what a job is. Two connections are shared by all tasks of the bot: one writes, in groups, and one
reads, so that a look into the ledger never waits for the disk.
"""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import LiteralString, NoReturn, TypeVar

import aiosqlite

from bot.jobs.clock import Clock, steady_clock
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.sqlite.commits import GroupCommits
from bot.jobs.sqlite.dialect import in_sqlite
from bot.jobs.sqlite.faults import lost, openable, translated, unwritable
from bot.jobs.sqlite.lock import only_instance
from bot.jobs.sqlite.own_files import Identity, identity_of, keep_private, prepare_folder
from bot.jobs.sqlite.schema import NEWEST, migrate, migrations
from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from bot.texts import text

T = TypeVar("T")

RESERVE_BYTES = 16 * 1024 * 1024
"""Room on the disk that new jobs may not use up, so that open ones can end and be shown."""
ROOM_SECONDS = 0.2
"""For so long nobody asks the disk again: of a thousand jobs at once, each would wait for its answer."""
LOOK_SECONDS = 5.0
"""How often an open file is looked for."""
UNWRITABLE_SECONDS = 60.0
"""A disk that takes nothing for so long will not mend itself."""

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables

BUSY_SECONDS = 5.0
"""For so long another program may hold the file before that is told."""

# A power cut may undo the last migrations, which the next start makes again; what is committed after them syncs them too.
_MIGRATING = "PRAGMA synchronous = NORMAL"
# What was committed outlives a power cut, at the price of one fsync a commit.
_MIGRATED = "PRAGMA synchronous = FULL"


class SqliteDatabase:
    """A :class:`bot.jobs.database.Database`: one file, opened by this process and by nobody else."""

    def __init__(
        self,
        path: Path,
        commits: GroupCommits,
        reader: aiosqlite.Connection,
        clock: Clock,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._path = path
        self._commits = commits
        self._reader = reader
        self._clock = clock
        self._reserve_bytes = reserve_bytes
        self._room_until = 0.0
        """By the monotonic clock."""
        self._unusable: StoreUnusable | None = None
        self._faulty = asyncio.Event()
        """Set when ``watch`` should look at once."""
        self._unwritable_since: float | None = None
        """By the event loop's clock."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, clock: Clock | None = None, reserve_bytes: int = RESERVE_BYTES
    ) -> AsyncGenerator["SqliteDatabase"]:
        """Open or make the file, bring it to this version's format, and keep other instances out of it.

        ``clock`` must pass evenly; without one a :func:`steady_clock` is started.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        _check_version()
        path = prepare_folder(path)
        clock = steady_clock() if clock is None else clock
        async with AsyncExitStack() as stack:
            stack.enter_context(only_instance(path))
            with openable(path):
                await asyncio.to_thread(_check_opens, path)
                commits = GroupCommits(path, clock, BUSY_SECONDS)
                writer = await stack.enter_async_context(commits.connection)
                writer.row_factory = sqlite3.Row
                await _configure(writer, path)
                await writer.execute_fetchall(_MIGRATING)
                await migrate(writer, path, migrations(), NEWEST.read_text(encoding="utf-8"))
                await writer.execute_fetchall(_MIGRATED)
                reader = await stack.enter_async_context(
                    aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
                )
                reader.row_factory = sqlite3.Row
                await reader.execute_fetchall("PRAGMA query_only = ON")
            yield cls(path, commits, reader, clock, reserve_bytes)

    @property
    def label(self) -> str:
        return str(self._path)

    def now(self) -> float:
        return self._clock()

    async def write(self, work: Callable[[Statements], T]) -> T:
        return await self._translating(self._commits.write(work))

    async def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        """One statement that writes."""
        return await self._translating(
            self._commits.write(lambda statements: statements.run(sql, parameters), is_one_statement=True)
        )

    async def read(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        """One statement that only reads: what is committed by now. It waits for no commit."""
        statement = in_sqlite(sql, parameters, self._clock)
        return list(await self._translating(self._reader.execute_fetchall(*statement)))

    def check_room(self) -> None:
        """Before anything new is begun: is there more room than what was begun needs to end?

        Raises:
            StoreUnavailable: no.
        """
        now = time.monotonic()
        if now < self._room_until:
            return
        free_bytes = shutil.disk_usage(self._path.parent).free
        if free_bytes >= self._reserve_bytes:
            self._room_until = now + ROOM_SECONDS
        else:
            raise StoreUnavailable(StoreFault.FULL, f"{free_bytes} bytes are left on the disk")

    async def watch(
        self, look_seconds: float = LOOK_SECONDS, patience_seconds: float = UNWRITABLE_SECONDS
    ) -> NoReturn:
        """Look for the file, and for what others meet, for as long as the database is open.

        Raises:
            StoreUnusable: the file was deleted or replaced, it is damaged, or its disk takes nothing any more.
        """
        found = await asyncio.to_thread(self._identities)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(look_seconds):
                    await self._faulty.wait()
            self._faulty.clear()
            if self._unusable is not None:
                raise self._unusable
            known, found = found, await asyncio.to_thread(self._identities)
            if any(was is not None and was != now for was, now in zip(known, found, strict=True)):
                raise lost(self._path)
            if self._unwritable_since is not None:
                await self._try_to_write(self._unwritable_since, patience_seconds)

    def _identities(self) -> Sequence[Identity | None]:
        # SQLite makes the second one when it is first needed.
        return [identity_of(self._path), identity_of(self._path.with_name(f"{self._path.name}-wal"))]

    async def _try_to_write(self, since: float, patience_seconds: float) -> None:
        try:
            await self.run("PRAGMA application_id = 0")  # changes nothing, and is written all the same
        except StoreUnavailable as fault:
            seconds = asyncio.get_running_loop().time() - since
            if fault.fault is StoreFault.UNWRITABLE and seconds >= patience_seconds:
                raise unwritable(self._path, seconds, fault.details) from fault
        else:
            self._unwritable_since = None

    async def _translating(self, call: Awaitable[T]) -> T:
        """What the call returns; its faults in the words of the store, and ``watch`` is told of them."""
        try:
            return await call
        except sqlite3.DatabaseError as error:
            fault = translated(error, self._path)
            match fault:
                case None:
                    raise
                case StoreUnusable():
                    self._unusable = fault
                    self._faulty.set()
                case StoreUnavailable(fault=StoreFault.UNWRITABLE) if self._unwritable_since is None:
                    self._unwritable_since = asyncio.get_running_loop().time()
                case StoreUnavailable():
                    pass
            raise fault from error


def _check_version() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnusable(text("store-old-sqlite", version=sqlite3.sqlite_version))


def _check_opens(path: Path) -> None:
    """Fail here rather than in aiosqlite, which leaves a failed connection's thread to end when it likes."""
    keep_private(path)
    sqlite3.connect(path).close()


async def _configure(connection: aiosqlite.Connection, path: Path) -> None:
    await connection.execute_fetchall("PRAGMA foreign_keys = ON")
    mode = [str(row[0]) for row in await connection.execute_fetchall("PRAGMA journal_mode = WAL")]
    if mode != ["wal"]:
        raise StoreUnusable(text("store-no-log", path=str(path)))
