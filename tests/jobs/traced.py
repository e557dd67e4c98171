"""A database whose statements are written down: what SQLite is asked, and how often it is made to wait for the disk."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiosqlite

from bot.jobs.clock import Clock
from bot.jobs.sqlite.commits import GroupCommits
from bot.jobs.sqlite.database import SqliteDatabase
from tests.jobs.sample import MovableClock


@dataclass
class Traced:
    database: SqliteDatabase
    path: Path
    writer: aiosqlite.Connection
    written: list[str] = field(default_factory=list[str])
    """Statements of the connection that writes, with their values."""
    read: list[str] = field(default_factory=list[str])
    """Statements of the connection that reads."""

    @property
    def commits(self) -> int:
        return self.written.count("COMMIT")

    def look(self, sql: str) -> list[tuple[object, ...]]:
        """What another program sees at this moment: nothing but what is committed."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def plan(self, sql: str) -> list[str]:
        """How SQLite goes about a statement, a line a step."""
        return [str(row[3]) for row in self.look(f"EXPLAIN QUERY PLAN {sql}")]


@asynccontextmanager
async def traced(path: Path, clock: Clock | None = None) -> AsyncGenerator[Traced]:
    async with SqliteDatabase.open(path):
        pass  # makes it
    clock = clock or MovableClock()
    commits, reading = GroupCommits(path, clock), aiosqlite.connect(path, isolation_level=None)
    async with commits.connection as writer, reading as reader:
        found = Traced(SqliteDatabase(path, commits, reader, clock, 0), path, writer)
        for connection, statements in ((writer, found.written), (reader, found.read)):
            connection.row_factory = sqlite3.Row
            await connection.execute_fetchall("PRAGMA foreign_keys = ON")
            await connection.set_trace_callback(statements.append)  # pyright: ignore[reportUnknownMemberType]  # the driver's
        yield found
