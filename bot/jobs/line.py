"""The queue as one line: where each job stands in the fair order, and what stands before it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.jobs.audit import EVERY_GUILD
from bot.jobs.database import Database, Row
from bot.jobs.fair_order import Key, Share, Waiting, in_order, leads
from bot.jobs.job import Position
from bot.jobs.ledger import Ledger
from bot.jobs.shared_reading import SharedReading


@dataclass(frozen=True, slots=True)
class InLine:
    job: Waiting
    position: Position


Queue: TypeAlias = Mapping[int, InLine]
"""By sequence, in order."""

# One statement, so that all is of one moment.
_LINE = """
SELECT backend, place, user_id, used, reached, 0 AS weight, 0 AS cost_known FROM shares
UNION ALL
SELECT NULL, guild_id, NULL, 0, 0, 0, 0 FROM pauses WHERE kind = 'pause'
UNION ALL
SELECT NULL, place, user_id, sequence, cost, weight, cost_known FROM jobs WHERE state = 'queued'
"""

_MANY = 200
"""So many jobs take longer to put in order than it takes another thread to begin."""


class Line(Ledger):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.line = SharedReading(self._read_line)
        """All queued jobs, as of a moment after the call."""

    async def _read_line(self) -> Queue:
        rows = await self._database.read(_LINE)
        return queue_of(rows) if len(rows) < _MANY else await asyncio.to_thread(queue_of, rows)


def queue_of(rows: Sequence[Row]) -> Queue:
    """Of the rows of the one statement."""
    shares: dict[str, dict[Key, Share]] = {}
    paused: set[int] = set()
    jobs: list[Waiting] = []
    unknown: set[int] = set()
    for backend, place, user_id, first, second, weight, cost_known in rows:
        if backend is not None:
            shares.setdefault(backend, {})[place, user_id] = Share(first, second)
        elif user_id is None:
            paused.add(place)
        else:
            jobs.append(Waiting(first, place, user_id, second, weight))
            if not cost_known:
                unknown.add(first)
    jobs.sort(key=lambda job: job.sequence)
    line = in_order(jobs, leads(shares.values()))
    held = {job.sequence for job in line if not paused.isdisjoint({EVERY_GUILD, job.place})}
    line.sort(key=lambda job: job.sequence in held)
    return _with_positions(line, unknown, held)


def _with_positions(line: Sequence[Waiting], unknown: set[int], held: set[int]) -> Queue:
    everybody = len({job.user_id for job in line})
    found: dict[int, InLine] = {}
    before: set[int] = set()
    cost: int | None = 0
    for ahead, job in enumerate(line):
        position = Position(
            ahead,
            people_ahead=len(before) - (job.user_id in before),
            people=everybody - 1,
            seconds_ahead=None if cost is None else cost / 1000,
            paused=job.sequence in held,
        )
        found[job.sequence] = InLine(job, position)
        before.add(job.user_id)
        cost = None if cost is None or job.sequence in unknown else cost + job.cost
    return found
