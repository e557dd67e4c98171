"""What one person may use in one guild, and who may ask for nothing."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from bot.errors import NotAllowed, Refused
from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import Limits, NewJob, Timing, job_id_of, member_id_of
from bot.jobs.limits import DAY_SECONDS, MemberLimits
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import JobStore, TooManyOpen, Topic, UsedUp
from bot.texts import text
from tests.jobs.contract.waiting import news
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, open_jobs, worker


def of_member(**limits: int) -> Limits:
    return Limits(member=MemberLimits(**limits))


def group(count: int) -> Sequence[NewJob]:
    first = new_job()
    group_id = job_id_of(first.interaction_id)
    return [
        replace(
            first,
            id=member_id_of(group_id, number),
            group=Membership(group_id, GroupKind.REPEAT, number, count),
        )
        for number in range(1, count + 1)
    ]


async def run_next(store: JobStore, clock: MovableClock, seconds: float) -> None:
    """The next job runs for so long."""
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    clock.move(seconds)
    assert await store.finish(claim, DONE, Timing(seconds))


class LimitsContract:
    async def test_only_so_many_of_a_person_wait_in_a_guild(self, store: JobStore) -> None:
        limits = of_member(waiting=2)
        assert (await store.submit(new_job(), limits)).created
        await store.claim(worker(), LEASE_SECONDS)  # what runs does not wait
        for _ in range(2):
            assert (await store.submit(new_job(), limits)).created

        with pytest.raises(TooManyOpen) as refusal:
            await store.submit(new_job(), limits)

        assert refusal.value.message == text("limit-waiting", waiting=2, limit=2)
        for elsewhere in (new_job(guild_id=101), new_job(guild_id=None), new_job(user_id=2)):
            assert (await store.submit(elsewhere, limits)).created

    async def test_of_many_at_once_none_slips_past_and_a_double_press_is_one(self, store: JobStore) -> None:
        limits = of_member(waiting=3)
        pressed = [replace(new_job(), action_key=f"again {number // 2}") for number in range(20)]

        answers = await asyncio.gather(
            *(store.submit(each, limits) for each in pressed), return_exceptions=True
        )

        assert len(await open_jobs(store)) == 3
        made = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len({ticket.job_id for ticket in made}) == 3
        assert len(made) == 6
        assert all(isinstance(each, TooManyOpen) for each in answers if isinstance(each, BaseException))

    async def test_two_hundred_double_clicks_are_two_hundred_jobs(self, store: JobStore) -> None:
        limits = of_member(waiting=1, a_day=1, gpu_seconds_a_day=60, cooldown_seconds=60)
        persons = range(1, 201)
        clicks = [
            replace(new_job(person), action_key=f"again/{person}") for person in persons for _ in range(2)
        ]

        tickets = await asyncio.gather(*(store.submit(click, limits) for click in clicks))

        assert [ticket.created for ticket in tickets].count(True) == 200
        assert len(await open_jobs(store)) == 200
        for first, second in zip(tickets[::2], tickets[1::2], strict=True):
            assert first.job_id == second.job_id

    async def test_a_group_is_refused_whole(self, store: JobStore) -> None:
        limits = of_member(waiting=3)
        await store.submit(new_job(), limits)

        with pytest.raises(TooManyOpen):
            await store.submit_group(group(3), limits)
        with pytest.raises(TooManyOpen) as never:
            await store.submit_group(group(4), limits)

        assert never.value.message == text("limit-waiting-never", limit=3)
        assert len(await open_jobs(store)) == 1
        assert (await store.submit_group(group(2), limits)).created

    async def test_a_command_follows_another_after_the_cooldown(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        limits, begun = of_member(cooldown_seconds=60), clock.now
        await store.submit_group(group(3), limits)
        clock.move(59)

        with pytest.raises(UsedUp) as refusal:
            await store.submit(new_job(), limits)

        assert refusal.value.message == text("limit-cooldown", seconds=60, when=str(int(begun) + 60))
        assert (await store.submit(new_job(guild_id=101), limits)).created
        clock.move(1)
        assert (await store.submit(new_job(), limits)).created

    async def test_a_day_has_only_so_many_and_begins_with_the_oldest(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        limits, begun = of_member(a_day=2), clock.now
        await store.submit(new_job(), limits)
        clock.move(3600)
        await store.submit(new_job(), limits)

        with pytest.raises(UsedUp) as refusal:
            await store.submit(new_job(), limits)
        with pytest.raises(UsedUp) as later:
            await store.submit_group(group(2), limits)

        assert refusal.value.message == text("limit-day", used=2, limit=2, when=str(int(begun) + DAY_SECONDS))
        assert later.value.message.arguments["when"] == str(int(begun) + 3600 + DAY_SECONDS)
        clock.move(DAY_SECONDS - 3600)
        assert (await store.submit(new_job(), limits)).created
        with pytest.raises(UsedUp):
            await store.submit(new_job(), limits)

    async def test_what_was_cancelled_before_it_began_is_of_no_day(self, store: JobStore) -> None:
        limits, new = of_member(a_day=1), new_job()
        await store.submit(new, limits)
        await store.cancel(new.id, new.place.user_id)

        assert (await store.submit(new_job(), limits)).created

    async def test_the_gpu_is_used_by_what_ran_and_what_runs(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        limits, begun = of_member(gpu_seconds_a_day=600), clock.now
        for _ in range(2):
            await store.submit(new_job(), limits)
            await run_next(store, clock, seconds=290)
        assert (await store.submit(new_job(), limits)).created  # 580 s were used
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.started(claim, 0.0)
        clock.move(20)

        with pytest.raises(UsedUp) as refusal:
            await store.submit(new_job(), limits)

        assert refusal.value.message == text(
            "limit-gpu", used=10.0, limit=10.0, when=str(int(begun) + DAY_SECONDS)
        )
        assert (await store.submit(new_job(user_id=2), limits)).created
        await store.finish(claim, DONE, Timing(20))
        clock.now = begun + DAY_SECONDS
        assert (await store.submit(new_job(), limits)).created

    async def test_jobs_that_wait_take_from_the_gpu_what_they_are_expected_to_take(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for _ in range(3):
            await store.submit(new_job(user_id=2), NO_LIMITS)
            await run_next(store, clock, seconds=100)  # now it is known what such a job takes
        limits = of_member(gpu_seconds_a_day=200)
        for _ in range(2):
            assert (await store.submit(new_job(), limits)).created

        with pytest.raises(UsedUp):
            await store.submit(new_job(), limits)

    async def test_a_person_runs_only_so_many_at_once_and_others_pass(self, store: JobStore) -> None:
        one = of_member(at_once=1)
        mine = [new_job() for _ in range(3)]
        for new in mine:
            await store.submit(new, one)
        theirs, elsewhere = new_job(user_id=2), new_job(guild_id=101)
        for new in (theirs, elsewhere):
            await store.submit(new, one)

        claims = [await store.claim(worker(f"gpu-{number}"), LEASE_SECONDS) for number in range(4)]

        assert {claim.job.id for claim in claims if claim} == {mine[0].id, theirs.id, elsewhere.id}
        assert claims[3] is None
        woken = asyncio.create_task(news(store, Topic.QUEUED))
        assert await asyncio.wait([woken], timeout=0.02) == (set(), {woken})
        first = next(claim for claim in claims if claim and claim.job.id == mine[0].id)
        await store.finish(first, DONE)
        await woken
        following = await store.claim(worker("gpu-9"), LEASE_SECONDS)
        assert following
        assert following.job.id == mine[1].id
        assert await store.claim(worker("gpu-8"), LEASE_SECONDS) is None

    async def test_two_workers_at_once_run_no_more_of_a_person_than_one(self, store: JobStore) -> None:
        for _ in range(8):
            await store.submit(new_job(), of_member(at_once=2))

        claims = await asyncio.gather(
            *(store.claim(worker(f"gpu-{number}"), LEASE_SECONDS) for number in range(8))
        )

        assert sum(claim is not None for claim in claims) == 2

    async def test_what_was_erased_counts_on_for_a_day(self, store: JobStore, clock: MovableClock) -> None:
        await store.submit(new_job(), NO_LIMITS)
        await run_next(store, clock, seconds=290)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.delivered(delivery, 1)
        await store.erase(1)
        for limits in (
            of_member(a_day=1),
            of_member(gpu_seconds_a_day=290),
            of_member(cooldown_seconds=3600),
        ):
            with pytest.raises(UsedUp):
                await store.submit(new_job(), limits)
        assert (await store.submit(new_job(), of_member(a_day=2, gpu_seconds_a_day=291))).created

    async def test_nothing_is_counted_in_direct_messages(self, store: JobStore) -> None:
        limits = of_member(waiting=1, a_day=1, cooldown_seconds=60)
        for _ in range(2):
            assert (await store.submit(new_job(guild_id=None), limits)).created

    async def test_an_interaction_that_arrives_twice_meets_no_limit_of_its_person(
        self, store: JobStore
    ) -> None:
        limits, new = of_member(waiting=1, a_day=1, cooldown_seconds=60), new_job()
        ticket = await store.submit(new, limits)

        assert await store.submit(new, limits) == replace(ticket, created=False)
        await store.submit(new_job(), NO_LIMITS)

    async def test_who_is_blocked_asks_for_nothing_in_that_guild_until_it_is_over(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        before = new_job()
        ticket = await store.submit(before, NO_LIMITS)
        await store.block(100, 1, seconds=60.5, reason="spam", by=3)

        with pytest.raises(NotAllowed) as refusal:
            await store.submit(new_job(), NO_LIMITS)

        until = str(int(clock.now + 60.5))
        assert refusal.value.message == text("blocked-until", reason="spam", until=until)
        assert await store.submit(before, NO_LIMITS) == replace(ticket, created=False)
        for elsewhere in (new_job(guild_id=101), new_job(guild_id=None), new_job(user_id=2)):
            assert (await store.submit(elsewhere, NO_LIMITS)).created
        clock.move(60.5)
        assert (await store.submit(new_job(), NO_LIMITS)).created
        await store.block(100, 1, seconds=None, reason="", by=3)
        with pytest.raises(NotAllowed) as refusal:
            await store.submit_group(group(2), NO_LIMITS)
        assert refusal.value.message == text("blocked", reason=text("block-no-reason"))
        await store.unblock(100, 1, by=3)
        assert (await store.submit(new_job(), NO_LIMITS)).created

    async def test_a_guild_or_the_operator_takes_no_jobs_in(self, store: JobStore) -> None:
        await store.pause(100, PauseKind.PAUSE, by=3)
        assert (await store.submit(new_job(), NO_LIMITS)).created  # it waits with the others
        await store.pause(100, PauseKind.DRAIN, by=3)
        with pytest.raises(Refused, match=r"drained$"):
            await store.submit(new_job(), NO_LIMITS)
        assert (await store.submit(new_job(guild_id=101), NO_LIMITS)).created
        assert (await store.submit(new_job(guild_id=None), NO_LIMITS)).created
        await store.pause(None, PauseKind.DRAIN, by=3)
        for guild_id in (100, 101, None):
            with pytest.raises(Refused, match="drained-everywhere"):
                await store.submit(new_job(guild_id=guild_id), NO_LIMITS)
        await store.resume(None, by=3)
        await store.resume(100, by=3)
        assert (await store.submit(new_job(), NO_LIMITS)).created

    async def test_who_had_their_jobs_deleted_has_used_them_all_the_same(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.submit(new_job(), NO_LIMITS)
        await run_next(store, clock, 600)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.delivered(delivery, 7)
        await store.erase(1)
        assert await store.job(delivery.job.id) is None

        for limits in (of_member(a_day=1), of_member(gpu_seconds_a_day=600), of_member(cooldown_seconds=900)):
            with pytest.raises(UsedUp):
                await store.submit(new_job(), limits)

        clock.move(DAY_SECONDS)
        assert (await store.submit(new_job(), of_member(a_day=1, cooldown_seconds=900))).created
