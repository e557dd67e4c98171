"""What ``backup`` copies is whole, and ``restore`` puts it back without losing what was there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.copies import copy_ledger
from bot.jobs.store import StoreUnusable
from tests.jobs.sample import NO_LIMITS, new_job

BLOB = "ab" * 32


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the bot is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE", "data/jobs.db")
    return tmp_path


async def _submitted(ledger: Path, interaction_id: int) -> None:
    async with SqliteStore.open(ledger) as store:
        await store.submit(new_job(interaction_id), NO_LIMITS)


def _jobs(ledger: Path) -> int:
    with closing(sqlite3.connect(ledger)) as opened:
        return int(opened.execute("SELECT count(*) FROM jobs").fetchone()[0])


def _run(*arguments: str) -> int:
    return main(arguments)


async def test_what_a_running_bot_has_committed_is_in_the_copy(home: Path) -> None:
    async with SqliteStore.open(home / "data/jobs.db") as store:
        await store.submit(new_job(1), NO_LIMITS)
        assert _run("backup", "copy") == 0
        await store.submit(new_job(2), NO_LIMITS)
    assert _jobs(home / "copy/jobs.db") == 1
    assert sorted(path.name for path in (home / "copy").iterdir()) == ["jobs.db"]


async def test_files_that_jobs_need_go_with_it_and_come_back(home: Path) -> None:
    await _submitted(home / "data/jobs.db", 1)
    kept = {
        f"jobs-inputs/ab/{BLOB}": b"fox",
        "jobs.db-pictures/job/00000.png": b"picture",
    }
    for name, content in {**kept, "jobs-inputs/scratch/x/half": b"half"}.items():
        (home / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "data" / name).write_bytes(content)
    assert _run("backup", "scratch/copy") == 0
    for name in kept:
        (home / "data" / name).unlink()
    assert _run("restore", "scratch/copy") == 0
    found = [path for path in (home / "scratch/copy").rglob("*") if path.is_file() and path.name != "jobs.db"]
    assert {str(path.relative_to(home / "scratch/copy")): path.read_bytes() for path in found} == kept
    assert {name: (home / "data" / name).read_bytes() for name in kept} == kept


async def test_what_was_there_before_is_set_aside_with_all_that_belongs_to_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = home / "data/jobs.db"
    await _submitted(ledger, 1)
    assert _run("backup", "copy") == 0
    await _submitted(ledger, 2)
    (home / "data/jobs.db-wal").write_bytes(b"what a killed bot committed last")
    assert _run("restore", "copy") == 0
    assert _jobs(ledger) == 1
    assert (home / "data/jobs.db.before-1-wal").read_bytes() == b"what a killed bot committed last"
    (home / "data/jobs.db.before-1-wal").unlink()
    assert _jobs(home / "data/jobs.db.before-1") == 2
    assert "jobs.db.before-1 now" in capsys.readouterr().out
    assert _run("restore", "copy") == 0
    assert (home / "data/jobs.db.before-2").exists()


async def test_nothing_is_put_in_place_under_a_running_bot(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SqliteStore.open(home / "data/jobs.db") as store:
        await store.submit(new_job(1), NO_LIMITS)
        assert _run("backup", "copy") == 0
        assert _run("restore", "copy") == 1
        assert "in use by another running Comfycord" in capsys.readouterr().err
        await store.submit(new_job(2), NO_LIMITS)
    assert _jobs(home / "data/jobs.db") == 2


async def test_a_copy_is_not_written_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await _submitted(home / "data/jobs.db", 1)
    assert [_run("backup", "copy"), _run("backup", "copy")] == [0, 1]
    assert "There is a copy in copy already" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_is_not_there_is_said(home: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(command, "copy") == 1
    assert "There is no database" in capsys.readouterr().err
    assert not list(home.rglob("*.db"))


async def test_a_damaged_ledger_is_not_called_a_copy(tmp_path: Path) -> None:
    ledger = tmp_path / "jobs.db"
    await _submitted(ledger, 1)
    with ledger.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    with pytest.raises(StoreUnusable, match="damaged"):
        copy_ledger(ledger, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy*")) == []  # noqa: ASYNC240  # nothing waits


async def test_a_damaged_copy_changes_nothing(home: Path) -> None:
    await _submitted(home / "data/jobs.db", 1)
    (home / "copy").mkdir()
    (home / "copy/jobs.db").write_bytes(b"no ledger at all" * 1000)
    assert _run("restore", "copy") == 1
    assert _jobs(home / "data/jobs.db") == 1


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_of_a_ledger_on_a_server_is_said_what_copies_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", "postgresql://me:secret@nowhere/comfycord")
    assert _run(command, "copy") == 1
    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "secret" not in said
    assert list(home.iterdir()) == []
