"""Several processes on one ledger: what one of them holds, and what it hears of the others."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import psycopg

from bot.jobs.claim import Claim, Verdict
from bot.jobs.job import Limits, State
from bot.jobs.limits import MemberLimits
from bot.jobs.postgres import PostgresStore
from bot.jobs.store import JobStore, TooManyOpen, Topic
from tests.jobs.contract.waiting import news
from tests.jobs.cutting_proxy import cutting_proxy
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker


@asynccontextmanager
async def stores(
    url: str, count: int, clock: MovableClock | None = None
) -> AsyncGenerator[list[PostgresStore]]:
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(PostgresStore.open(url, clock=clock, most_sessions=2))
            for _ in range(count)
        ]


async def test_owners_that_claim_at_once_get_different_jobs_in_fair_order(postgres_url: str) -> None:
    async with stores(postgres_url, 4) as opened:
        jobs = [new_job(user_id, needs=frozenset({f"model {user_id % 3}"})) for user_id in range(60)]
        for new in jobs:
            await opened[0].submit(new, NO_LIMITS)
        has = frozenset({f"model {number}" for number in range(3)})

        async def claim_all(store: JobStore, name: str) -> list[Claim]:
            claims: list[Claim] = []
            while claim := await store.claim(worker(name, owner=name, has=has), LEASE_SECONDS):
                claims.append(claim)
            return claims

        found = await asyncio.gather(*(claim_all(store, f"gpu-{n}") for n, store in enumerate(opened)))

    claimed = [claim.job.id for claims in found for claim in claims]
    assert sorted(claimed) == sorted(new.id for new in jobs)
    assert all(claim.number == 1 for claims in found for claim in claims)


async def test_nobody_waits_for_a_worker_that_is_just_claiming_of_a_person_with_a_limit(
    postgres_url: str,
) -> None:
    """Many would stand in one line, until the server sends the last of them away."""
    limited = Limits(member=MemberLimits(at_once=1))
    async with stores(postgres_url, 1) as (store,):
        for user_id in (1, 2):
            await store.submit(new_job(user_id), limited)
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtextextended('runs of person 1 in 100', 0))")
            claim = await store.claim(worker(), LEASE_SECONDS)
            assert claim
            assert claim.job.place.user_id == 2

            looking = asyncio.create_task(store.claim(worker(), LEASE_SECONDS))
            await asyncio.wait([looking], timeout=0.05)
        claim = await looking
        assert claim
        assert claim.job.place.user_id == 1


async def test_limits_hold_whoever_submits(postgres_url: str) -> None:
    async with stores(postgres_url, 3) as opened:
        answers = await asyncio.gather(
            *(opened[number % 3].submit(new_job(), Limits(open_per_user=3)) for number in range(12)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, TooManyOpen) for answer in answers) == 9
        assert await opened[0].count_open() == 3


async def test_an_interaction_that_several_processes_hear_is_one_job(postgres_url: str) -> None:
    async with stores(postgres_url, 3) as opened:
        tickets = await asyncio.gather(
            *(opened[number % 3].submit(new_job(interaction_id=7), NO_LIMITS) for number in range(9))
        )
        assert [ticket.created for ticket in tickets].count(True) == 1
        assert len({ticket.job_id for ticket in tickets}) == 1


async def test_who_opens_the_ledger_takes_nothing_from_those_who_have_it_open(postgres_url: str) -> None:
    clock = MovableClock()
    async with stores(postgres_url, 1, clock) as (first,):
        for _ in range(2):
            await first.submit(new_job(), NO_LIMITS)
        ended, running = [await first.claim(worker(), LEASE_SECONDS) for _ in range(2)]
        assert ended
        assert running
        await first.finish(ended, DONE)
        delivery = await first.claim_delivery("first", LEASE_SECONDS)
        assert delivery

        async with stores(postgres_url, 1, clock) as (second,):
            assert await second.claim(worker(), LEASE_SECONDS) is None
            assert await second.claim_delivery("second", LEASE_SECONDS) is None
            assert await second.reap() == 0
            assert await first.renew(running, LEASE_SECONDS) is Verdict.OK
            clock.move(LEASE_SECONDS)
            assert (await second.reap(), await first.reap()) == (1, 0)
            assert await second.claim(worker(owner="second"), LEASE_SECONDS)
            assert await second.claim_delivery("second", LEASE_SECONDS)
            assert await first.renew(running, LEASE_SECONDS) is Verdict.LOST
            assert not await first.delivered(delivery, 1)


async def test_a_cancel_and_a_claim_at_once_end_in_one_of_both(postgres_url: str) -> None:
    async with stores(postgres_url, 2) as (bot, gpu):
        for _ in range(30):
            new = new_job()
            await bot.submit(new, NO_LIMITS)
            _, claim = await asyncio.gather(bot.cancel(new.id, 1), gpu.claim(worker(), LEASE_SECONDS))
            job = await bot.job(new.id)
            assert job
            if claim is None:
                assert job.state is State.CANCELLED
            else:
                assert (job.state, job.cancel_requested_by) == (State.RUNNING, 1)
                assert await gpu.renew(claim, LEASE_SECONDS) is Verdict.CANCEL
                await gpu.finish(claim, DONE)


async def test_leases_are_measured_by_the_servers_clock(postgres_url: str) -> None:
    async with stores(postgres_url, 2) as (first, second):
        await first.submit(new_job(), NO_LIMITS)
        claim = await first.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await second.reap() == 0
        noted = await first.note(claim, prompt_id())
        assert abs(first.now() - second.now()) < LEASE_SECONDS
        assert await first.renew(noted, 0.0) is Verdict.OK
        assert await second.reap() == 1


async def test_a_process_wakes_when_another_one_did_something_even_after_its_session_was_lost(
    postgres_url: str,
) -> None:
    async with (
        cutting_proxy(postgres_url) as (proxy, address),
        stores(postgres_url, 1) as (bot,),
        PostgresStore.open(address) as gpu,
        asyncio.TaskGroup() as tasks,
    ):
        watching = [tasks.create_task(store.watch()) for store in (bot, gpu)]
        await woken(gpu, bot, tasks)
        await woken(gpu, bot, tasks)  # not by the look that a new session is a reason for
        proxy.close()
        await woken(gpu, bot, tasks)
        for each in watching:
            each.cancel()


async def woken(gpu: JobStore, bot: JobStore, tasks: asyncio.TaskGroup) -> None:
    """Until a wait of ``gpu`` is ended by what ``bot`` does: a session may just be opening, and misses the first."""
    waiting = tasks.create_task(news(gpu, Topic.QUEUED))
    while not waiting.done():
        await bot.submit(new_job(), NO_LIMITS)
        await asyncio.wait([waiting], timeout=0.1)
