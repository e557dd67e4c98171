"""What a moderator decides about before it is shown."""

import asyncio

from msgspec.structs import replace

from bot.jobs.audit_store import AuditFilter
from bot.jobs.backlog import UNDELIVERED
from bot.jobs.job import Delivery, MessageRef, NewJob
from bot.jobs.review_store import Decided, Judgement, Review, ReviewState
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.contract.groups import group_of
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

WHY = text("bug", id="1")
MOST_SECONDS = 86_400.0
MODERATOR = 9
SHOWN = MessageRef(71, 72)


def to_be_reviewed() -> NewJob:
    return replace(new_job(), review=WHY)


async def ended_for_review(store: JobStore, new: NewJob | None = None) -> Delivery:
    await store.submit(new or to_be_reviewed(), NO_LIMITS)
    while claim := await store.claim(worker(), LEASE_SECONDS):
        await store.finish(claim, DONE)
    return await claimed(store)


async def claimed(store: JobStore) -> Delivery:
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    return delivery


class ReviewsContract:
    async def test_a_job_keeps_why_it_is_to_be_reviewed_and_that_it_is_to_be_hidden(
        self, store: JobStore
    ) -> None:
        delivery = await ended_for_review(store, replace(new_job(), review=WHY, spoiler=True, nsfw=True))
        assert (delivery.job.review, delivery.job.spoiler, delivery.job.nsfw) == (WHY, True, True)

    async def test_what_is_found_in_the_files_can_only_hold_back_more(self, store: JobStore) -> None:
        delivery = await ended_for_review(store, replace(new_job(), spoiler=True))
        found = await store.judged(delivery, review=WHY)
        assert found == replace(delivery.job, review=WHY)
        assert await store.judged(delivery, review=text("gone")) == found
        await store.postpone(delivery, 60)
        assert await store.judged(delivery) is None

    async def test_that_files_were_looked_at_and_why_they_are_not_shown_is_kept(
        self, store: JobStore
    ) -> None:
        delivery = await ended_for_review(store)
        job_id = delivery.job.id
        assert await store.judgement(job_id) is None
        await store.judged(delivery, refusal=WHY)
        await store.judged(delivery)
        assert await store.judgement(job_id) == Judgement(WHY)
        other = await ended_for_review(store)
        await store.judged(other)
        assert await store.judgement(other.job.id) == Judgement(None)

    async def test_what_is_found_in_one_file_of_a_group_holds_back_all_of_it(self, store: JobStore) -> None:
        jobs = group_of(2)
        await store.submit_group(jobs, NO_LIMITS)
        while claim := await store.claim(worker(), LEASE_SECONDS):
            await store.finish(claim, DONE)

        await store.judged(await claimed(store), spoiler=True, review=WHY)

        members = await store.members(jobs[0].id)
        assert [(each.review, each.spoiler, each.is_held_back) for each in members] == [(WHY, True, True)] * 2

    async def test_files_are_kept_until_they_were_shown_and_forgotten_with_the_rest(
        self, store: JobStore
    ) -> None:
        delivery = await ended_for_review(store)
        job_id = delivery.job.id
        assert await store.keep_outputs(job_id, ["a" * 64, None])
        assert not await store.keep_outputs(job_id, ["b" * 64])
        assert await store.needed_blobs() == {"a" * 64}
        await store.delivered(delivery, 5)
        assert not await store.keep_outputs(job_id, ["b" * 64])
        assert await store.handed_over(job_id) == ["a" * 64, None]
        assert list(await store.useful_blobs()) == ["a" * 64]
        await store.forget_outputs(job_id)
        assert await store.handed_over(job_id) == []

    async def test_nothing_is_due_while_it_waits_and_the_decision_is_heard_at_once(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        delivery = await ended_for_review(store)
        begun = clock.now
        waiting = Review(delivery.job.id, 100, ReviewState.WAITING, begun, begun + MOST_SECONDS)
        assert [each.stage for each in await store.backlog()] == [UNDELIVERED]
        assert await store.begin_review(delivery, MOST_SECONDS) == waiting
        assert await store.await_decision(delivery, SHOWN)
        assert list(await store.backlog()) == []
        clock.move(MOST_SECONDS - 1)
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None

        decided = await store.decide(delivery.job.id, MODERATOR, approved=False, reason="too dark")

        rejected = replace(
            waiting,
            state=ReviewState.REJECTED,
            message=SHOWN,
            decided_by=MODERATOR,
            reason="too dark",
            decided_at=clock.now,
        )
        assert decided == Decided(rejected, now=True)
        assert await store.review(delivery.job.id) == rejected
        again = await claimed(store)
        assert (again.job.id, again.first_tried_at) == (delivery.job.id, clock.now)
        assert await store.begin_review(again, MOST_SECONDS) == rejected

    async def test_of_many_decisions_at_once_one_is_made(self, store: JobStore) -> None:
        delivery = await ended_for_review(store)
        await store.begin_review(delivery, MOST_SECONDS)
        await store.await_decision(delivery, SHOWN)

        decisions = await asyncio.gather(
            *(store.decide(delivery.job.id, by, approved=bool(by % 2)) for by in range(1, 9))
        )

        assert sum(each is not None and each.now for each in decisions) == 1
        lines = await store.audited(AuditFilter(guild_id=100))
        made = next(each.review for each in decisions if each is not None)
        assert [(each.actor_id, each.user_id, each.job_id) for each in lines] == [
            (made.decided_by, 1, delivery.job.id)
        ]
        assert len({each.review for each in decisions if each is not None}) == 1

    async def test_a_decision_while_it_is_still_being_shown_to_moderators_is_not_slept_over(
        self, store: JobStore
    ) -> None:
        delivery = await ended_for_review(store)
        await store.begin_review(delivery, MOST_SECONDS)

        await store.decide(delivery.job.id, MODERATOR, approved=True)

        assert await store.claim_delivery("another", LEASE_SECONDS) is None
        assert await store.await_decision(delivery, SHOWN)
        assert (await claimed(store)).job.id == delivery.job.id

    async def test_a_review_that_nobody_decides_ends_once(self, store: JobStore, clock: MovableClock) -> None:
        delivery = await ended_for_review(store)
        await store.begin_review(delivery, MOST_SECONDS)
        early = await store.end_review(delivery)
        assert early
        assert early.state is ReviewState.WAITING
        await store.await_decision(delivery, SHOWN)
        clock.move(MOST_SECONDS)

        again = await claimed(store)
        ended = await store.end_review(again)

        assert ended
        assert (ended.state, ended.decided_by) == (ReviewState.UNDECIDED, None)
        assert await store.decide(delivery.job.id, MODERATOR, approved=True) == Decided(ended, now=False)

    async def test_whoever_lost_the_delivery_neither_begins_nor_ends_its_review(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        crashed = await ended_for_review(store)
        clock.move(LEASE_SECONDS)
        successor = await claimed(store)

        assert await store.begin_review(crashed, 0.0) is None
        await store.begin_review(successor, 0.0)
        assert await store.end_review(crashed) is None
        assert not await store.await_decision(crashed, SHOWN)
        assert await store.decide(new_job().id, MODERATOR, approved=True) is None
