"""The queue as one line: where each job stands in the fair order, and what stands before it."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from bot.jobs.audit import EVERY_GUILD
from bot.jobs.database import Database, Row
from bot.jobs.fair_order import Key, Share, Waiting, in_order, leads
from bot.jobs.job import Position
from bot.jobs.ledger import Ledger
from bot.jobs.shared_reading import SharedReading


class Queue:
    """All queued jobs of a moment, in order; of ten thousand only those are looked at that somebody asks for."""

    def __init__(self, jobs: Sequence[Waiting], paused: int = 0) -> None:
        """``paused``: how many of the last ones stand still."""
        self.jobs = jobs
        self._running = len(jobs) - paused
        self._number = {job.sequence: number for number, job in enumerate(jobs)}
        first_of = {job.user_id: number for number, job in reversed(list(enumerate(jobs)))}
        self._first_of = first_of
        self._newcomers = sorted(first_of.values())
        """Where the first job of each person stands."""
        self._costs = list(accumulate((job.cost for job in jobs), initial=0))
        self._unknown = next((n for n, job in enumerate(jobs) if not job.cost_known), len(jobs))
        """Where the first one stands of which nobody knows what it takes."""

    def position(self, sequence: int) -> Position | None:
        """None: it was not queued then."""
        number = self._number.get(sequence)
        if number is None:
            return None
        people = bisect_left(self._newcomers, number)
        return Position(
            number,
            people_ahead=people - (self._first_of[self.jobs[number].user_id] < number),
            people=len(self._newcomers) - 1,
            seconds_ahead=self._costs[number] / 1000 if number <= self._unknown else None,
            paused=number >= self._running,
        )


# One statement, so that all is of one moment.
_LINE = """
SELECT sequence, place, user_id, cost, weight, cost_known, NULL AS backend FROM jobs WHERE state = 'queued'
UNION ALL
SELECT NULL, place, user_id, used, reached, 0, backend FROM shares
UNION ALL
SELECT NULL, guild_id, NULL, 0, 0, 0, NULL FROM pauses WHERE kind = 'pause'
"""

_MANY = 200
"""So many jobs take longer to put in order than it takes another thread to begin."""
_LONG = 1000
_LONG_KEPT_SECONDS = 1.0
"""A queue as long as that is put in order once a second, not for each of those who wait in it."""


class Line(Ledger):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._read_line = SharedReading(self._in_order)
        self._kept: tuple[float, Queue] | None = None
        """Until when a long one is told again, by the event loop's clock."""

    async def line(self, having: int | None = None) -> Queue:
        """All queued jobs, as of a moment after the call; of a long queue, of the second before it.

        ``having``: the sequence of a job that is queued by now, and has to be in it.
        """
        now = asyncio.get_running_loop().time()
        if self._kept is not None and now < self._kept[0]:
            kept = self._kept[1]
            if having is None or kept.position(having) is not None:
                return kept
        queue = await self._read_line()
        self._kept = (now + _LONG_KEPT_SECONDS, queue) if len(queue.jobs) >= _LONG else None
        return queue

    async def _in_order(self) -> Queue:
        rows = await self._database.read(_LINE)
        return queue_of(rows) if len(rows) < _MANY else await asyncio.to_thread(queue_of, rows)


def queue_of(rows: Sequence[Row]) -> Queue:
    """Of the rows of the one statement."""
    shares: dict[str, dict[Key, Share]] = {}
    paused: set[int] = set()
    jobs: list[Waiting] = []
    for row in rows:
        sequence, place, user_id, first, second, known, backend = row
        if sequence is not None:
            jobs.append(Waiting(sequence, place, user_id, first, second, known))
        elif backend is not None:
            shares.setdefault(backend, {})[place, user_id] = Share(first, second)
        else:
            paused.add(place)
    jobs.sort()
    line = in_order(jobs, leads(shares.values()))
    if not paused:
        return Queue(line)
    still = [job for job in line if not paused.isdisjoint({EVERY_GUILD, job.place})]
    held = {job.sequence for job in still}
    return Queue([*(job for job in line if job.sequence not in held), *still], len(still))
