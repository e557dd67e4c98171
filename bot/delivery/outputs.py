"""Fetch what a job made and lay it out as few messages as Discord allows, each made to fit. Posts nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.delivery.file_kinds import PICTURES, is_allowed, is_cut_short, name_on_discord, suffix_of
from bot.delivery.fitter import CannotFit, Fitted, Fitter
from bot.delivery.marks import WHOLE, Part, covered, short_id
from bot.delivery.messages import Attached
from bot.delivery.result_layout import MAX_TEXT, MAX_TEXTS
from bot.delivery.upload_limits import UploadLimit
from bot.delivery.words import megabytes, shortened
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Job, Output
from bot.texts import Text, text

log = logging.getLogger(__name__)

FILES_A_MESSAGE = 10
FETCH_BYTES = 64 * 1024 * 1024
"""The largest picture that is fetched beside others."""
LARGE_FETCH_BYTES = 256 * 1024 * 1024
"""The largest picture that is fetched at all, alone, to be made smaller."""
FETCHES_AT_ONCE = 4
MAX_FILE_NAME = 60


class Files(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Showing:
    """An operator's choices of what is shown."""

    max_outputs: int
    """Of one job; more are only told of."""
    file_kinds: frozenset[str]
    """Suffixes without their dots, or ``*`` for all."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made, as its end tells it."""

    outputs: Sequence[Output]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageFiles:
    """What goes into one message."""

    part: Part
    files: tuple[Attached, ...] = ()
    numbers: tuple[int, ...] = ()
    """Of the outputs that the files are; a file of words has 0."""
    size: tuple[int, int] | None = None
    """Of the first picture."""
    notes: tuple[Text, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.files and not self.notes

    @property
    def sizes(self) -> list[int]:
        return [len(file.content) for file in self.files]

    def has_room_for(self, file: Attached, limit: UploadLimit) -> bool:
        fits = sum(self.sizes) + len(file.content) <= limit.request_bytes
        return not self.files or (len(self.files) < FILES_A_MESSAGE and fits)

    def with_file(
        self, number: int, file: Attached, size: tuple[int, int] | None, change: Text | None = None
    ) -> "MessageFiles":
        return replace(
            self, files=(*self.files, file), numbers=(*self.numbers, number), size=self.size or size
        ).with_note(change)

    def with_note(self, note: Text | None) -> "MessageFiles":
        return self if note is None or note in self.notes else replace(self, notes=(*self.notes, note))

    def without_files(self) -> "MessageFiles":
        return replace(self, files=(), numbers=(), size=None)

    def halves(self, outputs: int) -> "tuple[MessageFiles, MessageFiles] | None":
        """Two messages in place of one, of whose job there are so many ``outputs``. None: it cannot be divided."""
        first, last = (1, outputs) if self.part.is_whole else (self.part.first, self.part.last)
        later = [at for at in range(len(self.files) // 2, len(self.files)) if self.numbers[at] > first]
        if not later:
            return None
        middle = later[0]
        cut = self.numbers[middle] - 1
        return (
            MessageFiles(Part(first, cut), self.files[:middle], self.numbers[:middle], self.size),
            MessageFiles(Part(cut + 1, last), self.files[middle:], self.numbers[middle:], None, self.notes),
        )


class OutputsGone(Exception):
    """Not one file of the job is left at its backend."""


class NotWholeYet(Exception):
    """A file has no bytes, or ends too early, perhaps because it is still being written."""


@dataclass(frozen=True, slots=True)
class OutputFetcher:
    generation: Files
    fitter: Fitter
    showing: Showing
    # raw files are the large ones: these bound them to 512 MiB at the very worst
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHES_AT_ONCE))
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def messages(
        self, job: Job, made: Made, limit: UploadLimit, *, known: Collection[Part] = (), patient: bool = False
    ) -> AsyncGenerator[MessageFiles]:
        """What is to be posted, less the parts that are ``known`` to be. Files that cannot be shown become notes.

        ``patient``: a file that is not whole is waited for.

        Raises:
            ServersAway: the backend does not answer now.
            NotWholeYet: only where ``patient``.
            OutputsGone: nothing is left to show.
        """
        if WHOLE in known:
            return
        shown = made.outputs[: self.showing.max_outputs]
        wanted = [each for each in enumerate(shown, start=1) if not covered(known, each[0])]
        if shown and not wanted:
            return
        whole = len(wanted) == len(shown)
        following = MessageFiles(WHOLE)
        if not covered(known, 1) and (words := _words_file(job, made.texts, limit)):
            following = following.with_file(0, words, None)
        gone, first = 0, wanted[0][0] if wanted else 1
        for number, output in wanted:
            try:
                fitted = await self._fetch(job, output, limit.file_bytes, patient=patient)
            except FileGone:
                gone += 1
                continue
            except CannotFit as error:
                following = following.with_note(error.message)
                continue
            name = name_on_discord(job.id, number, output.filename, fitted.suffix)
            file = Attached(name, fitted.content)
            if not following.has_room_for(file, limit):
                yield replace(following, part=Part(first, number - 1))
                following, first, whole = MessageFiles(WHOLE), number, False
            following = following.with_file(number, file, fitted.size, fitted.change)
        following = _with_missing(following, made, gone=gone, shown=len(shown))
        if whole or not following.is_empty:
            yield following if whole else replace(following, part=Part(first, max(first, len(shown))))

    async def smaller(self, message: MessageFiles, limit_bytes: int) -> MessageFiles:
        """The message with every file made to fit a lower limit."""
        made = message.without_files()
        for number, file in zip(message.numbers, message.files, strict=True):
            try:
                fitted = await self.fitter.fit(file.content, file.name, limit_bytes)
            except CannotFit as error:
                made = made.with_note(error.message)
            else:
                name = file.name.removesuffix(suffix_of(file.name)) + fitted.suffix
                made = made.with_file(number, Attached(name, fitted.content), fitted.size, fitted.change)
        return made

    async def _fetch(self, job: Job, output: Output, limit_bytes: int, *, patient: bool) -> Fitted:
        picture = suffix_of(output.filename) in PICTURES
        most = max(FETCH_BYTES, limit_bytes) if picture else limit_bytes
        async with self.gate:
            try:
                return await self._fitted(job, output, most, limit_bytes, patient=patient)
            except FileTooBig as error:
                if not picture:
                    raise _too_big(most, limit_bytes) from error
        async with self.alone:
            most = max(LARGE_FETCH_BYTES, limit_bytes)
            try:
                return await self._fitted(job, output, most, limit_bytes, patient=patient)
            except FileTooBig as error:
                raise _too_big(most, limit_bytes) from error

    async def _fitted(
        self, job: Job, output: Output, most: int, limit_bytes: int, *, patient: bool
    ) -> Fitted:
        content = await self.generation.fetch(job, output, max_bytes=most)
        name = shortened(output.filename, MAX_FILE_NAME)
        if not is_allowed(output.filename, self.showing.file_kinds):
            raise CannotFit(text("file-kind-not-shown", name=name, size=megabytes(len(content))))
        cut_short = is_cut_short(content, suffix_of(output.filename))
        if cut_short and patient:
            raise NotWholeYet(name)
        if not content:
            raise CannotFit(text("file-empty", name=name))
        fitted = await self.fitter.fit(content, output.filename, limit_bytes)
        return replace(fitted, change=text("file-cut-short", name=name)) if cut_short else fitted


def _with_missing(message: MessageFiles, made: Made, *, gone: int, shown: int) -> MessageFiles:
    count = len(made.outputs)
    if gone and gone == count and not made.texts:
        raise OutputsGone
    if gone:
        message = message.with_note(text("files-gone", gone=gone, all=count))
    if count > shown:
        message = message.with_note(text("outputs-left-out", count=count - shown, limit=shown))
    return message


def _words_file(job: Job, texts: Sequence[str], limit: UploadLimit) -> Attached | None:
    """All words that a job made as a file, where the message shows only their beginning."""
    if len(texts) <= MAX_TEXTS and all(len(words.strip()) <= MAX_TEXT for words in texts):
        return None
    content = "\n\n".join(texts).encode("utf-8", "replace")[: limit.file_bytes]
    return Attached(f"{short_id(job.id)}.txt", content)


def _too_big(size_bytes: int, limit_bytes: int) -> CannotFit:
    return CannotFit(text("file-cannot-fit", size=f"> {megabytes(size_bytes)}", limit=megabytes(limit_bytes)))
