"""What a bot that is not ready says is missing."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from bot.jobs.job import Job
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from bot.metrics.readiness import Readiness


class _Store(SqliteStore):
    error: Exception | None = None

    async def job(self, job_id: UUID) -> Job | None:
        if self.error is not None:
            raise self.error
        return await super().job(job_id)


class _Hanging(SqliteStore):
    async def job(self, job_id: UUID) -> Job | None:
        return await asyncio.get_running_loop().create_future()


@pytest.fixture
def discord() -> dict[str, bool]:
    return {"ready": False}


async def test_each_thing_that_is_missing_has_its_line(tmp_path: Path, discord: dict[str, bool]) -> None:
    async with _Store.open(tmp_path / "jobs.db") as store:
        facts = {"discord": (lambda: discord["ready"], "is not connected"), "comfyui": (lambda: True, "?")}
        readiness = Readiness(store, facts)
        found = await readiness.look()
        assert not found
        assert found.lines == "[+]database ok\n[-]discord is not connected\n[+]comfyui ok\n"
        assert found.sentence == "discord is not connected"
        discord["ready"] = True
        found = await readiness.look()
        assert found
        assert (found.lines, found.sentence) == ("[+]database ok\n[+]discord ok\n[+]comfyui ok\n", "ready")


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (StoreUnavailable(StoreFault.BUSY, "locked"), "database is busy"),
        (StoreUnusable("damaged"), "database cannot be used"),
    ],
)
async def test_a_database_that_cannot_serve_answers_and_is_not_ready(
    tmp_path: Path, error: Exception, lack: str
) -> None:
    async with _Store.open(tmp_path / "jobs.db") as store:
        assert isinstance(store, _Store)
        store.error = error
        readiness = Readiness(store, {})
        assert (await readiness.look()).sentence == lack
        assert await readiness.database_answers()


async def test_a_database_that_says_nothing_does_not_answer(tmp_path: Path) -> None:
    async with _Hanging.open(tmp_path / "jobs.db") as store:
        readiness = Readiness(store, {}, patience_seconds=0.01)
        assert (await readiness.look()).sentence == "database does not answer"
        assert not await readiness.database_answers()
