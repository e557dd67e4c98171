"""The PostgreSQL store keeps the contract, as one of many that have the database open."""

from collections.abc import AsyncGenerator

import pytest

from bot.jobs.postgres import PostgresStore
from bot.jobs.store import JobStore
from tests.jobs.contract import StoreContract
from tests.jobs.sample import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def store(postgres_url: str, clock: MovableClock) -> AsyncGenerator[JobStore]:
    async with PostgresStore.open(postgres_url, clock=clock) as store:
        yield store


class TestPostgresStore(StoreContract):
    pass
