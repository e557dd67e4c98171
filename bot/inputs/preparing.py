"""From the attachments of a command to files that a job can start from."""

import asyncio
from pathlib import Path
from types import TracebackType

import aiohttp

from bot.inputs.blobs import Blobs
from bot.inputs.errors import InputUnavailable, told_of_mask
from bot.inputs.fetching import DISCORD_ORIGINS, Fetcher, FetchTimeouts
from bot.inputs.limits import InputLimits
from bot.inputs.looked import Fetched, Looked, Mask
from bot.inputs.looking import Looking
from bot.jobs.inputs import Masking, NewInput, PreparedInput
from bot.texts import text

AT_ONCE = 3
"""Files that are under way at the same moment, and so of the largest size on the disk besides the blobs."""


class Inputs:
    """Fetches what people hand in, looks at it and keeps it. Use it in a ``with`` block: it has a thread."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        blobs: Blobs,
        limits: InputLimits,
        *,
        origins: frozenset[str] = DISCORD_ORIGINS,
        timeouts: FetchTimeouts | None = None,
    ) -> None:
        """``session`` should keep no cookies; ``origins``: where attachments may come from."""
        self._fetcher = Fetcher(session, max_bytes=limits.max_bytes, origins=origins, timeouts=timeouts)
        self._looking = Looking(limits)
        self._blobs = blobs
        self._turns = asyncio.Semaphore(AT_ONCE)

    def __enter__(self) -> "Inputs":
        self._looking.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._looking.__exit__(kind, error, trace)

    async def prepare(self, new: NewInput) -> PreparedInput:
        """Fetch, look, paint the mask, keep. Doing it again gives the same blobs.

        They are protected from a sweep for :data:`bot.inputs.blobs.PROTECTED_SECONDS`.

        Raises:
            InputRefused: for good, with a sentence for the person.
            InputUnavailable: not now; the sentence is for when nobody tries again.
        """
        async with self._turns, self._blobs.scratch() as folder:
            mask = await self._fetched_mask(new.masking, folder)
            file = folder / "fetched"
            await self._fetcher.fetch(new.attachment, file)
            try:
                looked = await self._looking.look(Fetched(file, new.kind, new.attachment.filename, mask))
            except OSError as error:  # broken files are refused: this is the disk
                raise InputUnavailable(text("input-disk")) from error
            return await self._kept(new.option, looked)

    async def _fetched_mask(self, masking: Masking | None, folder: Path) -> Mask | None:
        if masking is None:
            return None
        if masking.painted is None:
            return Mask(area=masking.area)
        drawing = folder / "drawing"
        with told_of_mask():
            await self._fetcher.fetch(masking.painted, drawing)
        return Mask(drawing=drawing)

    async def _kept(self, option: str, looked: Looked) -> PreparedInput:
        return PreparedInput(
            option=option,
            blob=await self._blobs.put(looked.file),
            suffix=looked.suffix,
            mask=await self._blobs.put(looked.mask) if looked.mask else None,
            overlay=await self._blobs.put(looked.overlay) if looked.overlay else None,
            notices=looked.notices,
        )
