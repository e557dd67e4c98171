"""The first of several files that says what somebody wants to know. Knows where files lie, and nothing of who asks."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bot.errors import Refused, UserError
from bot.inputs.blobs import Blobs
from bot.inputs.fetching import Fetcher
from bot.jobs.inputs import Attachment
from bot.workflows.sources import SourceError

AT_ONCE = 2
"""Files that are fetched and read at the same moment."""
MOST_FILES = 5
"""Of one message: they were mostly made together, and tell the same."""

T = TypeVar("T")


class FirstFile:
    def __init__(self, fetcher: Fetcher, blobs: Blobs) -> None:
        """``blobs``: for a place on the disk, where nothing is kept."""
        self._fetcher = fetcher
        self._blobs = blobs
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, files: Sequence[Attachment], reading: Callable[[Path], T]) -> tuple[str, T]:
        """The name of the first file of which ``reading`` makes something, and what. At least one is given.

        ``reading`` is called in a thread, and may raise SourceError.

        Raises:
            UserError: there is none, or none can be had; the sentence is about the first.
        """
        problem: UserError | None = None
        for file in files[:MOST_FILES]:
            try:
                async with self._turns:
                    return file.filename, await self._one(file, reading)
            except UserError as error:
                problem = problem or error
        raise problem or AssertionError("no file was given")

    async def _one(self, attachment: Attachment, reading: Callable[[Path], T]) -> T:
        async with self._blobs.scratch() as folder:
            file = folder / "fetched"
            await self._fetcher.fetch(attachment, file)
            try:
                return await asyncio.to_thread(reading, file)
            except SourceError as error:
                raise Refused(error.message) from error
