"""What a job made, fetched once more: as it was made for one person, or as it was shown for another channel."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.contents import Scratch
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.file_kinds import name_on_discord
from bot.delivery.fitted import CannotFit
from bot.delivery.fitter import Fitter
from bot.delivery.made import Made
from bot.delivery.marks import short_id
from bot.delivery.message_files import FILES_A_MESSAGE, MessageFiles
from bot.delivery.messages import Attached
from bot.delivery.originals import DiskFull, Files, Originals, OutputsGone, Showing
from bot.delivery.outputs import OutputFetcher
from bot.delivery.upload_limits import UploadLimit
from bot.delivery.words import megabytes
from bot.delivery.zipping import zipped_together
from bot.errors import NotThere
from bot.generation import FileGone, FileTooBig, ServersAway
from bot.jobs.job import Job, Output
from bot.moderation.guild_settings import GuildSettings
from bot.texts import Text, text

AT_ONCE = 2
"""Persons whose files are fetched at the same time; a delivery has its own."""
_OVERHEAD_BYTES = 512
"""Of a zip, for each of its files."""


class Copied(Struct, frozen=True):
    """The files of a job as they were made, as far as one answer takes them."""

    files: tuple[Attached, ...] = ()
    notes: tuple[Text, ...] = ()
    """What is not there, and why."""

    def with_note(self, note: Text) -> "Copied":
        return self if note in self.notes else replace(self, notes=(*self.notes, note))


class Copies:
    def __init__(self, generation: Files, showing: Showing, settings: GuildSettings) -> None:
        self._generation = generation
        self._settings = settings
        self._showing = showing
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._gate = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def originals(self, job: Job, limit: UploadLimit) -> AsyncGenerator[Copied]:
        """The files lie on the disk, perhaps, until the block ends. Several come as one zip."""
        async with self._fetching() as (originals, scratch):
            found = await self._found(job, limit, originals, scratch)
            if len(found.files) > 1:
                members = [(each.name, each.content) for each in found.files]
                packed = await asyncio.to_thread(zipped_together, members, scratch)
                found = replace(found, files=(Attached(f"{short_id(job.id)}.zip", packed),))
            yield found

    @asynccontextmanager
    async def shown(self, job: Job, limit: UploadLimit) -> AsyncGenerator[MessageFiles]:
        """The first message of the result, as it would be posted.

        Raises:
            NotThere: nothing is left of it, or not now.
        """
        outputs = job.outputs[: min(FILES_A_MESSAGE, self._showing.max_outputs)]
        async with self._fetching() as (originals, scratch):
            messages = OutputFetcher(originals).messages(job, Made(outputs), limit, scratch)
            try:
                found = [each async for each in messages]
            except OutputsGone as error:
                raise NotThere(text("originals-gone")) from error
            except (ServersAway, DiskFull) as error:
                raise NotThere(text("originals-away")) from error
            yield found[0]

    @asynccontextmanager
    async def _fetching(self) -> AsyncGenerator[tuple[Originals, Scratch]]:
        async with self._turn, Scratch() as scratch:
            with Fitter(self._showing.keep, Ffmpeg.named(self._showing.ffmpeg)) as fitter:
                yield Originals(self._generation, fitter, self._showing, self._settings, self._gate), scratch

    async def _found(self, job: Job, limit: UploadLimit, originals: Originals, scratch: Scratch) -> Copied:
        found, room = Copied(), min(limit.file_bytes, limit.request_bytes)
        for number, output in enumerate(job.outputs[: self._showing.max_outputs], start=1):
            try:
                examined = await originals.fetch(job, output, scratch, max_bytes=room)
                suffix = originals.suffix_to_show(examined, output.filename, patient=False)
            except FileGone:
                found = found.with_note(text("originals-gone"))
            except (ServersAway, DiskFull):
                return found.with_note(text("originals-away"))
            except FileTooBig as error:
                found = found.with_note(_too_large(output, error.size_bytes))
            except CannotFit as error:
                found = found.with_note(error.message)
            else:
                name = name_on_discord(job.id, number, output.filename, suffix)
                file = Attached(name, examined.content)
                room -= file.size_bytes + _OVERHEAD_BYTES
                found = replace(found, files=(*found.files, file))
        return found


def _too_large(output: Output, size_bytes: int | None) -> Text:
    if size_bytes is None:
        return text("original-too-large", name=output.filename)
    return text("original-too-large-size", name=output.filename, size=megabytes(size_bytes))
