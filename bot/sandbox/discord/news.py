"""A bell that rings whenever something happened, for those who wait until something is so."""

import asyncio
import contextlib
from collections.abc import Callable


class Bell:
    """Wakes its listeners to look again; it does not say what happened."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def until(
        self,
        is_so: Callable[[], object],
        timeout_seconds: float | None = None,
        *,
        look_every_seconds: float | None = None,
    ) -> None:
        """Return once the condition holds; TimeoutError when it does not come about in real time.

        ``look_every_seconds``: look again without a ring, too, because what is waited for may happen elsewhere.
        """
        async with asyncio.timeout(timeout_seconds):
            while not is_so():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(look_every_seconds):
                        await self._rung.wait()
