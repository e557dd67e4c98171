"""Versions one apart work on one ledger: what the former version asks, the tables of this one still answer."""

from pathlib import Path
from typing import LiteralString, cast

import pytest

from bot.jobs.database import Columns, Statements
from bot.jobs.postgres.database import PostgresDatabase
from bot.jobs.postgres.schema import migrations, newest
from tests.jobs.recorded import FOLDER, Recording


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


def _carried_out(write: list[tuple[str, Columns, int]], statements: Statements) -> list[tuple[str, int]]:
    return [(sql, len(statements.run(cast("LiteralString", sql), values))) for sql, values, _ in write]
