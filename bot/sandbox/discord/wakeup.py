"""Waiting until something is so: whoever changed something wakes those who wait, and they look again."""

import asyncio
import contextlib
from collections.abc import Callable


class WakeUp:
    """Wakes those who wait to look again; it does not say what changed."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    async def until(
        self,
        is_so: Callable[[], object],
        timeout_seconds: float | None = None,
        *,
        look_every_seconds: float | None = None,
    ) -> None:
        """Return once the condition holds; TimeoutError when it does not come about in real time.

        ``look_every_seconds``: look again without a wake-up, too, because what is waited for may happen elsewhere.
        """
        async with asyncio.timeout(timeout_seconds):
            while not is_so():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(look_every_seconds):
                        await self._woken.wait()
