"""What several folders of tests share: one PostgreSQL server a session, started when the first test asks for it."""

import asyncio
from collections.abc import Generator

import pytest

from bot.jobs.postgres import PostgresStore
from tests.postgres import PostgresServer, postgres_server, why_not


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """Skipped, with the reason, where PostgreSQL is not installed."""
    if reason := why_not():
        pytest.skip(reason)
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a database with the ledger's tables, to be copied."""

    async def prepare(address: str) -> None:
        async with PostgresStore.open(address):
            pass

    address = postgres.new_database()
    asyncio.run(prepare(address))
    return address.rpartition("/")[2]


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str) -> str:
    """The address of an empty ledger that no other test uses."""
    return postgres.new_database(postgres_template)
