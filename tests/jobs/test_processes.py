"""Two processes and one file; a process that dies."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.jobs.job import State
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.store import StoreInUse
from tests.jobs.other_process import open_only, stop_in_mid_transaction, submit_for_ever
from tests.jobs.sample import open_jobs

ROOT = Path(__file__).parents[2]

IN_USE = (
    "The database {path} is in use by another running Comfycord. "
    "Stop that one first, or set DATABASE to another file."
)

Story = Callable[[Path], Coroutine[Any, Any, None]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "comfycord.db"


@asynccontextmanager
async def another_process(story: Story, path: Path) -> AsyncGenerator[asyncio.StreamReader]:
    """Its output; it is killed (SIGKILL) at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.jobs.other_process", story.__name__, str(path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout
    try:
        yield process.stdout
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_second_instance_in_another_process_is_refused(path: Path) -> None:
    async with SqliteStore.open(path), another_process(open_only, path) as output:
        assert (await output.readline()).decode().strip() == IN_USE.format(path=path)


async def test_a_second_instance_in_the_same_process_is_refused(path: Path) -> None:
    async with SqliteStore.open(path):
        with pytest.raises(StoreInUse) as refusal:
            async with SqliteStore.open(path):
                pass

    assert str(refusal.value) == IN_USE.format(path=path)


async def test_the_next_instance_may_open_what_the_last_one_closed(path: Path) -> None:
    for _ in range(2):
        async with SqliteStore.open(path):
            pass


async def test_a_kill_loses_no_job_that_was_promised(path: Path) -> None:
    async with another_process(submit_for_ever, path) as output:
        promised = [UUID((await output.readline()).decode().strip()) for _ in range(20)]
    while (line := await output.readline()).endswith(b"\n"):
        promised.append(UUID(line.decode().strip()))

    async with SqliteStore.open(path) as store:
        found = [job.id for job in await open_jobs(store)]

    # A last one may have been committed that the process could not tell of any more.
    assert found[: len(promised)] == promised
    assert len(found) <= len(promised) + 1


async def test_after_a_kill_nobody_waits_for_the_leases_of_the_dead(path: Path) -> None:
    async with another_process(submit_for_ever, path) as output:
        for _ in range(20):
            await output.readline()

    async with SqliteStore.open(path) as store:
        assert {job.state for job in await open_jobs(store)} == {State.QUEUED}


async def test_a_kill_in_mid_transaction_leaves_no_trace(path: Path) -> None:
    async with another_process(stop_in_mid_transaction, path) as output:
        assert await output.readline() == b"written, not committed\n"

    async with SqliteDatabase.open(path) as database:
        assert [tuple(row) for row in await database.run("SELECT turn FROM virtual_time")] == [(0,)]
        assert [tuple(row) for row in await database.run("PRAGMA integrity_check")] == [("ok",)]
