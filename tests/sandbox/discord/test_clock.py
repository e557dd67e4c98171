import asyncio
import time

from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.snowflakes import Snowflakes, moment_of, timestamp


async def test_moving_the_clock_wakes_the_sleepers_whose_time_has_come() -> None:
    clock = Clock()
    early = asyncio.create_task(clock.sleep_until(clock.now() + 60))
    late = asyncio.create_task(clock.sleep_until(clock.now() + 3600))
    await asyncio.sleep(0)
    clock.move(61)
    async with asyncio.timeout(1):
        await early
    assert not late.done()
    clock.move(3600)
    await late


async def test_the_clock_goes_by_itself_until_it_is_frozen() -> None:
    clock = Clock()
    await clock.sleep_until(clock.now() + 0.01)
    clock.freeze()
    before = clock.now()
    time.sleep(0.002)  # noqa: ASYNC251 - real time must pass while nothing else does
    assert clock.now() == before
    clock.move(5)
    assert clock.now() == before + 5
    await clock.sleep_until(before)


def test_ids_grow_and_tell_their_time() -> None:
    clock = Clock()
    clock.freeze()
    snowflakes = Snowflakes(clock)
    ids = [snowflakes.next() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert abs(moment_of(ids[0]) - clock.now()) < 0.002


def test_time_stamps_carry_their_zone() -> None:
    assert timestamp(0) == "1970-01-01T00:00:00.000000+00:00"
