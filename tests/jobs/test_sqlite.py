"""The SQLite store keeps the contract, and what a file on a disk adds to it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import JobStore
from tests.jobs.contract import StoreContract
from tests.jobs.sample import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovableClock) -> AsyncGenerator[JobStore]:
    async with SqliteStore.open(tmp_path / "comfycord.db", clock=clock) as store:
        yield store


class TestSqliteStore(StoreContract):
    pass
