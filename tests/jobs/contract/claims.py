import asyncio

import pytest
from msgspec.structs import replace

from bot.jobs.claim import Claim, Verdict
from bot.jobs.job import Cancelled, CancelResult, Failed, Output, State, Timing
from bot.jobs.store import Fenced, JobStore
from bot.texts import text
from tests.jobs.sample import (
    DONE,
    EVERYTHING,
    LEASE_SECONDS,
    NO_LIMITS,
    MovableClock,
    new_job,
    prompt_id,
    worker,
)


async def submit_and_claim(store: JobStore) -> Claim:
    await store.submit(new_job(), NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    return claim


class ClaimsContract:
    async def test_an_empty_queue_gives_nothing(self, store: JobStore) -> None:
        assert await store.claim(worker(), LEASE_SECONDS) is None

    async def test_a_claimed_job_runs(self, store: JobStore) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        queued = await store.job(new.id)
        assert queued

        claim = await store.claim(worker(), LEASE_SECONDS)

        assert claim == Claim(
            replace(queued, state=State.RUNNING),
            owner="boot/gpu-1",
            number=1,
            graph=new.graph,
            ui_graph=new.ui_graph,
        )
        assert await store.claim(worker(), LEASE_SECONDS) is None

    async def test_workers_that_claim_at_once_get_different_jobs(self, store: JobStore) -> None:
        for _ in range(10):
            await store.submit(new_job(), NO_LIMITS)

        claims = await asyncio.gather(*(store.claim(worker(), LEASE_SECONDS) for _ in range(15)))

        assert len({claim.job.id for claim in claims if claim}) == 10
        assert claims.count(None) == 5

    async def test_a_worker_gets_only_what_it_can_run(self, store: JobStore) -> None:
        flux = new_job(needs=frozenset({"KSampler", "UNETLoader.unet_name=flux.safetensors"}))
        plain = new_job(needs=frozenset({"KSampler"}))
        for new in (flux, plain):
            await store.submit(new, NO_LIMITS)

        claim = await store.claim(worker(has={"KSampler"}), LEASE_SECONDS)

        assert claim
        assert claim.job.id == plain.id
        assert await store.claim(worker(has={"KSampler"}), LEASE_SECONDS) is None

    async def test_the_only_runnable_job_is_found_behind_many(self, store: JobStore) -> None:
        for _ in range(600):
            await store.submit(new_job(), NO_LIMITS)
        last = new_job(needs=frozenset())
        await store.submit(last, NO_LIMITS)

        claim = await store.claim(worker(has=()), LEASE_SECONDS)

        assert claim
        assert claim.job.id == last.id

    async def test_a_noted_prompt_is_the_next_attempt(self, store: JobStore) -> None:
        claim = await submit_and_claim(store)
        first, second = prompt_id(), prompt_id()

        noted = await store.note(claim, first)
        again = await store.note(noted, second)

        expected = replace(claim.job, attempt=1, backend="gpu-1", prompt_id=first)
        assert noted == replace(claim, job=expected)
        assert again == replace(claim, job=replace(expected, attempt=2, prompt_id=second))
        assert await store.job(claim.job.id) == again.job

    async def test_a_new_attempt_fences_the_old(self, store: JobStore) -> None:
        claim = await submit_and_claim(store)
        noted = await store.note(claim, prompt_id())

        assert await store.renew(claim, LEASE_SECONDS) is Verdict.LOST
        assert not await store.finish(claim, DONE)
        assert not await store.release(claim)
        with pytest.raises(Fenced):
            await store.note(claim, prompt_id())
        assert await store.finish(noted, DONE)

    async def test_a_job_started_when_its_backend_began_it_and_keeps_that(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        claim = await submit_and_claim(store)
        waiting = await store.job(claim.job.id)
        assert waiting
        assert waiting.started_at is None
        clock.move(5)

        assert await store.started(claim, 2.0)
        clock.move(50)
        assert await store.started(claim, 1.0)
        await store.finish(claim, DONE, Timing(3.0))

        ended = await store.job(claim.job.id)
        assert ended
        assert ended.started_at == clock.now - 52

    async def test_of_a_job_that_was_begun_anew_counts_what_its_last_attempt_took(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        first = await store.note(await submit_and_claim(store), prompt_id())
        await store.started(first, 0.0)
        clock.move(8 * 3600)  # its backend was away that long, and had lost it

        second = await store.note(first, prompt_id())
        clock.move(5)
        await store.finish(second, DONE, Timing(3.0))

        assert second.job.started_at is None
        ended = await store.job(first.job.id)
        assert ended
        assert ended.started_at == clock.now - 3

    async def test_the_end_tells_when_it_started_where_nothing_else_did(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        claim = await submit_and_claim(store)
        clock.move(20)

        await store.finish(claim, DONE, Timing(3.0))

        ended = await store.job(claim.job.id)
        assert ended
        assert (ended.started_at, ended.finished_at) == (clock.now - 3, clock.now)

    async def test_a_start_that_is_told_too_late_changes_nothing(self, store: JobStore) -> None:
        claim = await submit_and_claim(store)
        await store.release(claim)

        assert not await store.started(claim, 0.0)

    async def test_what_a_failed_job_had_made_is_kept(self, store: JobStore) -> None:
        claim = await submit_and_claim(store)
        failed = Failed(text("failed-lost"), (Output("9", "a.png", "sub", "temp"),), ("a caption",))

        await store.finish(claim, failed)

        ended = await store.job(claim.job.id)
        assert ended
        assert ended.outcome == failed

    async def test_a_submitted_job_stays_with_its_backend(self, store: JobStore) -> None:
        noted = await store.note(await submit_and_claim(store), prompt_id())
        await store.release(noted)

        assert await store.claim(worker("gpu-2"), LEASE_SECONDS) is None
        claim = await store.claim(worker("gpu-1", owner="next boot"), LEASE_SECONDS)

        assert claim == replace(noted, owner="next boot", number=2)

    async def test_a_job_whose_prompt_is_lost_can_be_anybodys_again(self, store: JobStore) -> None:
        noted = await store.note(await submit_and_claim(store), prompt_id())
        await store.release(noted, unbound=True)

        claim = await store.claim(worker("gpu-2"), LEASE_SECONDS)

        assert claim
        assert (claim.job.prompt_id, claim.job.backend, claim.attempt) == (None, None, 1)

    async def test_a_job_that_was_cancelled_as_its_prompt_was_lost_waits_no_more(
        self, store: JobStore
    ) -> None:
        noted = await store.note(await submit_and_claim(store), prompt_id())
        assert await store.cancel(noted.job.id, 7) is CancelResult.REQUESTED

        assert await store.release(noted, unbound=True)
        assert not await store.release(noted, unbound=True)

        ended = await store.job(noted.job.id)
        assert ended
        assert (ended.state, ended.outcome) == (State.CANCELLED, Cancelled(by_user_id=7))
        assert await store.claim_delivery("poster", LEASE_SECONDS)

    async def test_a_job_never_submitted_is_anybodys(self, store: JobStore) -> None:
        await store.release(await submit_and_claim(store))

        assert await store.claim(worker("gpu-2"), LEASE_SECONDS)

    async def test_the_jobs_of_a_dead_backend_move_on(self, store: JobStore) -> None:
        noted = await store.note(await submit_and_claim(store), prompt_id())
        await store.release(noted)

        moved = await store.claim(worker("gpu-2", dead=frozenset({"gpu-1"})), LEASE_SECONDS)

        assert moved
        assert moved == replace(noted, owner="boot/gpu-2", number=2)
        elsewhere = await store.note(moved, prompt_id())
        assert (elsewhere.job.backend, elsewhere.attempt) == ("gpu-2", 2)

    async def test_a_lease_lasts_as_long_as_it_is_renewed(self, store: JobStore, clock: MovableClock) -> None:
        claim = await submit_and_claim(store)

        for _ in range(3):
            clock.move(LEASE_SECONDS - 1)
            assert await store.reap() == 0
            assert await store.renew(claim, LEASE_SECONDS) is Verdict.OK

    async def test_a_job_whose_lease_ended_goes_back_to_the_queue(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        noted = await store.note(await submit_and_claim(store), prompt_id())

        clock.move(LEASE_SECONDS)

        assert await store.reap() == 1
        assert await store.job(noted.job.id) == replace(noted.job, state=State.QUEUED)
        assert await store.reap() == 0

    async def test_who_comes_back_too_late_changes_nothing(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        late = await submit_and_claim(store)
        clock.move(LEASE_SECONDS)
        await store.reap()
        successor = await store.claim(worker(), LEASE_SECONDS)
        assert successor

        # The same worker with the same attempt: only the number of the claim tells them apart.
        assert (late.owner, late.attempt) == (successor.owner, successor.attempt)
        assert await store.renew(late, LEASE_SECONDS) is Verdict.LOST
        assert not await store.finish(late, DONE)
        assert not await store.release(late)
        with pytest.raises(Fenced):
            await store.note(late, prompt_id())
        assert await store.job(late.job.id) == successor.job

    async def test_a_late_finish_counts_while_nobody_took_the_job(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        claim = await submit_and_claim(store)
        clock.move(LEASE_SECONDS * 10)

        assert await store.finish(claim, DONE)

    async def test_a_finished_job_has_its_outcome(self, store: JobStore, clock: MovableClock) -> None:
        claim = await submit_and_claim(store)
        reason = text("failed-node", node="KSampler", message=text("inner", number=3, share=0.5))
        clock.move(12)

        assert await store.finish(claim, Failed(reason))

        ended = replace(claim.job, state=State.FAILED, finished_at=clock.now, outcome=Failed(reason))
        assert await store.job(claim.job.id) == ended
        assert ended.ended

    async def test_a_job_ends_once(self, store: JobStore) -> None:
        claim = await submit_and_claim(store)
        await store.finish(claim, DONE)

        assert not await store.finish(claim, Failed(text("too-late")))
        ended = await store.job(claim.job.id)
        assert ended
        assert ended.outcome == DONE

    async def test_needs_are_asked_of_whatever_answers_for_the_backend(self, store: JobStore) -> None:
        class Knowing:
            def __contains__(self, need: object) -> bool:
                return need in EVERYTHING

        await store.submit(new_job(), NO_LIMITS)

        assert await store.claim(worker(has=Knowing()), LEASE_SECONDS)
