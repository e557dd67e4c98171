import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.jobs.job import Failed, Job
from bot.jobs.store import JobStore, Topic
from bot.texts import text
from tests.jobs.contract.guild_workflows import added
from tests.jobs.contract.preparations import READY, with_files
from tests.jobs.contract.preparations import submit_and_claim as submit_and_prepare
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, open_jobs, worker

LONG_SECONDS = 30.0
"""So long that a test which waits it out has failed."""

Event = Callable[[JobStore, MovableClock], Awaitable[object]]


async def news(store: JobStore, topic: Topic, timeout_seconds: float = LONG_SECONDS) -> None:
    """Wait for what happens from now on: a first wait is ended by what happened before."""
    await store.wait(topic, 0)
    await store.wait(topic, timeout_seconds)


async def submit(store: JobStore, clock: MovableClock) -> object:
    return await store.submit(new_job(), NO_LIMITS)


async def release(store: JobStore, clock: MovableClock) -> object:
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    return await store.release(claim)


async def reap(store: JobStore, clock: MovableClock) -> object:
    await store.claim(worker(), LEASE_SECONDS)
    clock.move(LEASE_SECONDS)
    return await store.reap()


async def finish(store: JobStore, clock: MovableClock) -> object:
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    return await store.finish(claim, DONE)


async def cancel_queued(store: JobStore, clock: MovableClock) -> object:
    return await store.cancel((await only_job(store)).id, 42)


async def cancel_running(store: JobStore, clock: MovableClock) -> object:
    await store.claim(worker(), LEASE_SECONDS)
    return await store.cancel((await only_job(store)).id, 42)


async def submit_with_a_file(store: JobStore, clock: MovableClock) -> object:
    return await store.submit(with_files(), NO_LIMITS)


async def postpone_preparation(store: JobStore, clock: MovableClock) -> object:
    return await store.postpone_preparation(await submit_and_prepare(store), 0)


async def prepare(store: JobStore, clock: MovableClock) -> object:
    return await store.prepared(await submit_and_prepare(store), [READY])


async def fail_preparation(store: JobStore, clock: MovableClock) -> object:
    return await store.fail_preparation(await submit_and_prepare(store), Failed(text("gone")))


async def cancel_preparing(store: JobStore, clock: MovableClock) -> object:
    return await store.cancel((await submit_and_prepare(store)).job.id, 42)


async def add_workflow(store: JobStore, clock: MovableClock) -> object:
    return await added(store)


async def only_job(store: JobStore) -> Job:
    (job,) = await open_jobs(store)
    return job


class WaitingContract:
    @pytest.mark.parametrize(
        ("topic", "event"),
        [
            (Topic.PREPARATION, submit_with_a_file),
            (Topic.PREPARATION, postpone_preparation),
            (Topic.QUEUED, prepare),
            (Topic.ENDED, fail_preparation),
            (Topic.ENDED, cancel_preparing),
            (Topic.CANCEL, cancel_preparing),
            (Topic.QUEUED, submit),
            (Topic.QUEUED, release),
            (Topic.QUEUED, reap),
            (Topic.ENDED, finish),
            (Topic.ENDED, cancel_queued),
            (Topic.CANCEL, cancel_running),
            (Topic.WORKFLOWS, add_workflow),
        ],
    )
    async def test_everyone_who_waits_for_a_topic_wakes(
        self, store: JobStore, clock: MovableClock, topic: Topic, event: Event
    ) -> None:
        await store.submit(new_job(), NO_LIMITS)
        waiters = [asyncio.create_task(news(store, topic)) for _ in range(3)]
        assert await asyncio.wait(waiters, timeout=0.02) == (set(), set(waiters))

        await event(store, clock)

        async with asyncio.timeout(1):
            await asyncio.gather(*waiters)

    async def test_other_topics_wake_nobody(self, store: JobStore) -> None:
        waiter = asyncio.create_task(store.wait(Topic.ENDED, LONG_SECONDS))
        await asyncio.sleep(0)

        await store.submit(new_job(), NO_LIMITS)

        done, _ = await asyncio.wait([waiter], timeout=0.02)
        assert not done
        waiter.cancel()

    async def test_without_news_a_wait_ends_with_its_timeout(self, store: JobStore) -> None:
        await store.wait(Topic.QUEUED, 0.02)

    async def test_what_happens_between_two_waits_ends_the_second_at_once(self, store: JobStore) -> None:
        await store.wait(Topic.QUEUED, 0)
        await store.submit(new_job(), NO_LIMITS)

        async with asyncio.timeout(LONG_SECONDS / 2):
            await store.wait(Topic.QUEUED, LONG_SECONDS)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await store.wait(Topic.QUEUED, LONG_SECONDS)

    async def test_what_happened_before_the_first_wait_ends_it_at_once(self, store: JobStore) -> None:
        """Whoever waits had looked before: perhaps just before it happened."""
        await store.submit(new_job(), NO_LIMITS)

        async with asyncio.timeout(LONG_SECONDS / 2):
            await asyncio.create_task(store.wait(Topic.QUEUED, LONG_SECONDS))
