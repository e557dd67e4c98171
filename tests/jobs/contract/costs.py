"""What jobs take is learned from those that were done, and told only where it is known."""

from msgspec.structs import replace

from bot.jobs.job import Failed, NewJob, Timing
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, worker

SDXL = frozenset({"sdxl.safetensors"})


def measured(work: float | None, user_id: int = 1, models: frozenset[str] = SDXL) -> NewJob:
    return replace(new_job(user_id), work=work, models=models)


async def run(store: JobStore, new: NewJob, seconds: float) -> None:
    await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    assert claim.job.id == new.id
    assert await store.finish(claim, DONE, Timing(seconds))


async def usual(store: JobStore, new: NewJob) -> float | None:
    job = (await store.submit(new, NO_LIMITS)).job
    await store.cancel(job.id, 1)
    return job.usual_seconds


class CostsContract:
    async def test_nothing_is_told_of_a_workflow_or_a_model_that_never_ran(self, store: JobStore) -> None:
        assert await usual(store, measured(20.0)) is None

        await run(store, measured(20.0), 8.0)

        assert await usual(store, measured(20.0)) == 8.0
        assert await usual(store, measured(20.0, models=frozenset({"flux.safetensors"}))) is None
        assert await usual(store, replace(measured(20.0), workflow="img2img")) is None

    async def test_a_larger_job_takes_as_much_longer_and_one_like_those_before_takes_what_they_took(
        self, store: JobStore
    ) -> None:
        for work, seconds in ((20.0, 8.0), (20.0, 10.0), (80.0, 30.0)):
            await run(store, measured(work), seconds)

        found = [await usual(store, measured(work)) for work in (20.0, 80.0, 40.0, None)]

        assert found == [9.0, 30.0, 16.0, 10.0]

    async def test_jobs_that_wait_learn_from_the_first_of_their_kind(self, store: JobStore) -> None:
        for user_id in (1, 2, 3):
            await store.submit(measured(20.0 * user_id, user_id), NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert [each.position and each.position.seconds_ahead for each in await store.standings()] == [
            None,
            0.0,
            None,
        ]

        assert await store.finish(claim, DONE, Timing(8.0))

        found = [(each.job.usual_seconds, each.position) for each in await store.standings()]
        assert [(seconds, position and position.seconds_ahead) for seconds, position in found] == [
            (16.0, 0.0),
            (24.0, 16.0),
        ]

    async def test_nothing_is_learned_of_a_run_that_failed(self, store: JobStore) -> None:
        await store.submit(measured(20.0), NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await store.finish(claim, Failed(text("gone")), Timing(8.0))

        assert await usual(store, measured(20.0)) is None

    async def test_who_asks_for_what_takes_long_waits_as_much_longer_for_the_next(
        self, store: JobStore
    ) -> None:
        await run(store, measured(10.0, 9), 10.0)
        for user_id, work in ((1, 40.0), (1, 40.0), *[(2, 10.0)] * 5):
            await store.submit(measured(work, user_id), NO_LIMITS)

        assert [each.job.place.user_id for each in await store.standings()] == [1, 2, 2, 2, 2, 1, 2]

    async def test_a_place_in_line_tells_behind_how_many_people_it_is(self, store: JobStore) -> None:
        for user_id in (1, 1, 2, 3):
            await store.submit(new_job(user_id), NO_LIMITS)

        positions = [each.position for each in await store.standings()]

        assert [each and (each.people_ahead, each.people) for each in positions] == [
            (0, 2),
            (1, 2),
            (2, 2),
            (2, 2),
        ]
