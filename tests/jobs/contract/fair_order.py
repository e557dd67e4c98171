from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from bot.jobs.claim import Claim
from bot.jobs.fair_order import ASSUMED_COST, MOST_PASSES, WARM_LEAD
from bot.jobs.job import Cancelled, Failed, NewJob, Timing
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.contract.groups import group_of
from tests.jobs.sample import DONE, EVERYTHING, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

A_RUN = ASSUMED_COST / 1000
"""Seconds that a job is taken to run of which nothing is known."""
SDXL, FLUX = frozenset({"sdxl.safetensors"}), frozenset({"flux.safetensors"})


async def submit(store: JobStore, *user_ids: int) -> list[UUID]:
    """One job for each, in this order."""
    return [(await store.submit(new_job(user_id), NO_LIMITS)).job_id for user_id in user_ids]


async def claim_persons(store: JobStore) -> list[int]:
    """Claim until nothing is left: whose jobs these were."""
    persons: list[int] = []
    while claim := await store.claim(worker(), LEASE_SECONDS):
        persons.append(claim.job.place.user_id)
    return persons


async def submit_in(store: JobStore, *places: tuple[int | None, int]) -> None:
    """One job for each guild and person, in this order."""
    for guild_id, user_id in places:
        await store.submit(new_job(user_id, guild_id=guild_id), NO_LIMITS)


def with_models(models: frozenset[str], user_id: int = 1, guild_id: int | None = 100) -> NewJob:
    needs = EVERYTHING | {f"Loader.name={model}" for model in models}
    return replace(new_job(user_id, guild_id=guild_id, needs=needs), models=models)


class Anything:
    def __contains__(self, need: object) -> bool:
        return True


async def claim_next(store: JobStore, backend: str = "gpu-1", loaded: frozenset[str] = frozenset()) -> Claim:
    claim = await store.claim(worker(backend, has=Anything(), loaded=loaded), LEASE_SECONDS)
    assert claim
    return claim


async def claim_guilds(store: JobStore) -> list[int | None]:
    guilds: list[int | None] = []
    while claim := await store.claim(worker(), LEASE_SECONDS):
        guilds.append(claim.job.place.guild_id)
    return guilds


async def run_next(store: JobStore, seconds: float) -> int:
    """Whose it was."""
    claim = await claim_next(store)
    assert await store.finish(claim, DONE, Timing(seconds))
    return claim.job.place.user_id


class FairOrderContract:
    async def test_guilds_take_turns_however_many_people_are_in_them(self, store: JobStore) -> None:
        await submit_in(store, *[(100, user_id) for user_id in range(1, 7)], (101, 9), (101, 9))

        assert await claim_guilds(store) == [100, 101, 100, 101, 100, 100, 100, 100]

    async def test_a_queue_that_is_paused_is_passed_over_and_one_that_is_drained_is_not(
        self, store: JobStore
    ) -> None:
        await submit_in(store, (100, 1), (101, 2), (None, 3), (102, 4))
        await store.pause(100, PauseKind.PAUSE, by=7)
        await store.pause(102, PauseKind.DRAIN, by=7)
        positions = [each.position for each in await store.standings()]
        assert [each and (each.ahead, each.paused) for each in positions] == [
            (0, False), (1, False), (2, False), (3, True),
        ]  # fmt: skip
        assert await claim_guilds(store) == [101, None, 102]

        await submit_in(store, (None, 3))
        await store.resume(100, by=7)
        await store.pause(None, PauseKind.PAUSE, by=7)
        assert await claim_guilds(store) == []

        await store.resume(None, by=7)
        assert await claim_guilds(store) == [100, None]

    async def test_what_is_outside_of_guilds_is_one_place(self, store: JobStore) -> None:
        """Nobody gets a second share by asking in direct messages, or where the bot is a guest."""
        await submit_in(store, (None, 1), (None, 2))
        abroad = new_job(3, guild_id=None)
        await store.submit(replace(abroad, place=replace(abroad.place, guest_of=5)), NO_LIMITS)
        await submit_in(store, (100, 4), (100, 4))

        assert await claim_guilds(store) == [None, 100, None, 100, None]

    async def test_what_counts_is_the_time_on_a_gpu(self, store: JobStore) -> None:
        await submit(store, *[1] * 3, *[2] * 8)

        order = [await run_next(store, 4 * A_RUN if number == 0 else A_RUN) for number in range(11)]

        # the first run of person 1 took as long as four of person 2
        assert order == [1, 2, 2, 2, 2, 1, 2, 1, 2, 2, 2]

    async def test_whose_role_has_more_weight_gets_as_many_times_more(self, store: JobStore) -> None:
        for user_id, weight in ((1, 1), (2, 3)):
            for _ in range(6):
                await store.submit(replace(new_job(user_id), weight=weight), NO_LIMITS)

        first = (await claim_persons(store))[:8]

        assert (first.count(1), first.count(2)) == (2, 6)

    async def test_no_weight_gives_a_guild_more_than_its_share(self, store: JobStore) -> None:
        for guild_id, weight in ((100, 1), (101, 3)):
            for _ in range(4):
                await store.submit(replace(new_job(guild_id, guild_id=guild_id), weight=weight), NO_LIMITS)

        assert await claim_guilds(store) == [100, 101] * 4

    async def test_a_job_that_was_cancelled_before_it_began_costs_nothing(self, store: JobStore) -> None:
        await submit(store, 1, 1, 2)
        claim = await claim_next(store)
        assert await store.finish(claim, Cancelled(1))

        assert await claim_persons(store) == [1, 2]

    async def test_a_job_that_is_put_back_costs_nothing_however_it_came_back(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        """Neither its guild nor its person, of a weight that divides no cost evenly."""
        for guild_id, user_id in ((100, 1), (100, 1), (100, 3), (101, 2)):
            await store.submit(replace(new_job(user_id, guild_id=guild_id), weight=3), NO_LIMITS)
        for unbound in (False, True):
            assert await store.release(await claim_next(store), unbound=unbound)
        await claim_next(store)
        clock.move(LEASE_SECONDS)
        assert await store.reap() == 1

        order = [(await claim_next(store)).job.place for _ in range(4)]

        assert [(place.guild_id, place.user_id) for place in order] == [
            (100, 1),
            (101, 2),
            (100, 3),
            (100, 1),
        ]

    async def test_jobs_that_fail_at_once_are_not_for_nothing(self, store: JobStore) -> None:
        await submit(store, *[1] * 3, 2)
        claim = await claim_next(store)
        assert await store.finish(claim, Failed(text("gone")))

        assert await claim_persons(store) == [2, 1, 1]

    async def test_who_waits_for_one_backend_pays_nothing_at_another(self, store: JobStore) -> None:
        """Somebody used one alone, for long: that takes nothing from those who want another."""
        await submit(store, *[1] * 9)
        for _ in range(8):
            await claim_next(store, "gpu-2")
        await submit(store, 2, 2)

        claims = [await claim_next(store, "gpu-1") for _ in range(3)]

        assert [claim.job.place.user_id for claim in claims] == [1, 2, 2]

    async def test_a_job_whose_model_is_loaded_may_begin_before_its_turn(self, store: JobStore) -> None:
        for new in (with_models(FLUX, 1), with_models(SDXL, 2), with_models(FLUX, 1), with_models(SDXL, 3)):
            await store.submit(new, NO_LIMITS)

        claims: list[Claim] = []
        loaded = SDXL
        for _ in range(4):
            claims.append(await claim_next(store, loaded=loaded))
            loaded = frozenset(
                need.partition("=")[2] for need in claims[-1].job.needs if need[:6] == "Loader"
            )

        assert [claim.job.place.user_id for claim in claims] == [2, 3, 1, 1]

    async def test_a_job_is_passed_over_so_often_and_no_more(self, store: JobStore) -> None:
        """Its own person's jobs would pass it for ever, as far as shares go."""
        await store.submit(with_models(FLUX), NO_LIMITS)
        for _ in range(3 * MOST_PASSES):
            await store.submit(with_models(SDXL), NO_LIMITS)

        order = [await claim_next(store, loaded=SDXL) for _ in range(MOST_PASSES + 2)]

        passed = [claim.job.needs & {"Loader.name=flux.safetensors"} == frozenset() for claim in order]
        assert passed == [*[True] * MOST_PASSES, False, True]

    async def test_nobody_comes_further_before_their_turn_than_the_lead_of_a_loaded_model(
        self, store: JobStore
    ) -> None:
        """Of many who wait for another model, whoever has the loaded one gets a lead, and no larger share."""
        others = [with_models(FLUX, guild_id=guild_id) for guild_id in range(101, 111)]
        for new in (*others, *(with_models(SDXL) for _ in range(30))):
            await store.submit(new, NO_LIMITS)

        order = [await claim_next(store, loaded=SDXL) for _ in range(40)]

        before_the_last = [claim.job.place.guild_id for claim in order][: _last(order, 100)]
        assert before_the_last.count(100) <= 1 + WARM_LEAD / ASSUMED_COST + 1

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

        assert await claim_persons(store) == [2, 1, 2, 1, 2]

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
        assert [(each.job.id, each.position and each.position.ahead) for each in standings] == [
            (first, 0),
            (second, 1),
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

        assert await claim_persons(store) == [2, 1, 2, 1, 2]

    async def test_positions_are_the_order_of_claims(self, store: JobStore) -> None:
        await submit(store, 3, 1, 1, 2, 1, 3, 4, 2, 1)
        promised = await store.standings()

        assert [each.position and each.position.ahead for each in promised] == list(range(9))
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


def _last(order: Sequence[Claim], guild_id: int) -> int:
    """Where the last job of all other guilds stands."""
    return max(number for number, claim in enumerate(order) if claim.job.place.guild_id != guild_id)
