from uuid import UUID

from bot.jobs.job import Position
from bot.jobs.store import JobStore
from tests.jobs.contract.groups import group_of
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, worker


async def submit(store: JobStore, *user_ids: int) -> list[UUID]:
    """One job for each, in this order."""
    return [(await store.submit(new_job(user_id), NO_LIMITS)).job_id for user_id in user_ids]


async def claim_persons(store: JobStore) -> list[int]:
    """Claim until nothing is left: whose jobs these were."""
    persons: list[int] = []
    while claim := await store.claim(worker(), LEASE_SECONDS):
        persons.append(claim.job.place.user_id)
    return persons


class FairOrderContract:
    async def test_who_asks_for_one_does_not_wait_for_who_asks_for_twenty(self, store: JobStore) -> None:
        await submit(store, *[1] * 20, 2)

        assert await claim_persons(store) == [1, 2, *[1] * 19]

    async def test_persons_take_turns(self, store: JobStore) -> None:
        await submit(store, 1, 1, 1, 2, 2, 3)

        assert await claim_persons(store) == [1, 2, 3, 1, 2, 1]

    async def test_who_comes_later_gets_no_turns_for_the_time_before(self, store: JobStore) -> None:
        await submit(store, *[1] * 6)
        for _ in range(4):
            await store.claim(worker(), LEASE_SECONDS)

        await submit(store, 2, 2, 2)

        assert await claim_persons(store) == [1, 2, 1, 2, 2]

    async def test_cancelled_jobs_cost_no_turns(self, store: JobStore) -> None:
        regretted = await submit(store, 1, 1, 1)
        for job_id in regretted:
            await store.cancel(job_id, 1)

        await submit(store, 2, 2, 1)

        assert await claim_persons(store) == [2, 1, 2]

    async def test_a_released_job_takes_its_old_place(self, store: JobStore) -> None:
        first, second = await submit(store, 1, 2)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert claim.job.id == first

        assert await store.release(claim)

        standings = await store.standings()
        assert [(standing.job.id, standing.position) for standing in standings] == [
            (first, Position(0)),
            (second, Position(1)),
        ]

    async def test_a_job_that_runs_again_does_not_turn_back_the_order(self, store: JobStore) -> None:
        await submit(store, *[1] * 6)
        first = await store.claim(worker(), LEASE_SECONDS)
        assert first
        for _ in range(3):
            await store.claim(worker(), LEASE_SECONDS)
        await store.release(first)
        await store.claim(worker(), LEASE_SECONDS)

        await submit(store, 2, 2, 2)

        assert await claim_persons(store) == [1, 2, 1, 2, 2]

    async def test_positions_are_the_order_of_claims(self, store: JobStore) -> None:
        await submit(store, 3, 1, 1, 2, 1, 3, 4, 2, 1)
        promised = await store.standings()

        assert [standing.position for standing in promised] == [Position(ahead) for ahead in range(9)]
        claims = [await store.claim(worker(), LEASE_SECONDS) for _ in promised]
        assert [claim.job.id for claim in claims if claim] == [standing.job.id for standing in promised]

    async def test_a_group_of_sixteen_delays_another_persons_single_job_by_one_run_at_most(
        self, store: JobStore
    ) -> None:
        await store.submit_group(group_of(16), NO_LIMITS)
        for _ in range(2):  # one runs and one waits at the server already
            assert await store.claim(worker(), LEASE_SECONDS)

        await submit(store, 2)

        assert (await claim_persons(store)).index(2) <= 1
