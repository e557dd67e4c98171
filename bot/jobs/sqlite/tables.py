"""The file as plain tables, while no bot has it open: see :mod:`bot.jobs.tables`."""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.jobs.sqlite.faults import openable
from bot.jobs.sqlite.lock import only_instance
from bot.jobs.store import StoreUnusable
from bot.jobs.tables import Columns, Values
from bot.texts import text

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"


class SqliteTables:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self) -> Columns:
        tables = [name for (name,) in self._connection.execute(_TABLES)]
        # It leaves out what is computed of other columns.
        return {
            table: tuple(row[1] for row in self._connection.execute(f"PRAGMA table_info({table})"))
            for table in tables
        }

    def count(self, table: str) -> int:
        return self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # names of our own, here and below

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Values]:
        yield from self._connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid")  # noqa: S608

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Values], expected: int) -> None:
        places = ", ".join("?" * len(columns))
        with self._connection:  # commits, or undoes it all
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608
            self._connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608
                rows,
            )
            if (found := self.count(table)) != expected:
                raise StoreUnusable(
                    text("store-rows-lost", found=str(found), expected=str(expected), table=table)
                )


@contextmanager
def sqlite_tables(path: Path) -> Generator[SqliteTables]:
    """The tables of a file that has this version's format.

    Raises:
        StoreInUse: a bot has it open.
        StoreUnusable
    """
    path = path.resolve()
    with (
        only_instance(path),
        openable(path),
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA foreign_keys = ON")
        yield SqliteTables(connection)
