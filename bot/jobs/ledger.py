"""What the parts of the SQLite store share: the database, the clock, and a bell for each topic.

The parts (``intake``, ``claims``, ``outbox``, ``lookups``) each add methods of one kind; ``sqlite`` puts them together.
"""

from bot.jobs.bell import Bell
from bot.jobs.clock import Clock
from bot.jobs.database import Database
from bot.jobs.store import Topic


class Ledger:
    """The base of every part, which has no state of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._bells = {topic: Bell() for topic in Topic}

    def _ring(self, topic: Topic) -> None:
        """Wake who waits for ``topic``. After the commit, never before: they look at once."""
        self._bells[topic].ring()

    async def wait(self, topic: Topic, timeout_seconds: float) -> None:
        await self._bells[topic].wait(timeout_seconds)
