"""What the parts of the ledger share: the database, and a wake-up for each topic.

The parts (``intake``, ``preparations``, ``claims``, ``outbox``, ``lookups``, …) each add methods of one kind; ``rules`` puts them together.
"""

from bot.jobs.blob_table import BlobTable
from bot.jobs.database import Database
from bot.jobs.store import Topic
from bot.jobs.wakeup import WakeUp


class Ledger:
    """The base of every part, which has no state of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wake_ups = {topic: WakeUp() for topic in Topic}

    @property
    def label(self) -> str:
        """Of what keeps it, for the operator."""
        return self._database.label

    @property
    def blob_table(self) -> BlobTable | None:
        """Where it keeps the files that jobs start from; None: in none, they lie on this machine's own disk."""
        return None

    def now(self) -> float:
        return self._database.now()

    def _wake(self, topic: Topic) -> None:
        """Wake who waits for ``topic``. After the commit, never before: they look at once."""
        self._wake_ups[topic].wake()

    async def wait(self, topic: Topic, timeout_seconds: float) -> None:
        await self._wake_ups[topic].wait(timeout_seconds)
