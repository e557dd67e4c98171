"""Looks at files in a thread of its own, into which Pillow is loaded with the first one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from types import TracebackType

from bot.inputs.limits import InputLimits
from bot.inputs.looked import Fetched, Looked


class Looking:
    """One file at a time: decoding the largest picture takes seconds and some 300 MB."""

    def __init__(self, limits: InputLimits) -> None:
        self._limits = limits
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="looking")

    def __enter__(self) -> "Looking":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def look(self, fetched: Fetched) -> Looked:
        """See :func:`bot.inputs.looks.look`."""
        look = partial(_look, fetched, self._limits)
        return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, look)


def _look(fetched: Fetched, limits: InputLimits) -> Looked:
    from bot.inputs.looks import look  # noqa: PLC0415  # a bot that starts needs no Pillow yet

    return look(fetched, limits)
