"""The files of earlier jobs, from which people start new ones."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from msgspec import Struct

from bot.generation.output_files import FileGone, FileTooBig, OutputFiles, ServersAway
from bot.inputs.earlier import EarlierFileGone
from bot.inputs.errors import InputRefused, InputUnavailable
from bot.jobs.inputs import KeptInput, MadeOutput, PreparedInput
from bot.jobs.job import Job, Output
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import text


class EarlierJobs(Struct, frozen=True):
    """A :class:`bot.inputs.earlier.EarlierFiles`; see there for what each method promises."""

    store: JobStore
    files: OutputFiles

    async def kept(self, source: KeptInput) -> PreparedInput | None:
        inputs = await when_available(lambda: self.store.inputs(source.job_id))
        found = (each.prepared for each in inputs if each.prepared.option == source.option)
        return next(found, None)

    async def made(self, source: MadeOutput, *, max_bytes: int) -> AsyncGenerator[bytes]:
        job = await when_available(lambda: self.store.job(source.job_id))
        output = None if job is None else output_of(job, source.number)
        if job is None or output is None:
            raise EarlierFileGone
        try:
            async with aclosing(self.files.chunks(job, output, max_bytes)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except FileGone as error:
            raise EarlierFileGone from error
        except FileTooBig as error:
            size = round((error.size_bytes or max_bytes) / 2**20, 1)
            raise InputRefused(text("input-too-large", size=size, limit=max_bytes // 2**20)) from error
        except ServersAway as error:
            raise InputUnavailable(text("input-servers-away")) from error


def output_of(job: Job, number: int) -> Output | None:
    """The job's file with this number, counting from 1."""
    outputs = job.outputs
    return outputs[number - 1] if 1 <= number <= len(outputs) else None
