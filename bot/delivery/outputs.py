"""Fetch what a job made and lay it out as few messages as Discord allows, each made to fit. Posts nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Generator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.delivery.contents import Scratch, gathered, size_of
from bot.delivery.file_kinds import is_allowed, name_on_discord, suffix_of
from bot.delivery.fitted import CannotFit, Fitted, Room
from bot.delivery.fitter import Examined, Fitter
from bot.delivery.marks import WHOLE, Part, covered, short_id
from bot.delivery.message_files import MessageFiles
from bot.delivery.messages import Attached
from bot.delivery.recipes import Keep
from bot.delivery.result_layout import MAX_TEXT, MAX_TEXTS
from bot.delivery.upload_limits import UploadLimit
from bot.delivery.words import megabytes, shortened
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Job, Output
from bot.texts import text

log = logging.getLogger(__name__)

FETCH_BYTES = 256 * 1024 * 1024
"""The largest file that is fetched to be made smaller. It lies on disk meanwhile."""
FETCHES_AT_ONCE = 4
FIT_SECONDS = 200.0
"""For all videos of one delivery, which has to end before its lease does; what comes after that is told."""
MAX_FILE_NAME = 60


class Files(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Showing:
    """An operator's choices of what is shown."""

    max_outputs: int
    """Of one job; more are only told of."""
    file_kinds: frozenset[str]
    """Suffixes without their dots, or ``*`` for all."""
    keep: Keep = Keep.FULL
    """How much of what made it travels with a file."""
    ffmpeg: str = "ffmpeg"
    """The program's name or path; empty: not to be used."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made, as its end tells it."""

    outputs: Sequence[Output]
    texts: tuple[str, ...] = ()


class OutputsGone(Exception):
    """Not one file of the job is left at its backend."""


class NotWholeYet(Exception):
    """A file has no bytes, or ends too early, perhaps because it is still being written."""


class DiskFull(Exception):
    """The disk of the bot takes no more files now."""


@dataclass(frozen=True, slots=True)
class OutputFetcher:
    generation: Files
    fitter: Fitter
    showing: Showing
    # what lies on disk is bounded by these: a gigabyte at the very worst, and as much made of it
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHES_AT_ONCE))

    async def messages(
        self,
        job: Job,
        made: Made,
        limit: UploadLimit,
        scratch: Scratch,
        *,
        known: Collection[Part] = (),
        patient: bool = False,
    ) -> AsyncGenerator[MessageFiles]:
        """What is to be posted, less the parts that are ``known`` to be. Files that cannot be shown become notes.

        ``scratch``: where large files lie until the messages are posted. ``patient``: a file that is not whole is waited for.

        Raises:
            ServersAway, DiskFull: not now.
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
        room = Room(limit.file_bytes, scratch, asyncio.get_running_loop().time() + FIT_SECONDS)
        gone, first = 0, wanted[0][0] if wanted else 1
        for number, output in wanted:
            try:
                fitted = await self._fetch(job, number, output, room, patient=patient)
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

    async def smaller(self, message: MessageFiles, limit_bytes: int, scratch: Scratch) -> MessageFiles:
        """The message with every file made to fit a lower limit."""
        made = message.without_files()
        room = Room(limit_bytes, scratch, asyncio.get_running_loop().time() + FIT_SECONDS / 2)
        for number, file in zip(message.numbers, message.files, strict=True):
            suffix = suffix_of(file.name)
            try:
                with _disk_full_told():
                    fitted = await self.fitter.fit(file.content, suffix, file.name, room)
            except CannotFit as error:
                made = made.with_note(_left_out(file.name, file.size_bytes, limit_bytes, error).message)
            else:
                name = file.name.removesuffix(suffix) + fitted.suffix
                made = made.with_file(number, Attached(name, fitted.content), fitted.size, fitted.change)
        return made

    async def original(self, job: Job, number: int, output: Output, room: Room) -> Attached:
        """A file as it was made, less what must not leave; nothing is made smaller.

        Raises:
            ServersAway, FileGone, DiskFull: see there. FileTooBig: it has more bytes than there is room.
            CannotFit: it is not to be shown.
        """
        name = shortened(output.filename, MAX_FILE_NAME)
        with _disk_full_told():
            async with self.gate:
                fetched = self.generation.fetch(job, output, max_bytes=room.limit_bytes)
                async with aclosing(fetched) as chunks:
                    content = await gathered(chunks, room.scratch)
                examined = await self.fitter.examine(content, output.filename, room.scratch)
        suffix = self._allowed_suffix(examined, name, patient=False)
        return Attached(name_on_discord(job.id, number, output.filename, suffix), examined.content)

    async def _fetch(self, job: Job, number: int, output: Output, room: Room, *, patient: bool) -> Fitted:
        name = shortened(output.filename, MAX_FILE_NAME)
        most = room.limit_bytes
        if self.fitter.can_shrink(suffix_of(output.filename)):
            most = max(FETCH_BYTES, room.limit_bytes)
        with _disk_full_told():
            async with self.gate:
                try:
                    async with aclosing(self.generation.fetch(job, output, max_bytes=most)) as chunks:
                        content = await gathered(chunks, room.scratch)
                except FileTooBig as error:
                    why = text("file-needs-ffmpeg") if most < FETCH_BYTES else text("file-over-all-limits")
                    raise _left_out(
                        name, error.size_bytes or most, room.limit_bytes, CannotFit(why)
                    ) from error
                examined = await self.fitter.examine(content, output.filename, room.scratch)
            suffix = self._allowed_suffix(examined, name, patient=patient)
            harmless = name_on_discord(job.id, number, output.filename, suffix)
            try:
                fitted = await self.fitter.fit(examined.content, suffix, harmless, room)
            except CannotFit as error:
                raise _left_out(name, size_of(content), room.limit_bytes, error) from error
        return replace(fitted, change=text("file-cut-short", name=name)) if examined.cut_short else fitted

    def _allowed_suffix(self, examined: Examined, name: str, *, patient: bool) -> str:
        """The suffix of a file that may be shown as it is."""
        size = size_of(examined.content)
        if patient and (examined.cut_short or examined.suffix is None):
            raise NotWholeYet(name)
        if not size:
            raise CannotFit(text("file-empty", name=name))
        if examined.suffix is None:
            raise CannotFit(text("file-is-another", name=name, size=megabytes(size)))
        if not is_allowed(examined.suffix, self.showing.file_kinds):
            raise CannotFit(text("file-kind-not-shown", name=name, size=megabytes(size)))
        if examined.keeps_recipe:
            raise CannotFit(text("file-keeps-recipe", name=name, size=megabytes(size)))
        return examined.suffix


@contextmanager
def _disk_full_told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFull(f"a file finds no room beside the bot: {error.strerror}") from error


def _left_out(name: str, size_bytes: int, limit_bytes: int, why: CannotFit) -> CannotFit:
    return CannotFit(
        text(
            "file-cannot-fit",
            name=name,
            size=megabytes(size_bytes),
            limit=megabytes(limit_bytes),
            why=why.message,
        )
    )


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
