"""``migrate-store``: a whole ledger goes to the other database and back, and nothing of it is another."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import psycopg
import pytest
from msgspec.structs import replace

from bot.__main__ import main
from bot.inputs.file_blobs import FileBlobs
from bot.inputs.ledger_blobs import LedgerBlobs
from bot.jobs.address import Address, PostgresAddress
from bot.jobs.job import Job, MessageRef, State
from bot.jobs.opening import open_store
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.tables import postgres_tables
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import JobStore, StoreInUse
from tests.inputs.contract.sample import put
from tests.jobs.contract import guild_workflows
from tests.jobs.contract.groups import group_of
from tests.jobs.contract.pending import order, reminder
from tests.jobs.contract.people import OF_GUILD, OWN
from tests.jobs.contract.preparations import MASKED, with_files
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, open_jobs, prompt_id, worker
from tests.jobs.test_postgres_faults import live


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


async def fill(store: JobStore) -> Job:
    """Something of everything; returned is a job that runs."""
    ended = await live(store)
    await store.record_status_message(ended.id, MessageRef(1, 3))
    await store.submit_group(group_of(3), NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    running = await store.note(claim, prompt_id())
    await store.submit(with_files(MASKED), NO_LIMITS)
    await store.submit(replace(new_job(2), ui_graph='{"nodes": [], "words": "雪"}'), NO_LIMITS)
    for preset in (OWN, OF_GUILD):
        await store.save_preset(preset)
    for _ in range(2):
        await store.keep_pending(order())
        await store.keep_reminder(reminder())
    await store.set_mentions(1, wanted=False)
    await store.set_guild_setting(100, "showcase-channel", "5", set_by=1)
    await guild_workflows.published(store)
    return running.job


async def everything(address: Address) -> list[object]:
    async with open_store(address) as store:
        jobs = await open_jobs(store)
        return [
            jobs,
            [await store.inputs(job.id) for job in jobs],
            [standing.position for standing in await store.standings()],
            (await store.history(1, 100, most=50)).jobs,
            await store.presets(1, 100),
            await store.reminders(),
            await store.wants_mentions(1),
            await store.guild_settings(100),
            await store.guild_workflows(100),
            await store.workflow_version(1, 1),
        ]


def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in tables
        }


def move(source: Path | str, target: Path | str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("DATABASE", str(source))
    return main(["migrate-store", "--to", str(target)])


def test_a_ledger_goes_to_a_server_and_comes_back_as_it_was(
    file: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(file.parent)

    async def make() -> tuple[Job, str, list[object]]:
        async with SqliteStore.open(file) as store:
            running = await fill(store)
        blob = await put(await FileBlobs.open(file.with_name("jobs-inputs"), total_bytes=2**20), b"fox")
        return running, blob, await everything(file)

    async def look() -> list[object]:
        return await everything(PostgresAddress(postgres_url))

    running, blob, before = asyncio.run(make())
    was = rows_of(file)

    assert move(file, postgres_url, monkeypatch) == 0
    told = capsys.readouterr().out
    assert f"jobs: {len(was['jobs'])} moved" in told
    assert "files that jobs start from: 1 moved" in told
    assert asyncio.run(look()) == before

    back = file.with_name("back.db")
    assert move(postgres_url, back, monkeypatch) == 0
    assert rows_of(back) == was

    async def go_on() -> None:
        async with PostgresStore.open(postgres_url) as store:
            assert await LedgerBlobs(store.blob_table, 2**20).read(blob) == b"fox"
            ticket = await store.submit(new_job(), NO_LIMITS)
            assert ticket.created, "numbers go on where they were"
            claim = await store.claim(worker(owner="next boot"), LEASE_SECONDS)
            assert claim
            assert (claim.job.id, claim.job.prompt_id, claim.job.state) == (
                running.id,
                running.prompt_id,
                State.RUNNING,
            )
        blobs = await FileBlobs.open(file.with_name("back-inputs"), total_bytes=2**20)
        assert await blobs.read(blob) == b"fox"

    asyncio.run(go_on())


def test_nothing_is_overwritten(
    file: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def make() -> None:
        async with SqliteStore.open(file) as here, PostgresStore.open(postgres_url) as there:
            await here.submit(new_job(), NO_LIMITS)
            await there.submit(new_job(), NO_LIMITS)

    asyncio.run(make())

    assert move(file, postgres_url, monkeypatch) == 1
    assert capsys.readouterr().err.startswith(
        "There are rows in the table graphs of the new database already. Name an empty one"
    )


async def test_a_ledger_that_is_open_is_not_moved(
    file: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SqliteStore.open(file):
        assert await asyncio.to_thread(move, file, postgres_url, monkeypatch) == 1
    assert capsys.readouterr().err.strip() == str(StoreInUse(file))

    async with PostgresStore.open(postgres_url, most_sessions=1):
        assert await asyncio.to_thread(move, postgres_url, file, monkeypatch) == 1
    assert "Stop every bot and every worker first." in capsys.readouterr().err


def test_a_session_that_was_just_closed_keeps_nobody_away(postgres_url: str) -> None:
    """The server has it for a moment after its client is gone."""

    async def make() -> None:
        async with PostgresStore.open(postgres_url):
            pass

    asyncio.run(make())
    leaving = psycopg.connect(postgres_url)
    gone = Timer(0.3, leaving.close)
    gone.start()
    with postgres_tables(postgres_url) as tables:
        assert tables.count("jobs") == 0
    gone.join()


def test_a_target_that_is_none_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move(file, "mysql://me:secret@host/bot", monkeypatch) == 1
    told = capsys.readouterr().err
    assert told.startswith("name a file, like")
    assert "secret" not in told
