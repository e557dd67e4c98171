"""Versions one apart work on one ledger: what the former version asks, the tables of this one still answer."""

from pathlib import Path
from typing import LiteralString, cast

import psycopg
import pytest

from bot.jobs.database import Columns, Statements
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.database import PostgresDatabase
from bot.jobs.postgres.schema import migrations, newest
from bot.jobs.rules import LedgerRules
from tests.jobs.recorded import FOLDER, Recording, chosen
from tests.jobs.test_postgres_faults import live

PREPARED_AFTER = 5
"""Times that psycopg sees a statement before the server keeps it."""


def formats() -> list[Path]:
    return sorted(FOLDER.glob("format_*.json"))


def test_what_a_format_before_this_one_was_asked_is_written_down() -> None:
    numbers = [int(file.stem.partition("_")[2]) for file in formats()]
    assert numbers
    assert max(numbers) <= newest(migrations())


@pytest.mark.parametrize("file", formats(), ids=lambda file: file.stem)
async def test_the_statements_of_a_former_version_do_what_they_did(postgres_url: str, file: Path) -> None:
    """Each with the values of that time, in that order: as many rows come back as came then."""
    async with PostgresDatabase.open(postgres_url) as database:
        for write in Recording.of_file(file).writes:
            found = await database.write(lambda statements, write=write: _carried_out(write, statements))
            assert found == [(sql, rows) for sql, _, rows in write]


async def test_tables_may_change_under_a_process_that_uses_them(postgres_url: str) -> None:
    """Its session has prepared what it asks often, and a statement that would take every column there is fails then."""
    async with PostgresStore.open(postgres_url, most_sessions=1) as store:
        for _ in range(PREPARED_AFTER + 1):
            await often(store)
        with psycopg.connect(postgres_url, autocommit=True) as owner:
            for (table,) in owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall():
                owner.execute(f"ALTER TABLE {table} ADD COLUMN of_the_next_version BIGINT".encode())
        await often(store)


async def often(store: LedgerRules) -> None:
    await live(store)
    await chosen(store)


def _carried_out(write: list[tuple[str, Columns, int]], statements: Statements) -> list[tuple[str, int]]:
    return [(sql, len(statements.run(cast("LiteralString", sql), values))) for sql, values, _ in write]
