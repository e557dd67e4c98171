import dataclasses
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.jobs.claim import Preparation
from bot.jobs.inputs import (
    Area,
    Attachment,
    InputKind,
    JobInput,
    KeptInput,
    MadeOutput,
    Masking,
    NewInput,
    PreparedInput,
)
from bot.jobs.job import Cancelled, CancelResult, Failed, Limits, NewJob, State, Ticket
from bot.jobs.store import JobStore, TooManyOpen
from bot.texts import text
from tests.jobs.sample import (
    DONE,
    LEASE_SECONDS,
    NO_LIMITS,
    MovableClock,
    new_job,
    open_jobs,
    prompt_id,
    worker,
)

FOX = Attachment("https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1&is=2&hm=3", "fox.png", 1234)
PAINTED = Attachment("https://cdn.discordapp.com/attachments/1/3/mask.png", "mask, 雪.png", 99)
PICTURE = NewInput("image", InputKind.IMAGE, FOX, (("10", "image"), ("12", "image")))
MASKED = replace(PICTURE, masking=Masking(painted=PAINTED))
IN_AREA = replace(PICTURE, option="under", masking=Masking(area=Area.TOP_LEFT))
CLIP = NewInput("clip", InputKind.VIDEO, FOX, (("20", "video"),))

READY = PreparedInput(
    "image", "a" * 64, ".png", "b" * 64, "c" * 64, (text("inner", number=3, what=text("deeper")),)
)


def with_files(*inputs: NewInput, user_id: int = 1) -> NewJob:
    return replace(new_job(user_id), inputs=inputs or (PICTURE,))


async def submit_and_claim(store: JobStore, *inputs: NewInput) -> Preparation:
    await store.submit(with_files(*inputs), NO_LIMITS)
    preparation = await store.claim_preparation("boot", LEASE_SECONDS)
    assert preparation
    return preparation


async def state(store: JobStore, preparation: Preparation) -> State:
    job = await store.job(preparation.job.id)
    assert job
    return job.state


def second_try(first: Preparation) -> Preparation:
    return dataclasses.replace(first, job=replace(first.job, preparations=2))


class PreparationsContract:
    async def test_a_job_that_starts_from_files_is_prepared_before_it_is_queued(
        self, store: JobStore
    ) -> None:
        new = with_files(MASKED, CLIP)

        ticket = await store.submit(new, NO_LIMITS)

        assert (ticket.created, ticket.position, ticket.job.state) == (True, None, State.PREPARING)
        assert ticket.job.input_kinds == (InputKind.IMAGE, InputKind.VIDEO)
        assert not ticket.job.ended
        assert await store.submit(new, NO_LIMITS) == Ticket(ticket.job, created=False)
        assert await store.claim(worker(), LEASE_SECONDS) is None

    async def test_who_prepares_it_is_told_all_that_was_asked_for(self, store: JobStore) -> None:
        new = with_files(MASKED, IN_AREA, CLIP)
        ticket = await store.submit(new, NO_LIMITS)

        preparation = await store.claim_preparation("boot", LEASE_SECONDS)

        assert preparation == Preparation(
            replace(ticket.job, preparations=1), "boot", (MASKED, IN_AREA, CLIP)
        )
        assert await store.claim_preparation("boot", LEASE_SECONDS) is None

    async def test_jobs_without_files_need_no_preparation(self, store: JobStore) -> None:
        await store.submit(new_job(), NO_LIMITS)

        assert await store.claim_preparation("boot", LEASE_SECONDS) is None

    async def test_the_oldest_is_prepared_first(self, store: JobStore) -> None:
        tickets = [await store.submit(with_files(user_id=user), NO_LIMITS) for user in (1, 1, 2)]

        claimed = [await store.claim_preparation("boot", LEASE_SECONDS) for _ in tickets]

        assert [each and each.job.id for each in claimed] == [ticket.job_id for ticket in tickets]

    async def test_a_prepared_job_is_queued_and_its_worker_gets_the_files(self, store: JobStore) -> None:
        preparation = await submit_and_claim(store, MASKED, CLIP)
        clip = PreparedInput("clip", "d" * 64, ".mp4")
        assert await store.inputs(preparation.job.id) == []

        assert await store.prepared(preparation, [READY, clip])

        inputs = [JobInput(READY, PICTURE.targets), JobInput(clip, CLIP.targets)]
        assert await store.job(preparation.job.id) == replace(preparation.job, state=State.QUEUED)
        assert await store.inputs(preparation.job.id) == inputs
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert claim.inputs == tuple(inputs)
        assert await store.claim_preparation("boot", LEASE_SECONDS) is None

    async def test_the_files_outlive_a_worker(self, store: JobStore) -> None:
        preparation = await submit_and_claim(store)
        await store.prepared(preparation, [READY])
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.release(await store.note(claim, prompt_id()))

        moved = await store.claim(worker("gpu-2", dead=frozenset({"gpu-1"})), LEASE_SECONDS)

        assert moved
        assert moved.inputs == claim.inputs == (JobInput(READY, PICTURE.targets),)

    async def test_a_job_has_its_turn_from_its_submission(self, store: JobStore) -> None:
        preparation = await submit_and_claim(store)
        await store.submit(new_job(2), NO_LIMITS)
        await store.submit(new_job(1), NO_LIMITS)

        await store.prepared(preparation, [READY])

        first, second, third = [await store.claim(worker(), LEASE_SECONDS) for _ in range(3)]
        assert [each and each.job.place.user_id for each in (first, second, third)] == [1, 2, 1]
        assert first
        assert first.job.id == preparation.job.id

    async def test_preparing_jobs_count_for_the_limits(self, store: JobStore) -> None:
        for limits in (Limits(open_per_user=1), Limits(open_per_guild=1)):
            await store.submit(with_files(), NO_LIMITS)

            with pytest.raises(TooManyOpen):
                await store.submit(new_job(), limits)

    async def test_preparing_jobs_are_listed_before_the_queue_and_have_no_place_in_it(
        self, store: JobStore
    ) -> None:
        running, queued = new_job(), new_job(3)
        await store.submit(running, NO_LIMITS)
        await store.claim(worker(), LEASE_SECONDS)
        first, second = with_files(user_id=2), with_files(user_id=1)
        for new in (queued, first, second):
            await store.submit(new, NO_LIMITS)

        standings = await store.standings()

        assert [
            (each.job.id, each.job.state, each.position and each.position.ahead) for each in standings
        ] == [
            (running.id, State.RUNNING, None),
            (first.id, State.PREPARING, None),
            (second.id, State.PREPARING, None),
            (queued.id, State.QUEUED, 0),
        ]
        assert [await store.standing(each.job.id) for each in standings] == list(standings)
        assert [each.job.id for each in await store.standings(user_id=2)] == [first.id]
        assert [each.job.id for each in await store.standings(most=2)] == [running.id, first.id]
        assert (await store.count_open(guild_id=100), await store.count_open(user_id=1)) == (4, 2)
        assert {job.id for job in await open_jobs(store)} == {running.id, queued.id, first.id, second.id}

    async def test_a_preparing_job_is_cancelled_at_once_and_nobody_prepares_it_any_more(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        preparation = await submit_and_claim(store)

        assert await store.cancel(preparation.job.id, 42) is CancelResult.CANCELLED

        assert await store.job(preparation.job.id) == replace(
            preparation.job, state=State.CANCELLED, finished_at=clock.now, outcome=Cancelled(by_user_id=42)
        )
        assert not await store.renew_preparation(preparation, LEASE_SECONDS)
        assert not await store.prepared(preparation, [READY])
        assert not await store.fail_preparation(preparation, Failed(text("too-late")))
        assert not await store.postpone_preparation(preparation, 0)
        assert await store.inputs(preparation.job.id) == []
        assert await store.claim_delivery("poster", LEASE_SECONDS)

    async def test_files_that_cannot_be_had_end_the_job(self, store: JobStore, clock: MovableClock) -> None:
        preparation = await submit_and_claim(store)
        failed = Failed(text("the-link-expired"))

        assert await store.fail_preparation(preparation, failed)

        assert await store.job(preparation.job.id) == replace(
            preparation.job, state=State.FAILED, finished_at=clock.now, outcome=failed
        )
        assert not await store.fail_preparation(preparation, failed)
        assert await store.claim_delivery("poster", LEASE_SECONDS)

    async def test_a_preparation_lasts_as_long_as_it_is_renewed(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        preparation = await submit_and_claim(store)

        for _ in range(3):
            clock.move(LEASE_SECONDS - 1)
            assert await store.claim_preparation("another", LEASE_SECONDS) is None
            assert await store.renew_preparation(preparation, LEASE_SECONDS)

    async def test_who_stopped_renewing_is_followed_by_another_and_fenced(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        late = await submit_and_claim(store)
        clock.move(LEASE_SECONDS)

        successor = await store.claim_preparation("boot", LEASE_SECONDS)

        # The same owner: only the number tells them apart.
        assert successor == second_try(late)
        assert not await store.renew_preparation(late, LEASE_SECONDS)
        assert not await store.prepared(late, [READY])
        assert not await store.fail_preparation(late, Failed(text("too-late")))
        assert not await store.postpone_preparation(late, 0)
        assert await state(store, late) is State.PREPARING
        assert successor
        assert await store.prepared(successor, [READY])

    async def test_who_is_late_but_not_followed_still_counts(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        late = await submit_and_claim(store)
        clock.move(LEASE_SECONDS * 10)

        assert await store.prepared(late, [READY])

    async def test_a_postponed_preparation_comes_back_after_its_delay_and_holds_up_no_other(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        first = await submit_and_claim(store)
        await store.submit(with_files(), NO_LIMITS)

        assert await store.postpone_preparation(first, 60)

        second = await store.claim_preparation("boot", 3600)
        assert second
        assert second.job.id != first.job.id
        assert await store.claim_preparation("boot", LEASE_SECONDS) is None
        assert not await store.prepared(first, [READY])
        clock.move(60)
        assert await store.claim_preparation("boot", LEASE_SECONDS) == second_try(first)

    async def test_the_blobs_of_open_jobs_are_needed(self, store: JobStore) -> None:
        assert await store.needed_blobs() == frozenset()
        preparation = await submit_and_claim(store)
        assert await store.needed_blobs() == frozenset()
        await store.prepared(preparation, [READY])

        needed = {"a" * 64, "b" * 64, "c" * 64}
        assert await store.needed_blobs() == needed
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await store.needed_blobs() == needed
        await store.finish(claim, DONE)
        assert await store.needed_blobs() == frozenset()

    async def test_a_blob_that_another_open_job_needs_is_needed(self, store: JobStore) -> None:
        for _ in range(2):
            await store.prepared(
                await submit_and_claim(store), [replace(READY, mask=None, overlay=None, notices=())]
            )
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.finish(claim, DONE)

        assert await store.needed_blobs() == {"a" * 64}

    async def test_files_of_earlier_jobs_are_named_as_they_were_asked_for(self, store: JobStore) -> None:
        kept = KeptInput(UUID(int=5), "image", "fox, 雪.png")
        made = [MadeOutput(UUID(int=6), 2, "made.png"), MadeOutput(UUID(int=6), 2, "made.png", FOX)]
        asked = [
            replace(PICTURE, option=str(number), source=source) for number, source in enumerate((kept, *made))
        ]
        asked.append(replace(PICTURE, option="drawn", masking=Masking(painted=kept)))
        assert (await submit_and_claim(store, *asked)).inputs == tuple(asked)

    async def test_blobs_of_ended_jobs_are_useful_the_latest_first(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for number in (1, 2, 1):
            preparation = await submit_and_claim(store)
            ready = replace(READY, blob=str(number) * 64, mask=None, overlay="0" * 64)
            await store.prepared(preparation, [ready])
            claim = await store.claim(worker(), LEASE_SECONDS)
            assert claim
            await store.finish(claim, DONE)
            clock.move(1)
        assert await store.useful_blobs() == ("1" * 64, "0" * 64, "2" * 64)
        assert await store.needed_blobs() == frozenset()
