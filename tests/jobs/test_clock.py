import time
from pathlib import Path

import pytest

from bot.jobs.claim import Verdict
from bot.jobs.clock import steady_clock
from bot.jobs.sqlite import SqliteStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker


def test_a_steady_clock_begins_at_the_walls_time() -> None:
    assert steady_clock()() == pytest.approx(time.time(), abs=1)


@pytest.mark.parametrize("jump_seconds", [-3600, 3600])
async def test_a_jump_of_the_walls_clock_frees_and_freezes_nothing(
    tmp_path: Path, jump_seconds: float
) -> None:
    wall, counter = MovableClock(1_700_000_000), MovableClock(50)
    async with SqliteStore.open(tmp_path / "comfycord.db", clock=steady_clock(wall, counter)) as store:
        for _ in range(2):
            await store.submit(new_job(), NO_LIMITS)
        finished = await store.claim(worker(), LEASE_SECONDS)
        assert finished
        await store.finish(finished, DONE)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.postpone(delivery, LEASE_SECONDS)
        running = await store.claim(worker(), LEASE_SECONDS)
        assert running

        wall.move(jump_seconds)

        assert await store.reap() == 0
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None
        counter.move(LEASE_SECONDS)
        assert await store.reap() == 1
        assert await store.renew(running, LEASE_SECONDS) is Verdict.LOST
        assert await store.claim_delivery("poster", LEASE_SECONDS)
