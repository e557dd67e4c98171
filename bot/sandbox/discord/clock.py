"""The stand-in's clock, which tests may push forward: fifteen minutes need not take fifteen minutes.

It decides deadlines and time stamps. What really takes time (a delayed answer, a rate-limit window that the
client sleeps through) uses the machine's clock instead.
"""

import asyncio
import time


class Clock:
    """Unix seconds plus what the tests added."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._frozen_at: float | None = None
        self._moved = asyncio.Event()

    def now(self) -> float:
        return (time.time() if self._frozen_at is None else self._frozen_at) + self._ahead

    def move(self, seconds: float) -> None:
        """Let this much time have passed; whoever sleeps here wakes and looks again."""
        self._ahead += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def freeze(self) -> None:
        """Stand still: from now on only :meth:`move` makes time pass."""
        self._frozen_at = time.time()

    async def sleep_until(self, moment: float) -> None:
        while (left := moment - self.now()) > 0:
            try:
                async with asyncio.timeout(None if self._frozen_at is not None else left):
                    await self._moved.wait()
            except TimeoutError:
                continue
