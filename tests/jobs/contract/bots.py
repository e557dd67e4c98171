from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from bot.jobs.bot_store import Bot
from bot.jobs.job import Job, MessageRef, NewJob
from bot.jobs.pending import NewReminder
from bot.jobs.shards import Shards
from bot.jobs.store import JobStore
from tests.jobs.contract.groups import group_of
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

ALIVE_SECONDS = 30.0
FIRST = Bot("first", Shards(0, 0, 2))
SECOND = Bot("second", Shards(1, 1, 2))
ON_SHARD_0, ON_SHARD_1 = 2 << 22, 3 << 22
STATUS = MessageRef(200, 300)


async def both_live(store: JobStore) -> None:
    for bot in (FIRST, SECOND):
        await store.alive(bot, ALIVE_SECONDS)


async def end_one(store: JobStore, guild_id: int | None) -> Job:
    new = new_job(guild_id=guild_id)
    await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    await store.finish(claim, DONE)
    return claim.job


async def delivers(store: JobStore, bot: Bot) -> bool:
    return await store.claim_delivery(bot.name, LEASE_SECONDS) is not None


async def asked(store: JobStore, guild_id: int | None) -> NewJob:
    new = new_job(guild_id=guild_id)
    await store.submit(new, NO_LIMITS)
    return new


async def taken(store: JobStore, bot: Bot, most: int = 100, *, own_too: bool = False) -> list[UUID]:
    return [job.id for job in await store.take_statuses(bot.name, most, own_too=own_too)]


class BotsContract:
    async def test_bots_that_live_are_known_by_their_shards(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        assert await store.alive(SECOND, ALIVE_SECONDS) == [SECOND]
        assert await store.alive(FIRST, ALIVE_SECONDS) == [FIRST, SECOND]
        clock.move(ALIVE_SECONDS - 1)
        await store.alive(SECOND, ALIVE_SECONDS)
        clock.move(1)
        assert await store.alive(SECOND, ALIVE_SECONDS) == [SECOND]
        await store.leave(SECOND.name)
        assert await store.alive(FIRST, ALIVE_SECONDS) == [FIRST]

    async def test_a_bot_may_come_to_have_other_shards(self, store: JobStore) -> None:
        await store.alive(FIRST, ALIVE_SECONDS)
        grown = replace(FIRST, shards=Shards(0, 3, 4))
        assert await store.alive(grown, ALIVE_SECONDS) == [grown]

    @pytest.mark.parametrize("guild_id", [ON_SHARD_1, (1 << 63) - 1])
    async def test_a_delivery_falls_to_the_bot_that_has_the_guilds_shard(
        self, store: JobStore, guild_id: int
    ) -> None:
        await both_live(store)
        await end_one(store, guild_id)
        assert not await delivers(store, FIRST)
        assert await delivers(store, SECOND)

    @pytest.mark.parametrize("guild_id", [ON_SHARD_0, None])
    async def test_direct_messages_fall_to_shard_0(self, store: JobStore, guild_id: int | None) -> None:
        await both_live(store)
        await end_one(store, guild_id)
        assert not await delivers(store, SECOND)
        assert await delivers(store, FIRST)

    async def test_while_shards_are_counted_anew_a_guild_may_fall_to_two(self, store: JobStore) -> None:
        """As in a restart of all from two shards to four: Discord tells both, and one claims."""
        await both_live(store)
        anew = Bot("anew", Shards(2, 3, 4))
        await store.alive(anew, ALIVE_SECONDS)
        await end_one(store, 3 << 22)
        assert not await delivers(store, FIRST)
        assert await delivers(store, anew)
        await end_one(store, 3 << 22)
        assert await delivers(store, SECOND)

    async def test_what_falls_to_nobody_who_lives_is_anybodys(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await both_live(store)
        await end_one(store, ON_SHARD_1)
        clock.move(ALIVE_SECONDS - 1)
        await store.alive(FIRST, ALIVE_SECONDS)
        assert not await delivers(store, FIRST)
        clock.move(1)
        assert await delivers(store, FIRST)

    async def test_what_a_dead_bot_was_delivering_is_due_at_once(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await both_live(store)
        await end_one(store, ON_SHARD_1)
        held = await store.claim_delivery(SECOND.name, 10 * ALIVE_SECONDS)
        assert held
        clock.move(ALIVE_SECONDS)
        await store.alive(FIRST, ALIVE_SECONDS)
        taken_over = await store.claim_delivery(FIRST.name, LEASE_SECONDS)
        assert taken_over
        assert (taken_over.job.id, taken_over.tries) == (held.job.id, 1)
        assert not await store.delivered(held, 1)
        assert await store.delivered(taken_over, 2)

    async def test_what_a_bot_was_delivering_when_it_left_is_due_at_once(self, store: JobStore) -> None:
        await both_live(store)
        await end_one(store, ON_SHARD_1)
        await end_one(store, ON_SHARD_0)
        assert await delivers(store, FIRST)
        assert await delivers(store, SECOND)
        await store.leave(SECOND.name)
        assert await delivers(store, FIRST)
        assert not await delivers(store, FIRST)

    async def test_a_bot_takes_the_statuses_that_fall_to_it_once(self, store: JobStore) -> None:
        await both_live(store)
        of_first = [await asked(store, guild_id) for guild_id in (ON_SHARD_0, None)]
        of_second = await asked(store, ON_SHARD_1)
        assert sorted(map(str, await taken(store, FIRST))) == sorted(str(each.id) for each in of_first)
        assert await taken(store, FIRST) == []
        assert await taken(store, SECOND) == [of_second.id]

    async def test_of_many_statuses_those_come_first_that_are_next(self, store: JobStore) -> None:
        await store.alive(FIRST, ALIVE_SECONDS)
        first, second, _ = [await asked(store, ON_SHARD_0) for _ in range(3)]
        assert [await taken(store, FIRST, 1), await taken(store, FIRST, 1)] == [[first.id], [second.id]]

    async def test_a_status_stays_with_its_keeper_for_as_long_as_that_lives(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        """Also where the guild is another's, as when shards were counted anew."""
        await both_live(store)
        new = await asked(store, ON_SHARD_0)
        await store.record_status_message(new.id, STATUS, SECOND.name)
        await store.record_status_message(new.id, replace(STATUS, message_id=301))
        assert await taken(store, FIRST) == []
        clock.move(ALIVE_SECONDS)
        await store.alive(FIRST, ALIVE_SECONDS)
        assert await taken(store, FIRST) == [new.id]

    async def test_a_keeper_that_begins_anew_takes_its_own_too(self, store: JobStore) -> None:
        await both_live(store)
        new = await asked(store, ON_SHARD_0)
        await store.record_status_message(new.id, STATUS, SECOND.name)
        assert await taken(store, FIRST, own_too=True) == []
        assert await taken(store, SECOND, own_too=True) == [new.id]

    async def test_a_status_that_nobody_kept_yet_is_left_to_who_answers(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.alive(FIRST, ALIVE_SECONDS)
        new = await asked(store, ON_SHARD_0)
        clock.move(9)
        assert await store.take_statuses(FIRST.name, 1, unanswered_seconds=10) == []
        clock.move(1)
        (job,) = await store.take_statuses(FIRST.name, 1, unanswered_seconds=10)
        assert job.id == new.id

    async def test_a_delivery_tells_which_bot_keeps_the_status_even_if_that_is_taken_for_dead(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await both_live(store)
        for keeper in (None, FIRST.name, "not known"):
            job = await end_one(store, ON_SHARD_1)
            await store.record_status_message(job.id, STATUS, keeper)
            delivery = await store.claim_delivery(SECOND.name, LEASE_SECONDS)
            assert delivery
            assert delivery.kept_by == keeper

    async def test_reminders_fall_to_the_bot_of_the_jobs_guild(self, store: JobStore) -> None:
        await both_live(store)
        jobs = [await asked(store, guild_id) for guild_id in (ON_SHARD_0, ON_SHARD_1)]
        gone = uuid4()
        for job_id in (*(each.id for each in jobs), gone):
            await store.keep_reminder(NewReminder(job_id, 1, 200, frozenset()))
        assert [each.asked.job_id for each in await store.reminders(FIRST.name)] == [jobs[0].id, gone]
        assert [each.asked.job_id for each in await store.reminders(SECOND.name)] == [jobs[1].id]

    async def test_nobody_takes_the_status_of_a_job_that_ended(self, store: JobStore) -> None:
        await store.alive(FIRST, ALIVE_SECONDS)
        await end_one(store, ON_SHARD_0)
        assert await taken(store, FIRST) == []

    async def test_a_groups_status_is_its_first_members_as_long_as_any_is_open(self, store: JobStore) -> None:
        await store.alive(FIRST, ALIVE_SECONDS)
        first, *_ = jobs = group_of(3)
        await store.submit_group(jobs, NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.finish(claim, DONE)
        assert await taken(store, FIRST) == [first.id]

    async def test_what_one_holds_nobody_else_can(self, store: JobStore, clock: MovableClock) -> None:
        assert await store.hold("commands", "first", 10) == 0
        assert await store.hold("commands", "second", 10) == 10
        clock.move(4)
        assert await store.hold("commands", "second", 10) == 6
        assert await store.hold("something else", "second", 10) == 0
        clock.move(6)
        assert await store.hold("commands", "second", 10) == 0

    async def test_who_holds_may_hold_longer_or_give_back(self, store: JobStore, clock: MovableClock) -> None:
        await store.hold("commands", "first", 10)
        clock.move(5)
        assert await store.hold("commands", "first", 10) == 0
        assert await store.hold("commands", "second", 10) == 10
        await store.hold("commands", "first", 0)
        assert await store.hold("commands", "second", 10) == 0

    async def test_a_turn_without_a_holder_ends_by_time_alone(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        assert await store.hold("requests", None, 1) == 0
        assert await store.hold("requests", None, 1) == 1
        clock.move(1)
        assert await store.hold("requests", None, 1) == 0
