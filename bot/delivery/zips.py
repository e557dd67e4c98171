"""All originals of a result as one zip, fetched anew where it fits Discord's limit; else how large it would be."""

import asyncio
import zipfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from msgspec import Struct, field

from bot.delivery.contents import Content, Scratch, opened, size_of
from bot.delivery.file_kinds import name_on_discord
from bot.delivery.fitted import CannotFit
from bot.delivery.marks import short_id
from bot.delivery.messages import Attached
from bot.delivery.originals import FETCH_BYTES, DiskFull, Originals
from bot.delivery.words import megabytes
from bot.errors import NotThere, Refused
from bot.generation import FileGone, FileTooBig, ServersAway
from bot.jobs.job import Job, Output
from bot.texts import text

AT_ONCE = 2
"""Zips that are being packed: each takes as much of the disk as Discord's limit, and one file."""
MOST_FILES = 200
_ENTRY_BYTES = 200
"""What a zip says of each file, besides its name, twice."""
_PIECE_BYTES = 1024 * 1024


class _Packing(Struct):
    """A zip that grows until it would be too large; from then on it is only counted."""

    job_id: UUID
    """In whose name it is."""
    path: Path
    limit_bytes: int
    size_bytes: int = _ENTRY_BYTES
    files: int = 0

    @property
    def fits(self) -> bool:
        return self.size_bytes <= self.limit_bytes

    def count(self, size_bytes: int, name: str = "") -> None:
        self.size_bytes += size_bytes + 2 * len(name) + _ENTRY_BYTES
        self.files += 1

    def add(self, name: str, content: Content) -> None:
        """Blocks."""
        self.count(size_of(content), name)
        if self.fits:
            # stored as they are: pictures, videos and sounds are packed already
            with (
                zipfile.ZipFile(self.path, "a", zipfile.ZIP_STORED) as archive,
                opened(content) as source,
                archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member,
            ):
                while piece := source.read(_PIECE_BYTES):
                    member.write(piece)
        if isinstance(content, Path):
            content.unlink(missing_ok=True)


class Zips(Struct, frozen=True):
    originals: Originals
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def packed(self, members: Sequence[Job], limit_bytes: int, scratch: Scratch) -> Attached:
        """The zip of what these jobs made, the first of which speaks for all.

        Raises:
            UserError: it is too large; the files are gone, or cannot be had now.
        """
        speaking = members[0]
        wanted = [(job, output) for job in members for output in job.outputs][:MOST_FILES]
        async with self.turns:
            try:
                packing = _Packing(speaking.id, scratch.new_path(".zip"), limit_bytes)
                for number, (job, output) in enumerate(wanted, start=1):
                    await self._add(packing, number, job, output, scratch)
            except ServersAway as error:
                raise Refused(text("zip-servers-away")) from error
            except (DiskFull, OSError) as error:
                raise Refused(text("zip-disk-full")) from error
        if not packing.files:
            raise NotThere(text("zip-files-gone"))
        if not packing.fits:
            size, limit = megabytes(packing.size_bytes), megabytes(limit_bytes)
            raise Refused(text("zip-too-large", count=packing.files, size=size, limit=limit))
        return Attached(f"{short_id(speaking.id)}.zip", packing.path)

    async def _add(self, packing: _Packing, number: int, job: Job, output: Output, scratch: Scratch) -> None:
        """What may not be shown, or is gone, is left out, as it is where results are posted."""
        try:
            examined = await self.originals.fetch(job, output, scratch, max_bytes=FETCH_BYTES)
            suffix = self.originals.suffix_to_show(examined, output.filename, patient=False)
        except (FileGone, CannotFit):
            return
        except FileTooBig as error:
            packing.count(error.size_bytes or FETCH_BYTES)
            return
        name = name_on_discord(packing.job_id, number, output.filename, suffix)
        await asyncio.to_thread(packing.add, name, examined.content)
