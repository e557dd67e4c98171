"""The files that jobs made: from the backend that ran the job, or kept here where only its socket brought them.

Of a backend that this process does not reach its worker gave them to the ledger; where a moderator decides first, they were
kept there too.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from uuid import UUID

from msgspec import Struct

from bot.comfy import ComfyError, FileRef, NotFound, TooLarge
from bot.generation.servers import Servers
from bot.generation.socket_pictures import OUTPUT_TYPE, SocketPictures
from bot.inputs.blobs import Blobs
from bot.inputs.errors import BlobMissing
from bot.jobs.job import DeliveryState, Job, Output
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore


class ServersAway(Exception):
    """The backend that has a job's files does not answer now. Worth another try later."""


class FileGone(Exception):
    """The backend does not have the file any more, and never will."""


class FileTooBig(Exception):
    """The file has more bytes than the caller would take."""

    def __init__(self, size_bytes: int | None = None) -> None:
        super().__init__(size_bytes)
        self.size_bytes = size_bytes
        """None: the server did not say."""


class OutputFiles(Struct, frozen=True):
    servers: Servers
    store: JobStore
    blobs: Blobs
    pictures: SocketPictures | None

    async def chunks(
        self, job: Job, output: Output, max_bytes: int, *, preview: str | None = None
    ) -> AsyncGenerator[bytes]:
        """The bytes of a file, piece by piece.

        ``preview``: encoded anew, see :meth:`bot.comfy.ComfyClient.view`.

        Raises:
            ServersAway, FileGone, FileTooBig: see there.
        """
        reached = self.servers.reaches(job)
        handed = () if reached and not job.is_held_back else await self._handed(job)
        blob = _blob_of(output, job, handed)
        if blob is not None:
            found = self._given(blob)
        elif handed and not reached:
            raise FileGone
        elif output.type == OUTPUT_TYPE:
            found = self._kept(job, output)
        else:
            found = self._viewed(job, output, max_bytes, preview)
        size = 0
        async with aclosing(found) as chunks:
            async for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise FileTooBig
                yield chunk

    async def _viewed(
        self, job: Job, output: Output, max_bytes: int, preview: str | None
    ) -> AsyncGenerator[bytes]:
        backend = await self.servers.holder(job)
        if backend is None:
            raise (
                FileGone if self.servers.all_online else ServersAway("the server that has its files is away")
            )
        file = FileRef(output.filename, output.subfolder, output.type)
        try:
            async with aclosing(
                backend.client.view_stream(file, max_bytes=max_bytes, preview=preview)
            ) as chunks:
                async for chunk in chunks:
                    yield chunk
        except NotFound as error:
            raise FileGone from error
        except TooLarge as error:
            raise FileTooBig(error.size_bytes) from error
        except ComfyError as error:
            backend.suspect()
            raise ServersAway(str(error)) from error

    async def _handed(self, job: Job) -> Sequence[str | None]:
        handed = await when_available(lambda: self.store.handed_over(job.id))
        if not handed and self.servers.is_remote(job):
            raise ServersAway  # whoever ran it kept its files to itself, and may come to show them
        return handed

    async def _given(self, blob: str) -> AsyncGenerator[bytes]:
        try:
            async with aclosing(self.blobs.chunks(blob)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except BlobMissing as error:
            raise FileGone from error

    async def _kept(self, job: Job, output: Output) -> AsyncGenerator[bytes]:
        if self.pictures is None:
            raise FileGone
        try:
            async with aclosing(self.pictures.read(job, output)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except OSError as error:
            raise FileGone from error

    async def sweep(self) -> None:
        """Delete what is kept of jobs whose end was shown."""
        if self.pictures is not None:
            await self.pictures.sweep(self._is_to_be_posted)

    async def _is_to_be_posted(self, job_id: UUID) -> bool:
        job = await when_available(lambda: self.store.job(job_id))
        return job is not None and (not job.ended or job.delivery is DeliveryState.PENDING)


def _blob_of(output: Output, job: Job, handed: Sequence[str | None]) -> str | None:
    """``handed``: the blobs of the job's first files; none that could not be had."""
    place = job.outputs.index(output) if handed else 0
    return handed[place] if place < len(handed) else None
