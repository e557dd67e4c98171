"""(c) Jobs a second, CPU a job and memory with 1, 10, 100 and 1,000 jobs open, and a ComfyUI that answers at once.

A job is six requests, a stream of events and seven commits to the disk. Its floor is a bot that makes just these.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.rig import Rig, Running, rig, the_bare_bot, the_bot
from tests.bench.table import AtLeast, AtMost, Row

JOBS = {1: 60, 10: 200, 100: 400, 1000: 1000}
"""So many in all, by how many are open at a time."""


@dataclass(frozen=True, slots=True)
class Effort:
    seconds: float
    cpu_seconds: float
    most_resident_mb: float


async def measure() -> Sequence[Row]:
    return [row for in_flight, jobs in JOBS.items() for row in await _rows(in_flight, jobs)]


async def _rows(in_flight: int, jobs: int) -> Sequence[Row]:
    async with rig() as here, the_bare_bot(here) as bot:
        floor = await _carry_out(here, bot, in_flight=in_flight, jobs=jobs)
    async with rig() as here, the_bot(here) as bot:
        effort = await _carry_out(here, bot, in_flight=in_flight, jobs=jobs)
    load, label = os.getloadavg()[0], f"{in_flight:,} open"
    # one job at a time is a matter of latency, which (a) limits
    enough = AtLeast(100) if in_flight > 1 else None
    memory = AtMost(200) if in_flight == max(JOBS) else None
    little = AtMost(4.5) if in_flight == 100 else None
    rows = [
        Row("c", f"jobs a second, {label}", "/s", jobs / effort.seconds, jobs / floor.seconds, enough, load)
    ]
    if effort.cpu_seconds:  # nothing is known of it where there is no /proc
        cpu, cpu_floor = (each.cpu_seconds / jobs * 1000 for each in (effort, floor))
        most, most_floor = effort.most_resident_mb, floor.most_resident_mb
        rows += [
            Row("c", f"CPU a job, {label}", "ms", cpu, cpu_floor, little, load),
            Row("c", f"most memory, {label}", "MB", most, most_floor, memory, load),
        ]
    return rows


async def _carry_out(here: Rig, bot: Running, *, in_flight: int, jobs: int) -> Effort:
    await here.slash("/blank color:0")  # opens the connections
    await here.posted(1)
    await here.quiet()
    before = bot.usage()
    posted_before = len(here.watch.posted_at)
    begun = here.discord.clock.now()
    for number in range(jobs):
        await here.posted(posted_before + number + 1 - in_flight)
        await here.slash(f"/blank color:{number + 1}")
    await here.posted(posted_before + jobs)
    seconds = here.watch.posted_at[-1] - begun
    await here.quiet()
    after = bot.usage()
    if before is None or after is None:
        return Effort(seconds, 0.0, 0.0)
    return Effort(seconds, after.cpu_seconds - before.cpu_seconds, after.most_resident_mb)
