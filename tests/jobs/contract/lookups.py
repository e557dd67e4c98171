from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from bot.jobs.backlog import Backlog
from bot.jobs.job import MessageRef, Standing, Timing, Usual
from bot.jobs.store import JobStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker


async def submit(store: JobStore, user_id: int, guild_id: int | None) -> UUID:
    return (await store.submit(new_job(user_id, guild_id=guild_id), NO_LIMITS)).job_id


async def run(
    store: JobStore,
    clock: MovableClock,
    seconds: float,
    workflow: str = "txt2img",
    node_seconds: Mapping[str, float] | None = None,
) -> UUID:
    new = new_job(workflow=workflow)
    await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    clock.move(seconds)
    assert await store.finish(claim, DONE, Timing(seconds, node_seconds or {}))
    return new.id


def places(standings: Iterable[Standing]) -> list[tuple[UUID, int | None]]:
    return [(each.job.id, each.position and each.position.ahead) for each in standings]


class LookupsContract:
    async def test_a_job_that_never_was_is_nowhere(self, store: JobStore) -> None:
        nobody = uuid4()

        assert await store.job(nobody) is None
        assert await store.standing(nobody) is None
        assert await store.job_told_by(7) is None

    async def test_a_job_is_found_by_the_message_that_shows_its_status_or_its_result(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        ended, other = await run(store, clock, 1), await run(store, clock, 1)
        await store.record_status_message(ended, MessageRef(1, 71))
        while delivery := await store.claim_delivery("test", LEASE_SECONDS):
            assert await store.delivered(delivery, 72 if delivery.job.id == ended else 73)

        found = [await store.job_told_by(message_id) for message_id in (71, 72, 73, 1, 74)]

        assert [job and job.id for job in found] == [ended, ended, other, None, None]

    async def test_standings_are_running_jobs_and_then_the_queue(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        running_first = await submit(store, 1, 100)
        running_next = await submit(store, 1, 100)
        for _ in range(2):
            clock.move(1)
            await store.claim(worker(), LEASE_SECONDS)
        queued = [
            await submit(store, user_id, guild_id) for user_id, guild_id in ((1, 100), (2, 101), (3, 100))
        ]

        standings = await store.standings()

        # The other guild has used nothing yet, nor has person 3.
        assert places(standings) == [
            (running_first, None),
            (running_next, None),
            (queued[1], 0),
            (queued[2], 1),
            (queued[0], 2),
        ]
        assert [await store.standing(standing.job.id) for standing in standings] == list(standings)
        assert [standing.job for standing in standings] == [
            await store.job(standing.job.id) for standing in standings
        ]

    async def test_positions_count_the_jobs_of_all_guilds(self, store: JobStore) -> None:
        _, second, third = [
            await submit(store, user_id, guild_id) for user_id, guild_id in ((1, 100), (2, 101), (3, 101))
        ]

        assert places(await store.standings(guild_id=101)) == [(second, 1), (third, 2)]
        assert places(await store.standings(user_id=3)) == [(third, 2)]
        assert places(await store.standings(guild_id=100, user_id=3)) == []

    async def test_an_ended_job_has_no_standing(self, store: JobStore, clock: MovableClock) -> None:
        ended = await run(store, clock, 1)

        assert await store.standing(ended) is None
        assert await store.standings() == []

    async def test_all_that_have_not_ended_stand_somewhere(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await run(store, clock, 1)
        job_ids = [await submit(store, user_id, None) for user_id in (1, 1, 2)]
        await store.claim(worker(), LEASE_SECONDS)

        assert {standing.job.id for standing in await store.standings()} == set(job_ids)

    async def test_the_backlog_counts_what_is_still_to_be_done_by_stage_and_workflow(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        assert list(await store.backlog()) == []
        begun = clock.now
        await run(store, clock, 10)
        await run(store, clock, 10, "flux")
        delivery = await store.claim_delivery("test", LEASE_SECONDS)
        assert delivery
        assert await store.delivered(delivery, 1)
        for user_id in (1, 2, 3):
            await submit(store, user_id, None)
            clock.move(1)
        await store.claim(worker(), LEASE_SECONDS)

        assert sorted(await store.backlog(), key=lambda each: each.stage) == [
            Backlog("queued", "txt2img", 2, begun + 21),
            Backlog("running", "txt2img", 1, begun + 20),
            Backlog("undelivered", "flux", 1, begun + 20),
        ]

    async def test_of_a_workflow_that_never_ran_nothing_is_usual(self, store: JobStore) -> None:
        await submit(store, 1, None)

        assert await store.usual("txt2img") == Usual()

    async def test_the_usual_time_is_the_median_of_the_last_twenty_runs(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for seconds in [1000, 1000, *range(1, 20), 5000]:
            await run(store, clock, seconds)
        await run(store, clock, 70, "flux")

        assert (await store.usual("txt2img")).seconds == 10.5
        assert (await store.usual("flux")).seconds == 70

    async def test_the_usual_time_of_each_node_is_the_median_of_the_runs_in_which_it_ran(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for nodes in ({"3": 8.0, "8": 1.0}, {"3": 10.0}, {"3": 12.0, "8": 3.0}):
            await run(store, clock, 20, node_seconds=nodes)

        assert (await store.usual("txt2img")).node_seconds == {"3": 10.0, "8": 2.0}

    async def test_a_status_message_is_remembered_and_forgotten(self, store: JobStore) -> None:
        job_id = await submit(store, 1, 100)

        for message in (MessageRef(200, 1), MessageRef(201, 2), None):
            await store.record_status_message(job_id, message)
            job = await store.job(job_id)
            assert job
            assert job.status_message == message

    async def test_old_jobs_are_forgotten_once_they_are_delivered(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        delivered, given_up, pending = [await run(store, clock, 1) for _ in range(3)]
        for give_up in (False, True):
            delivery = await store.claim_delivery("poster", LEASE_SECONDS)
            assert delivery
            assert await (store.undeliverable(delivery) if give_up else store.delivered(delivery, 555))
        waiting = await submit(store, 1, None)
        clock.move(3600)
        recent = await run(store, clock, 1)

        assert await store.forget(older_than_seconds=7200) == 0
        assert await store.forget(older_than_seconds=1800) == 2

        known = [await store.job(job_id) for job_id in (delivered, given_up, pending, waiting, recent)]
        assert [job is not None for job in known] == [False, False, True, True, True]
