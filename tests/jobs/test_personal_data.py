"""Of every table and column there is it is decided what becomes of people's data in it."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from bot.jobs.personal_data import TABLES
from bot.jobs.sqlite import SqliteStore

NAMES_SOMEBODY = re.compile(
    r"(^|_)(user|person|people|member|actor|author|requester|moderator|owner)(_id)?$|_by$"
)
"""What a column is called that says who."""
OF_PROCESSES = {("jobs", "owner")}

Columns = Mapping[str, set[str]]


@pytest.fixture
def in_sqlite(tmp_path: Path) -> Columns:
    async def make() -> None:
        async with SqliteStore.open(tmp_path / "comfycord.db"):
            pass

    asyncio.run(make())
    connection = sqlite3.connect(tmp_path / "comfycord.db")
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    found = {
        name: {row[1] for row in connection.execute(f"PRAGMA table_xinfo({name})")}
        for (name,) in tables
        if not name.startswith("sqlite_")
    }
    connection.close()
    return found


@pytest.fixture
def in_postgres(postgres_url: str) -> Columns:
    columns = "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
    of_ours = "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    found: dict[str, set[str]] = {}
    with psycopg.connect(postgres_url) as connection:
        for table, column in connection.execute(f"{columns} {of_ours}".encode()):
            found.setdefault(table, set()).add(column)
    return found


def decided() -> Columns:
    return {name: {*table.told, *table.untold} for name, table in TABLES.items()}


def test_every_column_of_sqlite_is_decided_once(in_sqlite: Columns) -> None:
    known = {name: columns for name, columns in decided().items() if name in in_sqlite}
    known["pending_orders"] = known["pending_orders"] - {"rowid"}
    assert known == in_sqlite


def test_every_column_of_postgres_is_decided_once(in_postgres: Columns) -> None:
    assert decided() == in_postgres


def test_no_column_is_told_and_untold() -> None:
    assert {name for name, table in TABLES.items() if {*table.told} & {*table.untold}} == set()


def test_what_is_not_told_or_not_erased_has_its_reason() -> None:
    assert {
        name for name, table in TABLES.items() if not (table.why or (table.told and table.erase))
    } == set()


def test_whoever_is_named_in_a_column_is_told() -> None:
    untold = {
        (name, column)
        for name, table in TABLES.items()
        for column in table.untold
        if NAMES_SOMEBODY.search(column)
    }
    assert untold == OF_PROCESSES
