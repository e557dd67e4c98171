"""Fetch a job's outputs and lay them out as few messages as Discord allows, each made to fit. Posts nothing."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Protocol

from bot.delivery.fitting import CannotFit, Fitted, Fitter
from bot.delivery.marks import short_id
from bot.delivery.messages import Attached
from bot.delivery.words import megabytes
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Done, Job, Output
from bot.texts import Text, text

log = logging.getLogger(__name__)

FILES_A_MESSAGE = 10
REQUEST_BYTES = 24 * 1024 * 1024
"""All files of one message; Discord documents 25 MiB for a whole request."""
FETCH_BYTES = 64 * 1024 * 1024
"""The largest picture that is fetched to be made smaller."""
FETCHES_AT_ONCE = 4

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


class Files(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into one message."""

    files: tuple[Attached, ...] = ()
    size: tuple[int, int] | None = None
    """Of the first picture."""
    notes: tuple[Text, ...] = ()
    last: bool = False

    def has_room_for(self, file: Attached) -> bool:
        used = sum(len(each.content) for each in self.files)
        return len(self.files) < FILES_A_MESSAGE and used + len(file.content) <= REQUEST_BYTES

    def with_file(self, file: Attached, fitted: Fitted) -> "Bundle":
        return replace(self, files=(*self.files, file), size=self.size or fitted.size).with_note(
            fitted.change
        )

    def with_note(self, note: Text | None) -> "Bundle":
        return self if note is None or note in self.notes else replace(self, notes=(*self.notes, note))


class OutputsGone(Exception):
    """Not one file of the job is left at its backend."""


@dataclass(frozen=True, slots=True)
class Gatherer:
    generation: Files
    fitter: Fitter
    # raw files are the large ones: this bounds them to 256 MiB at the very worst
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHES_AT_ONCE))

    async def bundles(self, job: Job, done: Done, limit_bytes: int) -> AsyncIterator[Bundle]:
        """One bundle a message; the last one says so. Files that cannot be shown become notes.

        Raises:
            ServersAway: the backend does not answer now.
            OutputsGone: nothing is left to show.
        """
        bundle, gone = Bundle(), 0
        limit = min(limit_bytes, REQUEST_BYTES)
        for number, output in enumerate(done.outputs, start=1):
            try:
                fitted = await self._fetch(job, output, limit)
            except FileGone:
                gone += 1
                continue
            except CannotFit as error:
                bundle = bundle.with_note(error.message)
                continue
            file = Attached(_name(job, number, fitted), fitted.content)
            if not bundle.has_room_for(file):
                yield bundle
                bundle = Bundle()
            bundle = bundle.with_file(file, fitted)
        if gone and gone == len(done.outputs) and not done.texts:
            raise OutputsGone
        if gone:
            bundle = bundle.with_note(text("files-gone", gone=gone, all=len(done.outputs)))
        yield replace(bundle, last=True)

    async def refitted(self, bundle: Bundle, limit_bytes: int) -> Bundle:
        """The bundle with every file made to fit a lower limit."""
        made = replace(bundle, files=(), size=None)
        for file in bundle.files:
            try:
                fitted = await self.fitter.fit(file.content, file.name, limit_bytes)
            except CannotFit as error:
                made = made.with_note(error.message)
            else:
                name = PurePosixPath(file.name).stem + fitted.suffix
                made = made.with_file(replace(file, name=name, content=fitted.content), fitted)
        return made

    async def _fetch(self, job: Job, output: Output, limit_bytes: int) -> Fitted:
        picture = _suffix(output.filename) in _PICTURES
        most = max(FETCH_BYTES, limit_bytes) if picture else limit_bytes
        async with self.gate:
            try:
                content = await self.generation.fetch(job, output, max_bytes=most)
            except FileTooBig as error:
                raise CannotFit(
                    text("file-cannot-fit", size=f"> {megabytes(most)}", limit=megabytes(limit_bytes))
                ) from error
            return await self.fitter.fit(content, output.filename, limit_bytes)


def _name(job: Job, number: int, fitted: Fitted) -> str:
    """A name of our own: what ComfyUI calls a file is not for Discord."""
    suffix = fitted.suffix if _SUFFIX.fullmatch(fitted.suffix) else ".bin"
    return f"{short_id(job.id)}-{number}{suffix}"


def _suffix(filename: str) -> str:
    return PurePosixPath(filename).suffix.lower()
