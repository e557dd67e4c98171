"""Work in a thread that is carried to its end, whoever stops waiting for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack
from pathlib import Path
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


async def chunks_of(file: Path, chunk_bytes: int) -> AsyncGenerator[bytes]:
    """A file in pieces. To be used inside :func:`contextlib.aclosing` by whoever may stop early.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    with ExitStack() as opened:
        # Cancelled while a thread opens it, it is closed all the same.
        content = await finished(lambda: opened.enter_context(file.open("rb")))
        while chunk := await asyncio.to_thread(content.read, chunk_bytes):
            yield chunk
