"""Transactions of many tasks on one connection, and a disk that is full."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiosqlite
import pytest

from bot.jobs.database import Statements
from bot.jobs.job import NewJob
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.store import NotStored, StoreFault, StoreUnavailable
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, open_jobs, worker


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[SqliteDatabase]:
    async with SqliteDatabase.open(tmp_path / "comfycord.db") as database:
        yield database


async def turn(database: SqliteDatabase) -> int:
    rows = await database.run("SELECT turn FROM virtual_time")
    return rows[0]["turn"]


async def test_an_error_in_a_write_undoes_it(database: SqliteDatabase) -> None:
    def write_and_fail(statements: Statements) -> None:
        statements.run("UPDATE virtual_time SET turn = 5")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(write_and_fail)

    assert await turn(database) == 0


@pytest.mark.parametrize("times_cancelled", [1, 2])
async def test_a_task_may_be_cancelled_at_any_moment(database: SqliteDatabase, times_cancelled: int) -> None:
    """Before, in and after BEGIN, the statements, COMMIT; the second time while it is being undone."""
    store = SqliteStore(database)
    for step in range(60):
        new = new_job()
        task = asyncio.create_task(store.submit(new, NO_LIMITS))
        await asyncio.sleep(step * 0.00003)
        for _ in range(times_cancelled):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])

        again = await store.submit(new, NO_LIMITS)

        assert not again.created or task.cancelled(), "what was promised is there"
        assert await store.job(new.id) == again.job


async def submit_until_refused(store: SqliteStore, accepted: list[NewJob]) -> None:
    for _ in range(1000):
        new = new_job()
        await store.submit(new, NO_LIMITS)
        accepted.append(new)


async def test_a_full_disk_refuses_new_jobs_in_words_and_harms_no_others(database: SqliteDatabase) -> None:
    store = SqliteStore(database)
    accepted = [new_job() for _ in range(3)]
    for new in accepted:
        await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim

    await database.run("PRAGMA max_page_count = 1")  # SQLite takes this as: not one page more than now
    with pytest.raises(NotStored) as refusal:
        await submit_until_refused(store, accepted)

    assert refusal.value.message == text("jobs-store-full")
    assert [job.id for job in await open_jobs(store)] == [new.id for new in accepted]

    await database.run("PRAGMA max_page_count = 100000")
    assert await store.finish(claim, DONE)
    assert (await store.submit(new_job(), NO_LIMITS)).created
    assert [tuple(row) for row in await database.run("PRAGMA integrity_check")] == [("ok",)]


async def test_other_calls_tell_of_a_full_disk_too(database: SqliteDatabase) -> None:
    await database.run("PRAGMA max_page_count = 1")

    with pytest.raises(StoreUnavailable) as fault:
        await database.run("CREATE TABLE more AS SELECT randomblob(100000) AS content")

    assert fault.value.fault is StoreFault.FULL


async def test_the_last_bytes_of_the_disk_are_kept_for_open_jobs(tmp_path: Path) -> None:
    path = tmp_path / "comfycord.db"
    new = new_job()
    async with SqliteStore.open(path) as store:
        await store.submit(new, NO_LIMITS)

    async with SqliteStore.open(path, reserve_bytes=2**62) as store:
        with pytest.raises(NotStored) as refusal:
            await store.submit(new_job(), NO_LIMITS)
        assert refusal.value.message == text("jobs-store-full")

        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await store.finish(claim, DONE)


async def test_a_database_that_turned_read_only_refuses_new_jobs_in_words(database: SqliteDatabase) -> None:
    store = SqliteStore(database)
    await database.run("PRAGMA query_only = ON")

    with pytest.raises(NotStored) as refusal:
        await store.submit(new_job(), NO_LIMITS)

    assert refusal.value.message == text("jobs-store-unwritable")


async def test_a_database_that_another_program_locks_refuses_new_jobs_in_words(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    store = SqliteStore(database)
    await database.run("PRAGMA busy_timeout = 10")

    async with aiosqlite.connect(tmp_path / "comfycord.db", isolation_level=None) as other:
        await other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotStored) as refusal:
            await store.submit(new_job(), NO_LIMITS)
        await other.rollback()

    assert refusal.value.message == text("jobs-store-busy")
    assert (await store.submit(new_job(), NO_LIMITS)).created
