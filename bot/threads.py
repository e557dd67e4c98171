"""Work in a thread that is carried to its end, whoever stops waiting for it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


async def finished(work: Callable[..., _T], *arguments: object) -> _T:
    """What ``work`` returns. A caller that is cancelled hears of it only at the end, so that nothing is left half done."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        task.exception()  # of no interest any more, but asyncio wants it looked at
        raise
