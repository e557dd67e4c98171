"""Fetch the pictures of a group and lay them out on one contact sheet, made to fit. Posts nothing."""

import asyncio

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.contents import Scratch, on_disk
from bot.delivery.file_kinds import name_on_discord
from bot.delivery.fitted import CannotFit, Room
from bot.delivery.made import Made, SheetCell, SheetPlan
from bot.delivery.marks import WHOLE
from bot.delivery.message_files import MessageFiles
from bot.delivery.messages import Attached
from bot.delivery.originals import FETCH_BYTES, Originals, OutputsGone, disk_full_told
from bot.delivery.sheet_values import SHEET_SUFFIX, Cell, Sheet
from bot.delivery.sheet_words import alt_of, letters_note
from bot.delivery.upload_limits import UploadLimit
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Job
from bot.texts import render, text


class SheetFetcher(Struct, frozen=True):
    originals: Originals

    async def message(
        self, job: Job, made: Made, plan: SheetPlan, limit: UploadLimit, scratch: Scratch, *, patient: bool
    ) -> MessageFiles:
        """The one message of a contact sheet."""
        locale = job.place.locale
        cells = [await self._cell(each, scratch, locale, patient=patient) for each in plan.cells]
        if not any(cell.picture for cell in cells):
            raise OutputsGone
        drawn = await self.originals.fitter.draw(Sheet(cells, plan.columns, plan.rows))
        alt = render(alt_of([each.label for each in plan.cells], plan.columns, plan.rows), locale)
        name = name_on_discord(job.id, 1, "sheet", SHEET_SUFFIX)
        message = MessageFiles(WHOLE)
        try:
            with disk_full_told():
                room = Room(limit.file_bytes, scratch)
                fitted = await self.originals.fitter.fit(drawn.content, SHEET_SUFFIX, name, room)
        except CannotFit as error:
            message = message.with_note(error.message)
        else:
            file = Attached(name.removesuffix(SHEET_SUFFIX) + fitted.suffix, fitted.content, alt)
            message = message.with_file(1, file, None)  # nobody wants to know how large a sheet is
        for note in (*made.notes, letters_note(drawn.lacking)):
            message = message.with_note(note)
        return message

    async def _cell(self, wanted: SheetCell, scratch: Scratch, locale: str, *, patient: bool) -> Cell:
        """With a picture that lies on the disk: sixteen in memory would be many."""
        missing = Cell(None, render(wanted.missing, locale), wanted.label)
        if wanted.picture is None:
            return missing
        try:
            examined = await self.originals.fetch(wanted.job, wanted.picture, scratch, max_bytes=FETCH_BYTES)
            self.originals.suffix_to_show(examined, wanted.picture.filename, patient=patient)
        except FileGone:
            return missing
        except FileTooBig:
            return replace(missing, missing=render(text("file-over-all-limits"), locale))
        except CannotFit as error:
            return replace(missing, missing=render(error.message, locale))
        with disk_full_told():
            return replace(missing, picture=await asyncio.to_thread(on_disk, examined.content, scratch))
