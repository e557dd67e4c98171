"""The database's files: who may read them, and what happens when they go or break under the bot."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from tests.jobs.sample import NO_LIMITS, new_job
from tests.jobs.traced import traced

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "comfycord.db"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def modes(path: Path) -> dict[str, int]:
    return {each.name: mode(each) for each in path.parent.iterdir()}


ALL_PRIVATE = {
    "comfycord.db": 0o600,
    "comfycord.db-wal": 0o600,
    "comfycord.db-shm": 0o600,
    "comfycord.db.lock": 0o600,
}


@posix_only
async def test_only_the_owner_may_read_the_database_and_a_folder_that_was_made_for_it(path: Path) -> None:
    nested = path.parent / "data" / path.name

    async with SqliteStore.open(nested):
        assert modes(nested) == ALL_PRIVATE
        assert mode(nested.parent) == 0o700


@posix_only
async def test_a_folder_that_was_there_is_left_as_it_is(path: Path) -> None:
    path.parent.chmod(0o755)

    async with SqliteStore.open(path):
        assert mode(path.parent) == 0o755


@posix_only
async def test_a_database_that_others_could_read_is_closed_to_them(path: Path) -> None:
    async with SqliteStore.open(path):
        pass
    for each in path.parent.iterdir():
        each.chmod(0o644)

    async with SqliteStore.open(path):
        assert modes(path) == ALL_PRIVATE


@pytest.mark.parametrize("suffix", ["", "-wal"])
async def test_a_file_that_is_deleted_under_the_bot_is_missed(path: Path, suffix: str) -> None:
    async with SqliteDatabase.open(path) as database:
        await database.run("UPDATE virtual_time SET turn = 1")
        watching = asyncio.create_task(database.watch(look_seconds=0.01))
        await asyncio.sleep(0.1)
        assert not watching.done()
        path.with_name(path.name + suffix).unlink()

        with pytest.raises(StoreUnusable) as end:
            await watching

    assert str(end.value) == (
        f"The database {path}, or its -wal file, was deleted or replaced while the bot was running. "
        "Put a backup in its place, or start without one: then the bot begins with an empty queue."
    )


async def test_the_file_is_looked_for_only_so_often(path: Path) -> None:
    async with SqliteDatabase.open(path) as database:
        watching = asyncio.create_task(database.watch(look_seconds=3600))
        await asyncio.sleep(0.1)
        path.unlink()  # noqa: ASYNC240  # a moment, in a test
        await asyncio.sleep(0.1)

        assert not watching.done()
        watching.cancel()


async def test_a_file_that_is_replaced_under_the_bot_is_missed(path: Path) -> None:
    async with SqliteDatabase.open(path) as database:
        watching = asyncio.create_task(database.watch(look_seconds=0.01))
        await asyncio.sleep(0.1)
        other = path.with_name("other.db")
        shutil.copy(path, other)
        other.replace(path)

        with pytest.raises(StoreUnusable, match="deleted or replaced"):
            await watching


def damage(path: Path) -> None:
    """Overwrite everything but the header, as a broken disk or another program does."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(4096)
        file.write(os.urandom(size - 4096))


async def test_a_database_that_breaks_under_the_bot_ends_it_with_a_sentence(path: Path) -> None:
    async with SqliteStore.open(path) as store:
        for _ in range(20):
            await store.submit(new_job(), NO_LIMITS)
    async with SqliteDatabase.open(path) as database:
        watching = asyncio.create_task(database.watch())
        damage(path)

        with pytest.raises(StoreUnusable) as met:
            await SqliteStore(database).standings()
        with pytest.raises(StoreUnusable) as end:
            await watching

    assert end.value is met.value
    assert str(end.value).startswith(f"The database {path} is damaged: ")
    assert "put a backup in its place" in str(end.value)


async def test_a_broken_database_is_not_opened(path: Path) -> None:
    async with SqliteStore.open(path):
        pass
    damage(path)

    with pytest.raises(StoreUnusable, match=r"is damaged: .* put a backup in its place"):
        async with SqliteStore.open(path):
            pass


async def refused(database: SqliteDatabase) -> StoreFault:
    with pytest.raises(StoreUnavailable) as fault:
        await database.run("UPDATE virtual_time SET turn = 1")
    return fault.value.fault


async def test_a_disk_that_takes_nothing_for_long_ends_the_bot_with_a_sentence(path: Path) -> None:
    async with SqliteDatabase.open(path) as database:
        await database.run("PRAGMA query_only = ON")
        watching = asyncio.create_task(database.watch(look_seconds=0.01, patience_seconds=0.1))
        assert await refused(database) is StoreFault.UNWRITABLE

        with pytest.raises(StoreUnusable, match=r"could not be written for \d+ seconds: .*readonly"):
            await watching


async def test_a_disk_that_takes_nothing_for_a_moment_is_waited_for(path: Path) -> None:
    async with SqliteDatabase.open(path) as database:
        await database.run("PRAGMA query_only = ON")
        watching = asyncio.create_task(database.watch(look_seconds=0.01, patience_seconds=3600))
        await refused(database)
        await asyncio.sleep(0.1)

        assert not watching.done()
        watching.cancel()


async def test_a_database_that_another_program_locks_is_no_disk_that_takes_nothing(path: Path) -> None:
    async with traced(path) as found, aiosqlite.connect(path, isolation_level=None) as other:
        await found.writer.execute_fetchall("PRAGMA busy_timeout = 10")
        await found.writer.execute_fetchall("PRAGMA query_only = ON")
        await refused(found.database)
        await found.writer.execute_fetchall("PRAGMA query_only = OFF")
        await other.execute("BEGIN IMMEDIATE")
        watching = asyncio.create_task(found.database.watch(look_seconds=0.01, patience_seconds=0.0))
        await asyncio.sleep(0.1)

        assert not watching.done()
        watching.cancel()
        await other.rollback()


async def test_a_disk_that_takes_something_again_is_forgiven(path: Path) -> None:
    async with traced(path) as found:
        await found.writer.execute_fetchall("PRAGMA query_only = ON")
        await refused(found.database)
        await found.writer.execute_fetchall("PRAGMA query_only = OFF")
        watching = asyncio.create_task(found.database.watch(look_seconds=0.01, patience_seconds=0.0))
        await asyncio.sleep(0.1)

        assert not watching.done()
        watching.cancel()
