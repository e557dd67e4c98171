"""(p) The ledger on a PostgreSQL server with a million ended jobs, beside bare SQL in the same run; each commit waits for a disk."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot.jobs.claim import Claim, Worker
from bot.jobs.postgres import PostgresStore
from bot.jobs.store import Topic
from tests.bench import bare_sql, delivery, many_jobs
from tests.bench.table import AtMost, Budget, FloorPlus, Row, percentile
from tests.jobs.contract.waiting import news
from tests.jobs.sample import DONE, NO_LIMITS, new_job
from tests.postgres import postgres_server, why_not

TIMES = 200
WORKERS = (1, 10, 50, 200)
CLAIMS = 2_000
QUEUED = 1_000
LEASE_SECONDS = 600.0
ME = Worker("bench", "bench", new_job().needs)
EVERYTHING = frozenset(f"model {number}" for number in range(many_jobs.KINDS))


async def measure() -> Sequence[Row]:
    if reason := why_not():
        sys.stderr.write(f"postgres: left out, {reason}\n")
        return []
    with postgres_server(durable=True) as server:
        rows = [*await delivery.with_ledger(server.new_database(), extra_ms=20)]
        url = server.new_database()
        await many_jobs.fill(url)
        for each in (_hand_over, _notices, _claims, _looks):
            rows += await each(url)
    return rows


async def _hand_over(url: str) -> Sequence[Row]:
    """From the beginning of a submission in one process until another one holds the job."""
    seconds: list[float] = []
    async with _watching(url) as bot, _watching(url) as gpu:
        for _ in range(TIMES):
            waiting = asyncio.create_task(_next(gpu))
            await asyncio.sleep(0.01)
            begun = time.perf_counter()
            await bot.submit(new_job(), NO_LIMITS)
            claim = await waiting
            seconds.append(time.perf_counter() - begun)
            await gpu.finish(claim, DONE)
    floors = await asyncio.to_thread(bare_sql.hand_overs, url, TIMES)
    return _shares("submitted → another process has it", seconds, floors, FloorPlus(20))


async def _next(gpu: PostgresStore) -> Claim:
    while (claim := await gpu.claim(ME, LEASE_SECONDS)) is None:
        await gpu.wait(Topic.QUEUED, 1.0)
    return claim


async def _notices(url: str) -> Sequence[Row]:
    """From the end of a write in one process until another one wakes."""
    seconds: list[float] = []
    async with _watching(url) as bot, _watching(url) as gpu:
        for _ in range(TIMES):
            waiting = asyncio.create_task(news(gpu, Topic.ENDED, 5.0))
            await asyncio.sleep(0.01)
            ticket = await bot.submit(new_job(), NO_LIMITS)
            await bot.cancel(ticket.job_id, 1)
            begun = time.perf_counter()
            await waiting
            seconds.append(time.perf_counter() - begun)
    floors = await asyncio.to_thread(bare_sql.notices, url, TIMES)
    return _shares("told → another process wakes", seconds, floors, None)


async def _claims(url: str) -> Sequence[Row]:
    rows: list[Row] = []
    for number, workers in enumerate(WORKERS, 1):
        await asyncio.to_thread(many_jobs.queue, url, CLAIMS, number * 10_000_000)
        async with AsyncExitStack() as stack:
            stores = [
                await stack.enter_async_context(PostgresStore.open(url, most_sessions=1))
                for _ in range(workers)
            ]
            begun = time.perf_counter()
            counts = await asyncio.gather(
                *(_claim_all(store, Worker(f"{n}", f"{n}", EVERYTHING)) for n, store in enumerate(stores))
            )
            rate = sum(counts) / (time.perf_counter() - begun)
        assert sum(counts) == CLAIMS
        floor = await asyncio.to_thread(bare_sql.claims_a_second, url, workers, CLAIMS)
        await asyncio.to_thread(many_jobs.clear, url)
        rows.append(_row(f"claims by {workers} workers", "1/s", rate, floor, None))
    return rows


async def _claim_all(store: PostgresStore, worker: Worker) -> int:
    count = 0
    while await store.claim(worker, LEASE_SECONDS):
        count += 1
    return count


async def _looks(url: str) -> Sequence[Row]:
    """What people look at, with a queue of a thousand and a million jobs behind it."""
    await asyncio.to_thread(many_jobs.queue, url, QUEUED, 100_000_000)
    looks: dict[str, Callable[[PostgresStore], Awaitable[object]]] = {
        "/queue of a guild": lambda store: store.standings(guild_id=7, most=15),
        "/jobs of a person": lambda store: store.history(7, 7),
        "the usual time of a workflow": lambda store: store.usual("txt2img"),
        "a job by its id": lambda store: store.jobs_called("0badcafe"),
        "a submission": lambda store: store.submit(new_job(7, guild_id=7), NO_LIMITS),
        "a claim that finds nothing": lambda store: store.claim(Worker("x", "x", ()), 1.0),
    }
    async with PostgresStore.open(url) as store:
        return [
            _row(name, "ms", percentile([await _ms(look, store) for _ in range(50)], 0.5), None, AtMost(100))
            for name, look in looks.items()
        ]


async def _ms(look: Callable[[PostgresStore], Awaitable[object]], store: PostgresStore) -> float:
    begun = time.perf_counter()
    await look(store)
    return (time.perf_counter() - begun) * 1000


@asynccontextmanager
async def _watching(url: str) -> AsyncGenerator[PostgresStore]:
    async with PostgresStore.open(url) as store:
        watching = asyncio.create_task(store.watch())
        await asyncio.sleep(0.5)
        yield store
        watching.cancel()
        await asyncio.wait([watching])


def _shares(what: str, seconds: Sequence[float], floors: Sequence[float], budget: Budget | None) -> list[Row]:
    return [
        _row(
            f"{what}, {name}", "ms", percentile(seconds, share) * 1000, percentile(floors, share) * 1000, kept
        )
        for name, share, kept in (("p50", 0.5, budget), ("p99", 0.99, None))
    ]


def _row(what: str, unit: str, result: float, floor: float | None, budget: Budget | None) -> Row:
    return Row("p", what, unit, result, floor, budget, os.getloadavg()[0])
