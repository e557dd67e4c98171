"""Several stores on one database, over connections that break: what others did is heard of, and no call waits for ever."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.database import MOST_TRIES
from bot.jobs.retrying import when_available
from bot.jobs.store import Topic
from tests.chaos.proxy import Proxy, Way
from tests.jobs.sample import NO_LIMITS, new_job, open_jobs

LONG_SECONDS = 30.0
"""So long that a test which waits it out has failed."""


@pytest.fixture
async def proxy(postgres_url: str) -> AsyncGenerator[Proxy]:
    port = int(postgres_url.rpartition(":")[2].partition("/")[0])
    async with Proxy.running(port) as running:
        yield running


def through(proxy: Proxy, address: str) -> str:
    return address.replace(f":{proxy.target}/", f":{proxy.port}/")


async def test_a_process_hears_of_what_another_did(postgres_url: str) -> None:
    async with PostgresStore.open(postgres_url) as first, PostgresStore.open(postgres_url) as second:
        watch = asyncio.create_task(second.watch()), asyncio.create_task(first.watch())
        await second.wait(Topic.QUEUED, LONG_SECONDS)  # it listens
        async with asyncio.timeout(LONG_SECONDS / 2):
            await first.submit(new_job(), NO_LIMITS)
            await second.wait(Topic.QUEUED, LONG_SECONDS)
        for each in watch:
            each.cancel()
        await asyncio.gather(*watch, return_exceptions=True)


async def test_a_write_over_a_half_open_connection_is_made_over_another(
    postgres_url: str, proxy: Proxy
) -> None:
    async with PostgresStore.open(through(proxy, postgres_url), answer_seconds=0.2) as store:
        await store.submit(new_job(), NO_LIMITS)
        proxy.forget()
        async with asyncio.timeout(LONG_SECONDS):
            await store.submit(new_job(), NO_LIMITS)
        assert len(await open_jobs(store)) == 2


async def test_a_connection_that_is_half_open_before_it_is_set_up_keeps_nobody_waiting(
    postgres_url: str, proxy: Proxy
) -> None:
    async with PostgresStore.open(through(proxy, postgres_url), answer_seconds=0.2) as store:
        proxy.cut()
        snare = proxy.set_snare(b"statement_timeout", Way.THERE, passed=False, forgets=True)
        async with asyncio.timeout(LONG_SECONDS):
            await when_available(store.reap)
        assert snare.hits == 1


@pytest.mark.parametrize("way", [Way.THERE, Way.BACK], ids=["never arrives", "is made, and its answer lost"])
async def test_a_write_whose_commit_is_lost_again_and_again_is_made_once(
    postgres_url: str, proxy: Proxy, way: Way
) -> None:
    async with PostgresStore.open(through(proxy, postgres_url)) as store:
        snares = [proxy.set_snare(b"COMMIT", way, passed=False) for _ in range(MOST_TRIES)]
        await store.submit(new_job(), NO_LIMITS)
        proxy.mend()
        assert sum(each.hits for each in snares) == (MOST_TRIES if way is Way.THERE else 1)
        assert len(await open_jobs(store)) == 1
