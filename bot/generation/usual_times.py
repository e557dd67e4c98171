"""What runs of each workflow usually take, remembered for a while: it is asked for often and changes slowly."""

import asyncio
import time
from collections import OrderedDict

from bot.jobs.job import Usual
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

FRESH_SECONDS = 10.0
UNKNOWN_SECONDS = 1.0
"""What a workflow's very first run took is told soon after it."""
MOST_WORKFLOWS = 256


class UsualTimes:
    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._known: OrderedDict[str, tuple[float, Usual]] = OrderedDict()
        """Until when it counts as fresh, and what it is."""
        self._asking = asyncio.Lock()
        """So that of a hundred who ask at once one asks the store."""

    async def of(self, workflow: str) -> Usual:
        """What the store learned of the workflow, at most ten seconds ago; of its very first run, one second ago."""
        if (fresh := self._fresh(workflow)) is not None:
            return fresh
        async with self._asking:
            if (fresh := self._fresh(workflow)) is not None:
                return fresh
            usual = await when_available(lambda: self._store.usual(workflow))
            seconds = UNKNOWN_SECONDS if usual.seconds is None else FRESH_SECONDS
            self._known[workflow] = time.monotonic() + seconds, usual
            self._known.move_to_end(workflow)
            if len(self._known) > MOST_WORKFLOWS:
                self._known.popitem(last=False)
            return usual

    def _fresh(self, workflow: str) -> Usual | None:
        found = self._known.get(workflow)
        return None if found is None or time.monotonic() >= found[0] else found[1]
