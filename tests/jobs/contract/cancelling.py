from uuid import uuid4

from msgspec.structs import replace

from bot.jobs.claim import Verdict
from bot.jobs.job import Cancelled, CancelResult, State
from bot.jobs.store import JobStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker


class CancellingContract:
    async def test_a_queued_job_is_cancelled_at_once(self, store: JobStore, clock: MovableClock) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        queued = await store.job(new.id)
        assert queued

        assert await store.cancel(new.id, 42) is CancelResult.CANCELLED

        assert await store.job(new.id) == replace(
            queued, state=State.CANCELLED, finished_at=clock.now, outcome=Cancelled(by_user_id=42)
        )
        assert await store.claim(worker(), LEASE_SECONDS) is None
        assert await store.claim_delivery("poster", LEASE_SECONDS)

    async def test_the_worker_of_a_running_job_is_told(self, store: JobStore) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim

        assert await store.cancel(new.id, 42) is CancelResult.REQUESTED

        assert await store.renew(claim, LEASE_SECONDS) is Verdict.CANCEL
        assert await store.job(new.id) == replace(claim.job, cancel_requested_by=42)
        assert await store.finish(claim, Cancelled(by_user_id=42))
        ended = await store.job(new.id)
        assert ended
        assert (ended.state, ended.outcome) == (State.CANCELLED, Cancelled(by_user_id=42))

    async def test_the_first_who_asked_is_remembered(self, store: JobStore) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        await store.claim(worker(), LEASE_SECONDS)

        results = [await store.cancel(new.id, actor_id) for actor_id in (42, 43)]

        assert results == [CancelResult.REQUESTED, CancelResult.REQUESTED]
        running = await store.job(new.id)
        assert running
        assert running.cancel_requested_by == 42

    async def test_a_request_outlives_the_worker(self, store: JobStore, clock: MovableClock) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        await store.claim(worker(), LEASE_SECONDS)
        await store.cancel(new.id, 42)
        clock.move(LEASE_SECONDS)
        await store.reap()

        successor = await store.claim(worker(), LEASE_SECONDS)

        assert successor
        assert successor.job.cancel_requested_by == 42
        assert await store.renew(successor, LEASE_SECONDS) is Verdict.CANCEL

    async def test_what_ended_cannot_be_cancelled(self, store: JobStore) -> None:
        new = new_job()
        await store.submit(new, NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.finish(claim, DONE)

        assert await store.cancel(new.id, 42) is CancelResult.ENDED

    async def test_a_job_that_never_was_is_unknown(self, store: JobStore) -> None:
        assert await store.cancel(uuid4(), 42) is CancelResult.UNKNOWN
