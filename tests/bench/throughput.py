"""(c) Jobs a second, CPU a job and memory with 1, 10, 100 and 1,000 jobs open, and a ComfyUI that answers at once.

A job is seven requests, a stream of events and seven commits to the disk; its floor is three requests alone.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.bare_transfers import bare_transfers
from tests.bench.delivery import errand
from tests.bench.rig import Rig, Running, rig, the_bot
from tests.bench.table import AtLeast, AtMost, Row

JOBS = {1: 60, 10: 200, 100: 400, 1000: 1000}
"""So many in all, by how many are open at a time."""
TRANSFERS_AT_ONCE = 8
"""As many as the bot makes."""


@dataclass(frozen=True, slots=True)
class Effort:
    seconds: float
    cpu_seconds: float
    most_resident_mb: float


async def measure() -> Sequence[Row]:
    return [row for in_flight, jobs in JOBS.items() for row in await _rows(in_flight, jobs)]


async def _rows(in_flight: int, jobs: int) -> Sequence[Row]:
    async with rig() as here:
        async with the_bot(here) as bot:
            effort = await _carry_out(here, bot, in_flight=in_flight, jobs=jobs)
        toll = await bare_transfers(errand(here, jobs, at_once=min(in_flight, TRANSFERS_AT_ONCE)))
    load, label = os.getloadavg()[0], f"{in_flight:,} open"
    transfers = len(toll.seconds)
    rate, floor = jobs / effort.seconds, transfers / toll.total_seconds
    cpu, cpu_floor = effort.cpu_seconds / jobs * 1000, toll.cpu_seconds / transfers * 1000
    # one job at a time is a matter of latency, which (a) limits
    enough = AtLeast(100) if in_flight > 1 else None
    memory = AtMost(200) if in_flight == max(JOBS) else None
    little = AtMost(4.5) if in_flight == 100 else None
    rows = [Row("c", f"jobs a second, {label}", "/s", rate, floor, enough, load)]
    if effort.cpu_seconds:  # nothing is known of it where there is no /proc
        rows += [
            Row("c", f"CPU a job, {label}", "ms", cpu, cpu_floor, little, load),
            Row(
                "c",
                f"most memory, {label}",
                "MB",
                effort.most_resident_mb,
                toll.most_resident_mb,
                memory,
                load,
            ),
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
