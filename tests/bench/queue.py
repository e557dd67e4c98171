"""(h) What the ledger's looks cost: with long graphs (the floor: with none), and with a long queue (a short one)."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from bot.delivery.statuses import MOST_TAKEN_OVER
from bot.jobs.claim import Worker
from bot.jobs.job import Limits, job_id_of
from bot.jobs.sqlite import SqliteStore
from tests.bench.table import AtMost, Budget, Row
from tests.jobs.sample import EVERYTHING, new_job

OPEN = 100
GRAPH_CHARACTERS = 300_000
LONG, SHORT = 10_000, 100
PEOPLE, GUILDS = 300, 20
SHOWN = 15
TIMES = 20

LAST = job_id_of(0)
"""The job that was submitted last, so that all others come before it."""

Look = Callable[[SqliteStore], Awaitable[object]]


async def measure() -> Sequence[Row]:
    return [await _graphs(), *await _lengths()]


async def _graphs() -> Row:
    async with _filled(OPEN, "") as path, SqliteStore.open(path) as store:
        floor = await _best_ms(store, _all_here)
    async with _filled(OPEN, "x" * GRAPH_CHARACTERS) as path, SqliteStore.open(path) as store:
        result = await _best_ms(store, _all_here)
    return _row(f"a guild's {OPEN} open jobs of {GRAPH_CHARACTERS // 1000} kB", result, floor, None)


async def _lengths() -> Sequence[Row]:
    looks: dict[str, tuple[Look, Budget | None]] = {
        "/queue": (_queue, AtMost(100)),
        "one job's place": (_place, None),
        "a worker that can run none": (_claim_nothing, None),
    }
    async with _filled(SHORT, "") as short, _filled(LONG, "") as long:
        begun_short, begun_long = await _start_ms(short), await _start_ms(long)
        rows = [_row(f"start with {LONG:,} queued", begun_long, begun_short, AtMost(2000))]
        async with SqliteStore.open(short) as few, SqliteStore.open(long) as many:
            for name, (look, budget) in looks.items():
                floor = await _best_ms(few, look)
                rows.append(_row(f"{name}, {LONG:,} queued", await _best_ms(many, look), floor, budget))
    return rows


async def _start_ms(path: Path) -> float:
    begun = time.perf_counter()
    async with SqliteStore.open(path) as store:
        await store.take_statuses("bench", MOST_TAKEN_OVER)
        return (time.perf_counter() - begun) * 1000


async def _best_ms(store: SqliteStore, look: Look) -> float:
    best = float("inf")
    for _ in range(TIMES):
        begun = time.perf_counter()
        await look(store)
        best = min(best, time.perf_counter() - begun)
    return best * 1000


async def _all_here(store: SqliteStore) -> None:
    await store.standings(guild_id=0)


async def _queue(store: SqliteStore) -> None:
    await store.standings(guild_id=0, most=SHOWN)
    await store.count_open(guild_id=0)


async def _place(store: SqliteStore) -> None:
    await store.standing(LAST)


async def _claim_nothing(store: SqliteStore) -> None:
    await store.claim(Worker(owner="bench", backend="bench", has=()), 1.0)


@asynccontextmanager
async def _filled(count: int, graph: str) -> AsyncGenerator[Path]:
    with tempfile.TemporaryDirectory(prefix="comfycord-bench-") as folder:
        path = Path(folder) / "jobs.db"
        async with SqliteStore.open(path) as store:
            for begin in range(0, count, OPEN):
                await asyncio.gather(*(_submit(store, n, graph) for n in range(begin, begin + OPEN)))
            await store.submit(replace(new_job(0), id=LAST), Limits())
        yield path


async def _submit(store: SqliteStore, number: int, graph: str) -> None:
    guild_id = number // OPEN % GUILDS
    new = new_job(number % PEOPLE, guild_id=guild_id, needs=EVERYTHING | {f"model {number % 5}"})
    await store.submit(replace(new, graph=graph, ui_graph=graph), Limits())


def _row(what: str, result: float, floor: float, budget: Budget | None) -> Row:
    return Row("h", what, "ms", result, floor, budget, os.getloadavg()[0])
