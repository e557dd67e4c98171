"""The queue as one line: where each job stands in the fair order, and what stands before it."""

import asyncio
from collections.abc import Sequence

from bot.jobs.database import Database, Row
from bot.jobs.fair_order import Key, Share, Waiting, leads
from bot.jobs.ledger import Ledger
from bot.jobs.queue import Queue
from bot.jobs.shared_reading import SharedReading

# One statement, so that all is of one moment.
_LINE = """
SELECT sequence, place, user_id, cost, weight, cost_known, NULL AS backend FROM jobs WHERE state = 'queued'
UNION ALL
SELECT NULL, place, user_id, used, reached, 0, backend FROM shares
UNION ALL
SELECT NULL, guild_id, NULL, 0, 0, 0, NULL FROM pauses WHERE kind = 'pause'
"""

_LONG = 50
"""A queue as long as that is read and put in order once a second, in another thread, not for each of those who come and
look."""
_LONG_KEPT_SECONDS = 1.0


class Line(Ledger):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._read_line = SharedReading(self._in_order)
        self._kept: tuple[float, Queue] | None = None
        """Until when a long one is told again, by the event loop's clock."""
        self._came: list[Waiting] = []
        """Since the last reading began: it may have been before them."""

    async def line(self, having: int | None = None) -> Queue:
        """All queued jobs, as of a moment after the call; of a long queue, of the second before it.

        ``having``: the sequence of a job that is queued by now, and has to be in it.
        """
        kept = self._kept_now()
        if kept is not None and (having is None or kept.position(having) is not None):
            return kept
        queue = await self._read_line()
        for job in self._came if len(queue) >= _LONG else ():
            queue.join(job)
        until = asyncio.get_running_loop().time() + _LONG_KEPT_SECONDS
        self._kept = (until, queue) if len(queue) >= _LONG else None
        return queue

    async def join_line(self, jobs: Sequence[Waiting]) -> Queue:
        """All queued jobs, these among them, which were queued by this process right now."""
        self._came.extend(jobs)
        queue = self._kept_now()
        if queue is None:
            return await self.line(having=jobs[0].sequence)
        for job in jobs:
            queue.join(job)
        return queue

    def _kept_now(self) -> Queue | None:
        if self._kept is None or asyncio.get_running_loop().time() >= self._kept[0]:
            return None
        return self._kept[1]

    async def _in_order(self) -> Queue:
        self._came.clear()
        rows = await self._database.read(_LINE)
        return queue_of(rows) if len(rows) < _LONG else await asyncio.to_thread(queue_of, rows)


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
    return Queue(jobs, leads(shares.values()), paused)
