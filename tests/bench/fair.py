"""(q) How long small guilds wait while another has dropped two hundred jobs, on the ledger's own claims and a clock of its own.

The floor is first-come order, by the same arrivals and times. A job's share is what it would get if each server were divided
evenly, among the guilds that have something to do and then among their people: nobody's may end later than twice that.
"""

import os
import random
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop, heappush
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Protocol, TypeAlias
from uuid import UUID

from msgspec.structs import replace

from bot.generation.worker import SLOTS, WAITS_SECONDS
from bot.jobs.claim import Claim
from bot.jobs.job import Timing
from bot.jobs.sqlite import SqliteStore
from tests.bench.table import AtMost, Row, percentile
from tests.jobs.sample import DONE, NO_LIMITS, MovableClock, new_job, worker

FLOOD, SMALL_GUILDS, EACH = 200, 4, 10
SECONDS = (4.0, 12.0)
"""A job takes something between."""
SHARE_OF_FIRST_COME, LATEST = 0.03, 2.0
_LEASE_SECONDS = 1e9
_BIG = 1


@dataclass(frozen=True, slots=True)
class Ask:
    guild_id: int
    user_id: int
    at: float
    seconds: float


def flood(jobs: int, small_guilds: int, each: int, servers: int) -> list[Ask]:
    """One guild drops its jobs, three of its people most of them; in others somebody asks now and then while that lasts."""
    source = random.Random(7)  # a story, and no secret
    takes = [source.uniform(*SECONDS) for _ in range(jobs + small_guilds * each)]
    asked = [Ask(_BIG, 100 + min(source.randrange(8), 3), 0.0, takes.pop()) for _ in range(jobs)]
    lasts = sum(job.seconds for job in asked) / servers
    for guild_id in range(2, 2 + small_guilds):
        asked += [
            Ask(guild_id, 1000 * guild_id + source.randrange(3), source.uniform(0, lasts), takes.pop())
            for _ in range(each)
        ]
    return sorted(asked, key=lambda ask: ask.at)


class Queue(Protocol):
    async def put(self, number: int, ask: Ask) -> None: ...
    async def take(self, server: int) -> int | None: ...
    async def done(self, number: int, seconds: float) -> None: ...


@dataclass
class FirstCome:
    waiting: deque[int] = field(default_factory=deque[int])

    async def put(self, number: int, ask: Ask) -> None:  # whoever it is
        self.waiting.append(number)

    async def take(self, server: int) -> int | None:
        return self.waiting.popleft() if self.waiting else None

    async def done(self, number: int, seconds: float) -> None: ...


@dataclass
class Ledger:
    store: SqliteStore
    numbers: dict[UUID, int] = field(default_factory=dict[UUID, int])
    claims: dict[int, Claim] = field(default_factory=dict[int, Claim])

    async def put(self, number: int, ask: Ask) -> None:
        new = new_job(ask.user_id, guild_id=ask.guild_id)
        self.numbers[new.id] = number
        await self.store.submit(replace(new, graph="{}"), NO_LIMITS)

    async def take(self, server: int) -> int | None:
        claim = await self.store.claim(worker(f"gpu-{server}"), _LEASE_SECONDS)
        if claim is None:
            return None
        number = self.numbers[claim.job.id]
        self.claims[number] = claim
        return number

    async def done(self, number: int, seconds: float) -> None:
        assert await self.store.finish(self.claims.pop(number), DONE, Timing(seconds))


@dataclass(frozen=True, slots=True)
class Run:
    begun: float
    ended: float


async def simulate(
    queue: Queue, clock: MovableClock, asked: Sequence[Ask], servers: int
) -> Mapping[int, Run]:
    """When each job ran, by its number. As with ComfyUI the next goes to wait when one is nearly done."""
    begin = clock.now
    held: list[deque[int]] = [deque() for _ in range(servers)]
    events = [(ask.at, _Event.ASKED, number) for number, ask in enumerate(asked)]
    runs: dict[int, Run] = {}
    while events:
        now, event, number = heappop(events)
        clock.now = begin + now
        if event is _Event.ASKED:
            await queue.put(number, asked[number])
        elif event is _Event.ENDED:
            await queue.done(number, asked[number].seconds)
            next(jobs for jobs in held if number in jobs).popleft()
        for server, jobs in enumerate(held):
            while _has_room(jobs, runs, now) and (taken := await queue.take(server)) is not None:
                jobs.append(taken)
            if jobs and (first := jobs[0]) not in runs:
                runs[first] = Run(now, now + asked[first].seconds)
                heappush(events, (runs[first].ended - WAITS_SECONDS, _Event.NEARLY_DONE, first))
                heappush(events, (runs[first].ended, _Event.ENDED, first))
    return runs


class _Event(IntEnum):
    ENDED = 0
    ASKED = 1
    NEARLY_DONE = 2


def _has_room(jobs: Sequence[int], runs: Mapping[int, Run], now: float) -> bool:
    if not jobs:
        return True
    return len(jobs) < SLOTS and jobs[0] in runs and runs[jobs[0]].ended - now <= WAITS_SECONDS


_Left: TypeAlias = dict[int, dict[int, dict[int, float]]]
"""Guild → person → number of a job → what is left of it, in order."""


def shares(asked: Sequence[Ask], servers: int) -> Mapping[int, float]:
    """When each job would end on its part of the servers alone, whatever others leave of theirs.

    Each server is divided evenly at each moment: among the guilds that have any left, and each guild's part among its people.
    """
    coming = deque(enumerate(asked))
    left: _Left = {}
    ends: dict[int, float] = {}
    now = 0.0
    while coming or left:
        at_work = list(_at_work(left, servers))
        stops = [now + jobs[number] * parts for jobs, number, parts in at_work]
        then = min([*stops, *(ask.at for _, ask in islice(coming, 1))])
        for jobs, number, parts in at_work:
            jobs[number] -= (then - now) / parts
            if jobs[number] <= _NOTHING:
                del jobs[number]
                ends[number] = then
        now = then
        while coming and coming[0][1].at <= now:
            number, ask = coming.popleft()
            left.setdefault(ask.guild_id, {}).setdefault(ask.user_id, {})[number] = ask.seconds
        left = _without_empty(left)
    return ends


_NOTHING = 1e-9


def _at_work(left: _Left, servers: int) -> Iterator[tuple[dict[int, float], int, int]]:
    """Of each person as many jobs as there are servers, each on one of so many parts of one."""
    for people in left.values():
        for jobs in people.values():
            for number in islice(jobs, servers):
                yield jobs, number, len(left) * len(people)


def _without_empty(left: _Left) -> _Left:
    of_guilds = {
        guild: {user: jobs for user, jobs in people.items() if jobs} for guild, people in left.items()
    }
    return {guild: people for guild, people in of_guilds.items() if people}


@dataclass(frozen=True, slots=True)
class Outcome:
    waits: Sequence[float]
    """Of the small guilds' jobs, in seconds."""
    latest: float
    """The greatest of all jobs' times from asking to end, as a multiple of its share."""


def outcome_of(asked: Sequence[Ask], runs: Mapping[int, Run], servers: int) -> Outcome:
    ideal = shares(asked, servers)
    waits = [runs[number].begun - ask.at for number, ask in enumerate(asked) if ask.guild_id != _BIG]
    late = [(runs[number].ended - ask.at) / (ideal[number] - ask.at) for number, ask in enumerate(asked)]
    return Outcome(waits, max(late))


@asynccontextmanager
async def ledger(clock: MovableClock) -> AsyncGenerator[Ledger]:
    with tempfile.TemporaryDirectory(prefix="comfycord-bench-") as folder:
        async with SqliteStore.open(Path(folder) / "jobs.db", clock=clock) as store:
            yield Ledger(store)


async def compared(asked: Sequence[Ask], servers: int) -> tuple[Outcome, Outcome]:
    """In the fair order, and in first-come order."""
    clock = MovableClock()
    async with ledger(clock) as queue:
        fair = await simulate(queue, clock, asked, servers)
    first_come = await simulate(FirstCome(), clock, asked, servers)
    return outcome_of(asked, fair, servers), outcome_of(asked, first_come, servers)


async def measure() -> Sequence[Row]:
    rows: list[Row] = []
    for servers in (1, 4):
        fair, first_come = await compared(flood(FLOOD, SMALL_GUILDS, EACH, servers), servers)
        load, gpus = os.getloadavg()[0], f"{servers} GPU{'s' if servers > 1 else ''}"
        floor = median(first_come.waits)
        budget = AtMost(floor * SHARE_OF_FIRST_COME)
        rows += [
            Row("q", f"wait of small guilds, {gpus}, p50", "s", median(fair.waits), floor, budget, load),
            Row("q", "the same, p95", "s", percentile(fair.waits, 0.95), percentile(first_come.waits, 0.95), None, load),
            Row("q", "the same, longest", "s", max(fair.waits), max(first_come.waits), None, load),
            Row("q", f"latest of all {len(fair.waits) + FLOOD} jobs", "× share", fair.latest, first_come.latest, AtMost(LATEST), load),
        ]  # fmt: skip
    return rows
