"""One worker a name: the next has it as soon as the last is gone, and no two have it at once."""

import asyncio

import pytest

from bot.jobs.job import State
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.names import held
from bot.jobs.store import StoreUnusable
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, worker


async def test_what_a_dead_worker_held_goes_back_at_once_to_whoever_has_its_name(postgres_url: str) -> None:
    async with PostgresStore.open(postgres_url) as first, PostgresStore.open(postgres_url) as second:
        for _ in range(2):
            await first.submit(new_job(), NO_LIMITS)
        async with first.working_as(["gpu-1", "gpu-2"]):
            claims = [await first.claim(worker(name), LEASE_SECONDS) for name in ("gpu-1", "gpu-2")]
        async with second.working_as(["gpu-1"]):
            states = [job and job.state for job in [await second.job(each.job.id) for each in claims if each]]
            assert states == [State.QUEUED, State.RUNNING]


async def test_two_workers_of_one_name_are_told_so_and_the_second_waits_for_the_first(
    postgres_url: str,
) -> None:
    async with held(postgres_url, ["gpu-1"]):
        async with held(postgres_url, ["gpu-2"]):
            pass
        with pytest.raises(
            StoreUnusable, match=r"Another worker is called gpu-1\. Give each its own WORKER_NAME"
        ):
            async with held(postgres_url, ["gpu-0", "gpu-1"], patience_seconds=0):
                pass
        # whoever was refused has none of them, once the server knows
        async with held(postgres_url, ["gpu-0"]):
            pass

        async def next_one() -> None:
            async with held(postgres_url, ["gpu-1"]):
                pass

        waiting = asyncio.create_task(next_one())
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await waiting
