"""What becomes of a write when the way to the server, or the server, is lost in the middle of it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from bot.jobs.job import Job, MessageRef
from bot.jobs.postgres import PostgresStore
from bot.jobs.store import JobStore, NotStored, StoreFault, StoreUnavailable
from bot.texts import text
from tests.jobs.contract.preparations import READY, with_files
from tests.jobs.cutting_proxy import CuttingProxy, Lost, cutting_proxy
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, open_jobs, prompt_id, worker
from tests.postgres import PostgresServer, postgres_server, why_not

T = TypeVar("T")


@asynccontextmanager
async def behind_proxy(url: str) -> AsyncGenerator[tuple[CuttingProxy, PostgresStore]]:
    async with cutting_proxy(url) as (proxy, address), PostgresStore.open(address, most_sessions=1) as store:
        yield proxy, store


async def found(look: Callable[[], Awaitable[T | None]]) -> T:
    """What everybody looks for once a second: the server may hold a row for a moment for a session that was cut."""
    while (it := await look()) is None:  # noqa: ASYNC110  # nobody tells of it
        await asyncio.sleep(0.01)
    return it


async def live(store: JobStore) -> Job:
    """All that is written of a job, from its beginning to its end."""
    new = with_files()
    ticket = await store.submit(new, NO_LIMITS)
    assert ticket.created
    preparation = await found(lambda: store.claim_preparation("boot", LEASE_SECONDS))
    assert await store.prepared(preparation, [READY])
    claim = await found(lambda: store.claim(worker(), LEASE_SECONDS))
    claim = await store.note(claim, prompt_id())
    assert await store.finish(claim, DONE)
    delivery = await found(lambda: store.claim_delivery("poster", LEASE_SECONDS))
    assert delivery.tries == 0
    assert await store.record_part(delivery, "1", MessageRef(1, 2))
    assert await store.delivered(delivery, 2)
    return delivery.job


@pytest.mark.parametrize("lost", Lost)
async def test_a_connection_that_is_cut_at_any_message_changes_nothing(postgres_url: str, lost: Lost) -> None:
    async with behind_proxy(postgres_url) as (proxy, store):
        proxy.cut_at(None)
        await live(store)
        for message in range(proxy.messages):
            proxy.cut_at(message, lost)
            job = await live(store)
            assert (job.attempt, job.preparations, await store.posted(job.id)) == (
                1,
                1,
                {"1": MessageRef(1, 2)},
            )
        assert await open_jobs(store) == []


async def test_while_the_server_is_away_nothing_is_promised_and_all_is_told(postgres_url: str) -> None:
    async with cutting_proxy(postgres_url) as (_, address):
        opened = PostgresStore.open(address)
        store = await opened.__aenter__()
    try:
        with pytest.raises(NotStored) as refusal:
            await store.submit(new_job(), NO_LIMITS)
        assert refusal.value.message == text("jobs-store-away")
        with pytest.raises(StoreUnavailable) as fault:
            await store.standings()
        assert fault.value.fault is StoreFault.AWAY
    finally:
        await opened.__aexit__(None, None, None)


@pytest.fixture
def lasting() -> Generator[PostgresServer]:
    """A server that tells of no commit before it is written."""
    if reason := why_not():
        pytest.skip(reason)
    with postgres_server("synchronous_commit=on") as server:
        yield server


async def test_a_server_that_is_killed_loses_nothing_that_was_promised_and_keeps_nothing_that_was_refused(
    lasting: PostgresServer,
) -> None:
    promised, refused = set[object](), set[object]()
    stop = False

    async def submit(store: JobStore, user_id: int) -> None:
        while not stop:
            new = new_job(user_id)
            try:
                promised.add((await store.submit(new, NO_LIMITS)).job_id)
            except NotStored:
                refused.add(new.id)
                await asyncio.sleep(0.01)

    async with PostgresStore.open(lasting.new_database()) as store:
        async with asyncio.TaskGroup() as tasks:
            for user_id in range(1, 9):
                tasks.create_task(submit(store, user_id))
            for _ in range(3):
                await asyncio.sleep(0.5)
                lasting.kill()
                await asyncio.to_thread(lasting.start)
            stop = True
        found = {job.id for job in await open_jobs(store)}

    assert refused
    assert found == promised
