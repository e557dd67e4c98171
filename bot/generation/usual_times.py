"""What runs of each workflow usually take, remembered for a while: it is asked for often and changes slowly."""

import time
from collections import OrderedDict

from bot.jobs.job import Usual
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

FRESH_SECONDS = 10.0
MOST_WORKFLOWS = 256


class UsualTimes:
    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._known: OrderedDict[str, tuple[float, Usual]] = OrderedDict()

    async def of(self, workflow: str) -> Usual:
        """What the store learned of the workflow, at most ten seconds ago; of its very first run, at once."""
        learned_at, usual = self._known.get(workflow, (0.0, Usual()))
        if usual.seconds is not None and time.monotonic() - learned_at < FRESH_SECONDS:
            return usual
        usual = await when_available(lambda: self._store.usual(workflow))
        self._known[workflow] = time.monotonic(), usual
        self._known.move_to_end(workflow)
        if len(self._known) > MOST_WORKFLOWS:
            self._known.popitem(last=False)
        return usual
