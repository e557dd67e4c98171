"""A look that many ask for at once is taken once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedReading(Generic[T]):
    """Whoever asks is told what was read after they asked; all who wait for the same reading share it."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._turn = asyncio.Lock()
        self._begun = 0
        self._last: tuple[int, T] | None = None
        """The number of the reading, and what it found."""

    async def __call__(self) -> T:
        needed = self._begun + 1
        async with self._turn:
            if self._last is None or self._last[0] < needed:
                self._last = None  # if this one fails, the next who waits reads
                self._begun = number = self._begun + 1
                self._last = number, await self._read()
            return self._last[1]
