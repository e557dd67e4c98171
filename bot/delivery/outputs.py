"""Fetch what a job made and lay it out as few messages as Discord allows, each made to fit. Posts nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.contents import Scratch, size_of
from bot.delivery.file_kinds import name_on_discord, suffix_of
from bot.delivery.fitted import CannotFit, Fitted, Room
from bot.delivery.fitter import Fitter
from bot.delivery.made import Made
from bot.delivery.marks import WHOLE, Part, covered, short_id
from bot.delivery.message_files import FILES_A_MESSAGE, MessageFiles
from bot.delivery.messages import Attached
from bot.delivery.originals import FETCH_BYTES, MAX_FILE_NAME, Originals, OutputsGone, disk_full_told
from bot.delivery.result_layout import MAX_TEXT, MAX_TEXTS
from bot.delivery.sheet_fetching import SheetFetcher
from bot.delivery.upload_limits import UploadLimit
from bot.delivery.words import megabytes, shortened
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Job, Output
from bot.texts import text

log = logging.getLogger(__name__)

FIT_SECONDS = 200.0
"""For all videos of one delivery, which has to end before its lease does; what comes after that is told."""


class OutputFetcher(Struct, frozen=True):
    originals: Originals

    @property
    def fitter(self) -> Fitter:
        return self.originals.fitter

    async def messages(
        self,
        job: Job,
        made: Made,
        limit: UploadLimit,
        scratch: Scratch,
        *,
        known: Collection[Part] = (),
        patient: bool = False,
        files_a_message: int = FILES_A_MESSAGE,
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
        if made.sheet is not None:
            sheets = SheetFetcher(self.originals)
            yield await sheets.message(job, made, made.sheet, limit, scratch, patient=patient)
            return
        files = self._files(
            job, made, limit, scratch, known=known, patient=patient, files_a_message=files_a_message
        )
        async with aclosing(files) as messages:
            async for message in messages:
                yield message

    async def _files(
        self,
        job: Job,
        made: Made,
        limit: UploadLimit,
        scratch: Scratch,
        *,
        known: Collection[Part],
        patient: bool,
        files_a_message: int,
    ) -> AsyncGenerator[MessageFiles]:
        shown = made.outputs[: self.originals.showing.max_outputs]
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
                fitted = await self._fetch(
                    job, made.owner(number, job), number, output, room, patient=patient
                )
            except FileGone:
                gone += 1
                continue
            except CannotFit as error:
                following = following.with_note(error.message)
                continue
            name = name_on_discord(job.id, number, output.filename, fitted.suffix)
            file = Attached(name, fitted.content)
            if not following.has_room_for(file, limit, files_a_message):
                yield replace(following, part=Part(first, number - 1))
                following, first, whole = MessageFiles(WHOLE), number, False
            following = following.with_file(number, file, fitted.size, fitted.change)
        following = _with_missing(following, made, gone=gone, shown=len(shown))
        for note in made.notes:
            following = following.with_note(note)
        if whole or not following.is_empty:
            yield following if whole else replace(following, part=Part(first, max(first, len(shown))))

    async def smaller(self, message: MessageFiles, limit_bytes: int, scratch: Scratch) -> MessageFiles:
        """The message with every file made to fit a lower limit."""
        made = message.without_files()
        room = Room(limit_bytes, scratch, asyncio.get_running_loop().time() + FIT_SECONDS / 2)
        for number, file in zip(message.numbers, message.files, strict=True):
            suffix = suffix_of(file.name)
            try:
                with disk_full_told():
                    fitted = await self.fitter.fit(file.content, suffix, file.name, room)
            except CannotFit as error:
                made = made.with_note(_left_out(file.name, file.size_bytes, limit_bytes, error).message)
            else:
                name = file.name.removesuffix(suffix) + fitted.suffix
                made = made.with_file(
                    number, Attached(name, fitted.content, file.alt), fitted.size, fitted.change
                )
        return made

    async def _fetch(
        self, job: Job, owner: Job, number: int, output: Output, room: Room, *, patient: bool
    ) -> Fitted:
        """``job``: whose delivery it is; ``owner``: who made it."""
        name = shortened(output.filename, MAX_FILE_NAME)
        most = room.limit_bytes
        if self.fitter.can_shrink(suffix_of(output.filename)):
            most = max(FETCH_BYTES, room.limit_bytes)
        try:
            examined = await self.originals.fetch(owner, output, room.scratch, max_bytes=most)
        except FileTooBig as error:
            why = text("file-needs-ffmpeg") if most < FETCH_BYTES else text("file-over-all-limits")
            raise _left_out(name, error.size_bytes or most, room.limit_bytes, CannotFit(why)) from error
        suffix = self.originals.suffix_to_show(examined, output.filename, patient=patient)
        harmless = name_on_discord(job.id, number, output.filename, suffix)
        with disk_full_told():
            try:
                fitted = await self.fitter.fit(examined.content, suffix, harmless, room, examined.look)
            except CannotFit as error:
                raise _left_out(name, size_of(examined.content), room.limit_bytes, error) from error
        return replace(fitted, change=text("file-cut-short", name=name)) if examined.cut_short else fitted


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
