"""From the attachments of a command to files that a job can start from."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from types import TracebackType

import aiohttp
from msgspec.structs import replace

from bot.inputs.blobs import Blobs
from bot.inputs.earlier import EarlierFileGone, EarlierFiles, written
from bot.inputs.errors import BlobMissing, InputRefused, InputUnavailable, told_of_mask
from bot.inputs.fetching import DISCORD_ORIGINS, Fetcher, FetchTimeouts
from bot.inputs.limits import InputLimits
from bot.inputs.looked import Fetched, Looked, Mask
from bot.inputs.looking import Looking
from bot.jobs.inputs import Attachment, KeptInput, MadeOutput, Masking, NewInput, PreparedInput, Source
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
        earlier: EarlierFiles,
        *,
        origins: frozenset[str] = DISCORD_ORIGINS,
        timeouts: FetchTimeouts | None = None,
    ) -> None:
        """``session`` should keep no cookies; ``earlier``: files of jobs before; ``origins``: where attachments may lie."""
        self._earlier = earlier
        self._max_bytes = limits.max_bytes
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
            if (kept := await self._as_before(new)) is not None:
                return kept
            mask = await self._fetched_mask(new.masking, folder)
            file = folder / "fetched"
            await self._fetch(new.source, file)
            try:
                looked = await self._looking.look(Fetched(file, new.kind, new.source.filename, mask))
            except OSError as error:  # broken files are refused: this is the disk
                raise InputUnavailable(text("input-disk")) from error
            return await self._kept(new.option, looked)

    async def _as_before(self, new: NewInput) -> PreparedInput | None:
        """What an earlier job had, where it is to be had again with nothing changed; None: it is to be looked at anew."""
        if not isinstance(new.source, KeptInput) or new.masking not in {None, Masking()}:
            return None
        prepared = await self._prepared_before(new.source)
        for blob in (prepared.blob, prepared.mask, prepared.overlay):
            if blob is not None and not await self._blobs.keep(blob):
                raise _gone(new.source)
        return replace(prepared, option=new.option)

    async def _prepared_before(self, source: KeptInput) -> PreparedInput:
        prepared = await self._earlier.kept(source)
        if prepared is None:
            raise _gone(source)
        return prepared

    async def _fetch(self, source: Source, file: Path) -> None:
        match source:
            case Attachment():
                await self._fetcher.fetch(source, file)
            case KeptInput():
                await self._read_kept(source, file)
            case MadeOutput():
                await self._fetch_made(source, file)

    async def _read_kept(self, source: KeptInput, file: Path) -> None:
        prepared = await self._prepared_before(source)
        try:
            async with aclosing(self._blobs.chunks(prepared.blob)) as chunks:
                await written(chunks, file)
        except BlobMissing as error:
            raise _gone(source) from error

    async def _fetch_made(self, source: MadeOutput, file: Path) -> None:
        """As ComfyUI has it; where that is gone, as Discord has it."""
        try:
            async with aclosing(self._earlier.made(source, max_bytes=self._max_bytes)) as chunks:
                await written(chunks, file)
        except EarlierFileGone as error:
            if source.posted is None:
                raise _gone(source) from error
            await self._fetcher.fetch(source.posted, file)

    async def _fetched_mask(self, masking: Masking | None, folder: Path) -> Mask | None:
        if masking is None:
            return None
        if masking.painted is None:
            return Mask(area=masking.area)
        drawing = folder / "drawing"
        with told_of_mask():
            await self._fetch(masking.painted, drawing)
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


def _gone(source: KeptInput | MadeOutput) -> InputRefused:
    return InputRefused(text("input-of-before-gone", file=source.filename))
