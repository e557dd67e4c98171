"""Keeps what jobs made while a moderator decides about it: ComfyUI forgets its temporary files with every start.

What finds no room is not kept: it is fetched from ComfyUI once more when it is to be posted, and may be gone then.
"""

import logging
from collections.abc import Sequence

from bot.generation.handing_over import MOST_BYTES, MOST_FILES, put
from bot.generation.output_files import FileGone, FileTooBig, OutputFiles
from bot.inputs.blobs import Blobs
from bot.inputs.errors import InputRefused, InputUnavailable
from bot.jobs.job import Job, Output
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)


class OutputKeeper:
    def __init__(self, store: JobStore, blobs: Blobs, files: OutputFiles) -> None:
        self._store = store
        self._blobs = blobs
        self._files = files

    async def keep(self, jobs: Sequence[Job]) -> None:
        """Have the files of these jobs here until they were shown; what is kept already stays.

        Raises:
            ServersAway: not now.
        """
        for job in jobs:
            if job.outputs and not await when_available(lambda job=job: self._store.handed_over(job.id)):
                blobs = [await self._kept(job, output) for output in job.outputs[:MOST_FILES]]
                await when_available(lambda job=job, blobs=blobs: self._store.keep_outputs(job.id, blobs))

    async def _kept(self, job: Job, output: Output) -> str | None:
        try:
            return await put(self._files.chunks(job, output, MOST_BYTES), self._blobs)
        except (FileGone, FileTooBig):
            log.info("job %s: a file is gone or too large, and is not kept", job.id)
        except (InputRefused, InputUnavailable):
            log.warning("job %s: the store of files takes no more, so that a file is not kept", job.id)
        return None
