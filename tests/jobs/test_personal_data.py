"""Of every table and column there is it is decided what becomes of people's data in it, and that is what becomes of it."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.jobs.personal_data import TABLES
from bot.jobs.postgres import PostgresStore
from bot.jobs.sqlite import SqliteStore
from tests.jobs.contract.preparations import READY
from tests.jobs.contract.privacy import PERSON, use_everything
from tests.jobs.sample import MovableClock

NAMES_SOMEBODY = re.compile(
    r"(^|_)(user|person|people|member|actor|author|requester|moderator|owner)(_id)?$|_by$"
)
"""What a column is called that says who."""
OF_PROCESSES = {("jobs", "owner")}
MODERATORS = {
    ("blocks", "blocked_by"), ("pauses", "paused_by"), ("audit", "actor_id"), ("reviews", "decided_by"),
}  # fmt: skip
"""Whom others need not be told."""

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
    assert untold == OF_PROCESSES | MODERATORS


TRACES = (str(PERSON), "a red fox", "水彩", "不要", READY.blob)
"""The person, and what was theirs: words, a preset, a report, a file."""
MAY_NAME = {"blocks", "audit", "erased_use", "shares"}


def check_erased(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """What the tables say, as another program reads them."""
    assert [each for each in TRACES if not any(each in content for content in before.values())] == []
    left = {(table, each) for table, content in after.items() for each in TRACES if each in content}
    assert left == {(table, str(PERSON)) for table in MAY_NAME}


async def test_in_a_file_nothing_is_left_of_whoever_is_erased(tmp_path: Path) -> None:
    path = tmp_path / "comfycord.db"

    def dumped() -> Mapping[str, str]:
        with closing(sqlite3.connect(path)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            return {name: str(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in tables}

    async with SqliteStore.open(path, clock=(clock := MovableClock())) as store:
        await use_everything(store, clock, PERSON)
        before = dumped()
        await store.erase(PERSON)
    check_erased(before, dumped())


async def test_in_a_server_nothing_is_left_of_whoever_is_erased(postgres_url: str) -> None:
    def dumped() -> Mapping[str, str]:
        with psycopg.connect(postgres_url) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                name: str(connection.execute(f"SELECT * FROM {name}".encode()).fetchall())
                for (name,) in tables
            }

    async with PostgresStore.open(postgres_url, clock=(clock := MovableClock())) as store:
        await use_everything(store, clock, PERSON)
        before = dumped()
        await store.erase(PERSON)
    check_erased(before, dumped())
