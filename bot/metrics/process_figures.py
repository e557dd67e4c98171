"""The process itself: how late the event loop is, and how many bugs were met."""

import asyncio
from collections.abc import Sequence
from typing import Final, NoReturn

from bot import bugs
from bot.metrics.recording import Counter, Figure, Histogram

EVERY_SECONDS: Final = 0.5
_LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class ProcessFigures:
    def __init__(self) -> None:
        self._lag = Histogram(
            "comfycord_event_loop_lag_seconds", "How late the event loop came to what was due", _LAG_SECONDS
        )
        self._bugs = Counter("comfycord_bugs", "Errors that nobody foresaw; the log has each with its id")

    def figures(self) -> Sequence[Figure]:
        self._bugs.values[()] = bugs.reported()
        return self._lag, self._bugs

    async def measure_lag(self) -> NoReturn:
        loop = asyncio.get_running_loop()
        while True:
            due_at = loop.time() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self._lag.observe(max(0.0, loop.time() - due_at))
