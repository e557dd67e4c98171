"""Writes of many tasks that share their commits."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import aiosqlite
import pytest

from bot.jobs.database import Statements
from bot.jobs.sqlite.commits import MOST_IN_A_GROUP
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.store import StoreFault, StoreUnavailable
from tests.jobs.traced import Traced, traced

ADD = "INSERT INTO notes (words) VALUES (:words)"
ALL = "SELECT words FROM notes ORDER BY number"


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncGenerator[Traced]:
    """An open database with a table of its own; nothing was committed since."""
    async with traced(tmp_path / "comfycord.db") as found:
        await found.database.run("CREATE TABLE notes (number INTEGER PRIMARY KEY, words TEXT UNIQUE) STRICT")
        found.written.clear()
        yield found


def words(notes: Traced) -> list[object]:
    return [row[0] for row in notes.look(ALL)]


async def add(notes: Traced, note: str) -> None:
    await notes.database.run(ADD, {"words": note})


@contextmanager
def held_up(notes: Traced) -> Generator[Callable[[], None]]:
    """The driver's thread is in the middle of a commit until the function is called, at the latest after the block."""
    go_on, begun = threading.Event(), threading.Event()

    def wait(statements: Statements) -> None:
        begun.set()
        statements.run(ADD, {"words": "slow"})
        go_on.wait()

    slow = asyncio.ensure_future(notes.database.write(wait))
    try:
        yield go_on.set
    finally:
        go_on.set()
        slow.cancel()


async def begun(notes: Traced) -> None:
    while "BEGIN IMMEDIATE" not in notes.written:  # noqa: ASYNC110  # it is set in the driver's thread
        await asyncio.sleep(0.001)


async def test_what_is_asked_for_at_once_is_written_by_one_commit(notes: Traced) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(add(notes, f"{number}"))

    assert notes.commits == 1
    assert words(notes) == [f"{number}" for number in range(50)]


async def test_what_is_asked_for_while_a_commit_runs_shares_the_next(notes: Traced) -> None:
    with held_up(notes) as go_on:
        await begun(notes)
        writing = [asyncio.create_task(add(notes, f"{number}")) for number in range(20)]
        await asyncio.sleep(0)
        go_on()
        await asyncio.gather(*writing)

    assert notes.commits == 2


async def test_a_group_is_no_larger_than_people_should_wait_for(notes: Traced) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(MOST_IN_A_GROUP + 1):
            tasks.create_task(add(notes, f"{number}"))

    assert notes.commits == 2


async def test_nobody_is_told_before_the_commit(notes: Traced) -> None:
    async def add_and_look(note: str) -> bool:
        await add(notes, note)
        return note in words(notes)

    assert all(await asyncio.gather(*(add_and_look(f"{number}") for number in range(30))))


async def test_writes_are_made_in_the_order_in_which_they_were_asked_for(notes: Traced) -> None:
    with held_up(notes) as go_on:
        await begun(notes)
        writing = [asyncio.create_task(add(notes, f"{number}")) for number in range(300)]
        await asyncio.sleep(0)
        go_on()
        await asyncio.gather(*writing)

    assert words(notes) == ["slow", *(f"{number}" for number in range(300))]


async def test_a_write_that_fails_undoes_none_beside_it(notes: Traced) -> None:
    def twice(statements: Statements) -> None:
        statements.run(ADD, {"words": "half of a pair"})
        statements.run(ADD, {"words": "before"})

    def broken(statements: Statements) -> None:
        statements.run(ADD, {"words": "half of a bug"})
        raise ZeroDivisionError

    answers = await asyncio.gather(
        add(notes, "before"),
        notes.database.write(twice),
        notes.database.write(broken),
        add(notes, "after"),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [
        type(None),
        sqlite3.IntegrityError,
        ZeroDivisionError,
        type(None),
    ]
    assert notes.commits == 1
    assert words(notes) == ["before", "after"]


async def test_where_sqlite_gives_up_the_whole_transaction_nobody_is_told_that_theirs_was_written(
    notes: Traced,
) -> None:
    def give_up(statements: Statements) -> None:
        statements.run("INSERT OR ROLLBACK INTO notes (words) VALUES ('before')")

    answers = await asyncio.gather(
        add(notes, "before"), notes.database.write(give_up), add(notes, "after"), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 3
    assert words(notes) == []
    await add(notes, "later")
    assert words(notes) == ["later"]


async def test_a_caller_who_is_cancelled_while_waiting_takes_nobody_along(notes: Traced) -> None:
    with held_up(notes) as go_on:
        await begun(notes)
        writing = [asyncio.create_task(add(notes, f"{number}")) for number in range(3)]
        await asyncio.sleep(0)
        writing[1].cancel()
        await asyncio.sleep(0)
        go_on()
        await asyncio.gather(*writing, return_exceptions=True)

    assert [task.cancelled() for task in writing] == [False, True, False]
    assert words(notes) == ["slow", "0", "2"]


async def test_a_caller_who_is_cancelled_in_mid_write_takes_nobody_along(notes: Traced) -> None:
    with held_up(notes):
        await begun(notes)
        beside = asyncio.create_task(add(notes, "beside"))
        await asyncio.sleep(0)
    await beside  # the slow one was cancelled; its write was under way, and is whole

    assert words(notes) == ["slow", "beside"]


async def test_a_lock_held_by_another_program_is_told_to_everybody_in_the_group(notes: Traced) -> None:
    await notes.database.run("PRAGMA busy_timeout = 10")
    async with aiosqlite.connect(notes.path, isolation_level=None) as other:
        await other.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(
            *(add(notes, f"{number}") for number in range(3)), return_exceptions=True
        )
        await other.rollback()

    assert [answer.fault for answer in answers if isinstance(answer, StoreUnavailable)] == [
        StoreFault.BUSY
    ] * 3
    assert words(notes) == []


async def test_a_full_disk_is_told_to_everybody_whose_write_is_lost(notes: Traced) -> None:
    await notes.database.run("PRAGMA max_page_count = 1")  # SQLite takes this as: not one page more than now
    answers = await asyncio.gather(
        *(add(notes, f"{number}" * 5000) for number in range(3)), return_exceptions=True
    )

    faults = [answer.fault for answer in answers if isinstance(answer, StoreUnavailable)]
    assert faults
    assert set(faults) == {StoreFault.FULL}
    assert len(words(notes)) == 3 - len(faults)


async def test_a_commit_that_fails_is_undone_and_the_next_is_made(notes: Traced) -> None:
    """A reference that leads nowhere, for one, is met by the commit itself."""
    await notes.database.run(
        "CREATE TABLE replies (note INTEGER REFERENCES notes (number) DEFERRABLE INITIALLY DEFERRED) STRICT"
    )

    answers = await asyncio.gather(
        notes.database.run("INSERT INTO replies VALUES (99)"), add(notes, "beside"), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 2
    await add(notes, "later")
    assert words(notes) == ["later"]


async def test_a_look_waits_for_no_commit(notes: Traced) -> None:
    await add(notes, "before")
    notes.written.clear()

    with held_up(notes):
        await begun(notes)
        seen = await notes.database.read(ALL)

    assert [row["words"] for row in seen] == ["before"]


async def test_a_look_sees_what_was_written_before_it(notes: Traced) -> None:
    for number in range(20):
        await add(notes, f"{number}")
        assert len(await notes.database.read(ALL)) == number + 1


async def test_a_look_changes_nothing(tmp_path: Path) -> None:
    async with SqliteDatabase.open(tmp_path / "comfycord.db") as database:
        with pytest.raises(StoreUnavailable):
            await database.read("UPDATE virtual_time SET turn = 7")


async def test_who_writes_after_the_end_is_told(tmp_path: Path) -> None:
    async with traced(tmp_path / "comfycord.db") as closed:
        pass

    with pytest.raises(ValueError, match="no active connection"):
        await add(closed, "too late")


async def test_a_single_statement_that_fails_half_way_leaves_nothing_and_needs_no_savepoint(
    notes: Traced,
) -> None:
    await add(notes, "taken")
    two = "INSERT INTO notes (words) VALUES ('new'), ('taken')"

    before, failed, after = await asyncio.gather(
        add(notes, "before"), notes.database.run(two), add(notes, "after"), return_exceptions=True
    )

    assert (before, after) == (None, None)
    assert isinstance(failed, sqlite3.IntegrityError)
    assert words(notes) == ["taken", "before", "after"]
    assert notes.commits == 2
    assert not [statement for statement in notes.written if "SAVEPOINT" in statement]
