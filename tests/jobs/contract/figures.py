from msgspec.structs import replace

from bot.jobs.figure_store import DAY_SECONDS, FIGURES_DAYS, Day, Failure, Use, Waits
from bot.jobs.job import Failed, Outcome, Timing
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

OUT_OF_MEMORY = Failed(text("failed-out-of-memory", node="KSampler"))


async def run(
    store: JobStore,
    clock: MovableClock,
    *,
    waits: float = 0.0,
    takes: float = 60.0,
    user_id: int = 1,
    guild_id: int | None = 100,
    workflow: str = "txt2img",
    outcome: Outcome = DONE,
) -> None:
    """One job, from its submission to its delivery."""
    await store.submit(new_job(user_id, guild_id=guild_id, workflow=workflow), NO_LIMITS)
    clock.move(waits)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    clock.move(takes)
    assert await store.finish(claim, outcome, Timing(takes))
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    assert await store.delivered(delivery, 7)


def today(clock: MovableClock) -> int:
    return int(clock.now // DAY_SECONDS)


class FiguresContract:
    async def test_nothing_ran_so_there_are_days_and_no_numbers(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        figures = await store.figures(7, 100)
        assert figures.days == tuple(Day(today(clock) - ago) for ago in range(6, -1, -1))
        assert (figures.workflows, figures.people, figures.failures, figures.waits) == ((), (), (), None)
        assert (figures.jobs, figures.gpu_seconds) == (0, 0)

    async def test_jobs_count_on_the_day_of_their_end_by_workflow_person_and_reason(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await run(store, clock, takes=30)
        clock.move(DAY_SECONDS)
        await run(store, clock, takes=60, workflow="flux", user_id=2)
        await run(store, clock, takes=10, outcome=OUT_OF_MEMORY)
        ticket = await store.submit(new_job(2), NO_LIMITS)
        await store.cancel(ticket.job_id, 1)
        await run(store, clock, guild_id=101)

        figures = await store.figures(2, 100)

        assert figures.days == (Day(today(clock) - 1, done=1), Day(today(clock), 1, 1, 1))
        assert figures.workflows == (Use("flux", 1, 60.0), Use("txt2img", 3, 40.0))
        assert figures.people == (Use(2, 2, 60.0), Use(1, 2, 40.0))
        assert figures.failures == (Failure("failed-out-of-memory", 1),)
        assert (await store.figures(1, 100)).gpu_seconds == 70.0

    async def test_a_guild_sees_no_other_and_no_direct_message_and_the_operator_sees_all(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for guild_id in (100, 101, None):
            await run(store, clock, guild_id=guild_id, user_id=guild_id or 9, waits=guild_id or 5)

        assert (await store.figures(1, 100)).people == (Use(100, 1, 60.0),)
        assert (await store.figures(1, 100)).waits == Waits(1, 100, 100)
        assert {use.of for use in (await store.figures(1)).people} == {100, 101, 9}
        everywhere = (await store.figures(1)).waits
        assert everywhere
        assert everywhere.jobs == 3

    async def test_half_waited_no_longer_than_the_median_and_nine_of_ten_no_longer_than_that(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for waits in (1, 2, 3, 4, 5, 6, 7, 8, 1239, 5_000):
            await run(store, clock, waits=waits, takes=1)

        assert (await store.figures(1, 100)).waits == Waits(10, 5, 1200)

    async def test_what_was_cancelled_before_it_began_waited_for_nothing(self, store: JobStore) -> None:
        ticket = await store.submit(new_job(), NO_LIMITS)
        await store.cancel(ticket.job_id, 1)

        figures = await store.figures(1, 100)
        assert (figures.jobs, figures.gpu_seconds, figures.waits) == (1, 0.0, None)

    async def test_forgotten_jobs_stay_as_numbers_of_nobody(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for user_id in (1, 2):
            await run(store, clock, user_id=user_id)
        await run(store, clock, guild_id=101)
        clock.move(3 * DAY_SECONDS)
        await run(store, clock)
        before = await store.figures(5, 100)

        assert await store.forget_of_guild(100, 2 * DAY_SECONDS) == 2

        figures = await store.figures(5, 100)
        assert replace(figures, people=()) == replace(before, people=())
        assert figures.people == (Use(0, 2, 120.0), Use(1, 1, 60.0))
        assert (await store.figures(5, 101)).people == (Use(1, 1, 60.0),)
        assert await store.forget(0.0) == 1
        assert (await store.figures(5)).people == (Use(0, 3, 180.0), Use(1, 1, 60.0))

    async def test_numbers_of_a_year_ago_go(self, store: JobStore, clock: MovableClock) -> None:
        await run(store, clock)
        clock.move(FIGURES_DAYS * DAY_SECONDS)
        await store.forget(0.0)
        assert (await store.figures(FIGURES_DAYS + 10)).jobs == 1
        clock.move(DAY_SECONDS)
        await store.forget(0.0)
        figures = await store.figures(FIGURES_DAYS + 10)
        assert (figures.jobs, figures.waits) == (0, None)
