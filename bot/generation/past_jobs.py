"""What new jobs take over from old ones: their files, and their words."""

from collections.abc import Mapping

from msgspec import Struct

from bot.errors import NotThere
from bot.inputs.blobs import Blobs
from bot.jobs.inputs import KeptInput
from bot.jobs.job import Job
from bot.jobs.store import JobStore
from bot.texts import text

MOST_ANCESTORS = 8


class PastJobs(Struct, frozen=True):
    store: JobStore
    blobs: Blobs

    async def files_of(self, job: Job) -> Mapping[str, KeptInput]:
        """Option → the file that the job started from, under the name that people know. It may be gone."""
        options = [each.prepared.option for each in await self.store.inputs(job.id)]
        return {option: _kept(job, option) for option in options}

    async def kept_files(self, job: Job) -> Mapping[str, KeptInput]:
        """Option → the file that the job started from; from now on kept until a new job may have it.

        Raises:
            NotThere: one is gone.
        """
        found: dict[str, KeptInput] = {}
        for each in await self.store.inputs(job.id):
            prepared = each.prepared
            found[prepared.option] = _kept(job, prepared.option)
            for blob in filter(None, (prepared.blob, prepared.mask)):
                if not await self.blobs.keep(blob):
                    raise NotThere(text("again-file-gone", file=found[prepared.option].filename))
        return found

    async def words_of(self, job: Job) -> str | None:
        """What was asked for: of the job, or of the nearest one that it was made of and that took words."""
        for _ in range(MOST_ANCESTORS):
            if job.prompt or job.origin is None:
                break
            parent = await self.store.job(job.origin.job_id)
            if parent is None:
                break
            job = parent
        return job.prompt or None


def _kept(job: Job, option: str) -> KeptInput:
    return KeptInput(job.id, option, job.values.get(option, option))
