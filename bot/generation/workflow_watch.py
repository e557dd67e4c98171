"""Sees what changes in the folder of workflows while the bot runs, and lets it be offered without a restart.

Nobody tells of changes on every disk and share, so it looks, in a thread. A folder counts as changed once two looks find it
alike: until then somebody is still writing. Jobs that are open hold their whole graph and are not concerned.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.workflows import Loaded, WorkflowError
from bot.workflows.collection import Reading, Stamp, reload, settled, stamps_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class WorkflowWatch:
    def __init__(self, folder: Path, loaded: Loaded, offer: Callable[[Loaded], Awaitable[None]]) -> None:
        """``loaded``: what was read of ``folder`` at the start. ``offer`` is told what came of it since."""
        self._folder = folder
        self._loaded = loaded
        self._seen: Mapping[Path, Stamp] = loaded.stamps
        self._offer = offer
        self._trouble: str | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Look once; what two looks found alike and is new is read and offered."""
        try:
            stamps = await asyncio.to_thread(stamps_of, self._folder)
        except WorkflowError as problem:  # a share that is away, for instance
            self._complain(f"{problem}. Until then the workflows stay as they are")
            return
        self._trouble = None
        sure = settled(stamps, self._seen, self._loaded.stamps)
        self._seen = stamps
        if sure != self._loaded.stamps:
            before, self._loaded = self._loaded, await asyncio.to_thread(reload, self._loaded, sure)
            _tell(before, self._loaded)
            await self._offer(self._loaded)

    def _complain(self, trouble: str) -> None:
        """Once, however long it lasts."""
        if trouble != self._trouble:
            log.error("%s", trouble)
        self._trouble = trouble


def _tell(before: Loaded, now: Loaded) -> None:
    """What changed, for the operator."""
    told = set(map(str, before.problems))
    for problem in now.problems:
        if str(problem) not in told:
            log.error("%s", problem)
    for path in [path for path in before.readings if path not in now.readings]:
        log.info("%s is gone, and its command with it", path)
    for path, reading in now.readings.items():
        earlier = before.readings.get(path)
        if earlier is None or earlier.stamp != reading.stamp:
            _tell_one(path, reading)


def _tell_one(path: Path, reading: Reading) -> None:
    if reading.good is None:
        log.error("%s is left out, and everything else goes on", path)
    elif reading.good is not reading.read:
        log.error("%s is wrong now: its last good version stays in use as /%s", path, reading.good.name)
    else:
        log.info("%s was read: /%s", path, reading.good.name)
