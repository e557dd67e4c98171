"""Wake-ups between tasks of one process. A wake-up carries no news: who is woken looks for themselves."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary


class WakeUp:
    """Wakes everyone who waits for it, and everyone who was just about to.

    A task that looks, and waits, again and again, misses none: one that came while it was looking ends its next wait at
    once. When a task began to look before its first wait is not known: that ends at once if there ever was one.
    """

    def __init__(self) -> None:
        self._count = 0
        self._next = asyncio.Event()
        self._seen: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()

    def wake(self) -> None:
        self._count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> None:
        waiting = asyncio.current_task()
        if waiting is None:  # pragma: no cover - a coroutine is always driven by a task
            return
        if self._seen.get(waiting, 0) == self._count:
            await self._sleep_until_woken(timeout_seconds)
        self._seen[waiting] = self._count

    async def _sleep_until_woken(self, timeout_seconds: float) -> None:
        following = self._next
        try:
            async with asyncio.timeout(timeout_seconds):
                await following.wait()
        except TimeoutError:
            return
