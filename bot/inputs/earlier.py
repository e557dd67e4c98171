"""The files of earlier jobs, as whoever prepares a new one wants them."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from bot.jobs.inputs import KeptInput, MadeOutput, PreparedInput


class EarlierFileGone(Exception):
    """Nobody has the file any more, or nobody knows of the job."""


class EarlierFiles(Protocol):
    async def kept(self, source: KeptInput) -> PreparedInput | None:
        """What was prepared then; None: nothing is known of it (any more). Its blobs may be gone."""
        ...

    def made(self, source: MadeOutput, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """The bytes of what was made, as ComfyUI saved it, piece by piece.

        Raises:
            EarlierFileGone: see there.
            InputRefused: it has more than ``max_bytes``.
            InputUnavailable: its ComfyUI does not answer now.
        """
        ...


async def written(chunks: AsyncGenerator[bytes], file: Path) -> None:
    """Write what comes into a new file, off the event loop."""
    with await asyncio.to_thread(file.open, "wb") as content:
        async for chunk in chunks:
            await asyncio.to_thread(content.write, chunk)
