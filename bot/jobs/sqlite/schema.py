"""Bring a database to the format of this version: numbered scripts, each one transaction; an empty one at once."""

from pathlib import Path
from typing import LiteralString, cast

import aiosqlite

from bot.jobs.store import StoreUnusable
from bot.texts import text

MIGRATIONS = Path(__file__).with_name("migrations")
NEWEST = Path(__file__).with_name("newest.sql")
"""What all scripts together make of an empty database, in a quarter of their time: a bot's first start waits for it.
``python -m tests.jobs.newest_tables`` writes it, and a test holds it equal to them."""


def migrations(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """The scripts in order: the first brings an empty database to format 1."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    for number, file in enumerate(files, start=1):
        if not file.name.startswith(f"{number:04}_"):
            raise ValueError(f"migration {number:04} is missing before {file.name}")
    return tuple(file.read_text(encoding="utf-8") for file in files)


async def migrate(
    connection: aiosqlite.Connection, path: Path, scripts: tuple[str, ...], newest: str | None = None
) -> None:
    """Apply the scripts that the database has not seen; to an empty one ``newest`` in place of all of them.

    Raises:
        StoreUnusable: a newer version, or another program, wrote it.
    """
    found = await _number(connection, "PRAGMA user_version")
    if found > len(scripts):
        known = str(len(scripts))
        raise StoreUnusable(text("store-newer", path=str(path), found=str(found), known=known))
    if found == 0 and await _number(connection, "SELECT count(*) FROM sqlite_schema"):
        raise StoreUnusable(text("store-foreign", path=str(path)))
    if found == 0 and newest is not None:
        await _apply(connection, len(scripts), newest)
        return
    for number, script in enumerate(scripts[found:], start=found + 1):
        await _apply(connection, number, script)


async def _apply(connection: aiosqlite.Connection, number: int, script: str) -> None:
    try:
        await connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"
        )
    except BaseException:
        await connection.rollback()
        raise


async def _number(connection: aiosqlite.Connection, sql: LiteralString) -> int:
    rows = list(await connection.execute_fetchall(sql))
    return cast("int", rows[0][0])
