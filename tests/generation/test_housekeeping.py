"""How long jobs are kept, and that whoever wants to be forgotten is, while the bot runs."""

import asyncio
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from bot.generation import Parts
from bot.generation.housekeeping import DAY_SECONDS, Housekeeping, shorter_retention
from bot.jobs.sqlite import SqliteStore
from bot.moderation.chosen import written
from bot.moderation.keys import RETENTION_DAYS
from tests.generation.rig import RULES, blobs_beside, eventually
from tests.jobs.contract.figures import run
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker


def test_a_guild_keeps_jobs_no_longer_than_the_operator() -> None:
    days = {1: 1, 2: 29, 3: 30, 4: 400, 5: 0}
    stored = {guild_id: written(RETENTION_DAYS, count) for guild_id, count in days.items()} | {6: '"x"'}
    assert shorter_retention(stored, 30 * DAY_SECONDS) == {1: DAY_SECONDS, 2: 29 * DAY_SECONDS}


async def test_what_a_guild_wants_forgotten_is_forgotten_and_no_others_and_whoever_asked_is_erased(
    tmp_path: Path,
) -> None:
    clock, path = MovableClock(), tmp_path / "jobs.db"
    async with SqliteStore.open(path, clock=clock) as store:
        for guild_id in (100, 101):
            await run(store, clock, guild_id=guild_id)
        clock.move(2 * DAY_SECONDS)
        await store.set_guild_setting(100, RETENTION_DAYS.name, written(RETENTION_DAYS, 1), set_by=1)
        await store.submit(new_job(7), NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.erase(7)
        await store.finish(claim, DONE)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.delivered(delivery, 7)
        rules = replace(RULES, keep_jobs_seconds=30 * DAY_SECONDS)
        housekeeping = Housekeeping(Parts(store, (), (), rules, await blobs_beside(path)))
        tidying = asyncio.create_task(housekeeping.run())

        async def is_done() -> bool:
            return (await store.held(1, 100))["jobs"].rows == 1 and not (await store.held(7, 100))[
                "jobs"
            ].rows

        await eventually(is_done)
        tidying.cancel()
        with suppress(asyncio.CancelledError):
            await tidying
        assert (await store.history(1, 101)).count == 1
