"""A thread with an event loop for other people's code: what blocks there holds up nobody who waits elsewhere."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

STOP_SECONDS = 1.0
"""What has not come to an end by then is left behind: the thread ends with the process."""


class HookThread:
    """Begins with the first work. To be left with ``with``."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)

    def __enter__(self) -> "HookThread":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._thread.is_alive():
            self._loop.close()
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)

    async def result(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What the work returns, which is cancelled where it takes longer.

        Raises:
            TimeoutError: it took longer. And whatever the work raises.
        """
        if not self._thread.is_alive():
            self._thread.start()
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            for task in (left := asyncio.all_tasks(self._loop)):
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.close()
