"""Wake-ups between tasks of one process. A bell carries no news: who hears it looks for themselves."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary


class Bell:
    """Wakes everyone who waits for it, and everyone who was just about to.

    A task that waits again and again misses no ring: one that came while it was looking ends its next wait at
    once. Only a task's very first wait can miss one, and a wait is never longer than its timeout.
    """

    def __init__(self) -> None:
        self._rings = 0
        self._next_ring = asyncio.Event()
        self._heard: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()

    def ring(self) -> None:
        self._rings += 1
        self._next_ring.set()
        self._next_ring = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> None:
        listener = asyncio.current_task()
        if listener is None:  # pragma: no cover - a coroutine is always driven by a task
            return
        if self._heard.get(listener, self._rings) == self._rings:
            await self._sleep_until_ring(timeout_seconds)
        self._heard[listener] = self._rings

    async def _sleep_until_ring(self, timeout_seconds: float) -> None:
        next_ring = self._next_ring
        try:
            async with asyncio.timeout(timeout_seconds):
                await next_ring.wait()
        except TimeoutError:
            return
