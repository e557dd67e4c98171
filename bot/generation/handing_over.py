"""Gives the ledger the files that a job made, for bots that do not reach the ComfyUI which has them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from bot.backoff import Backoff
from bot.generation.output_files import FileGone, FileTooBig, OutputFiles, ServersAway
from bot.generation.run import Run
from bot.inputs.blobs import Blobs
from bot.inputs.errors import InputRefused, InputUnavailable
from bot.jobs.job import Done, Failed, Outcome, Output
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)

MOST_FILES = 100
"""Of one job; of the others it is only told that they were made."""
MOST_BYTES = 512 * 2**20
"""Of one file: more than Discord takes of anybody."""
AT_ONCE = 4
"""Jobs of one worker: as long as their files travel, ComfyUI goes on with the next ones."""
MOST_TRIES = 12
RETRY = Backoff(first_seconds=1.0, longest_seconds=60.0)
"""All tries together take eight minutes at most, and no file keeps its job from ending for ever."""


class HandingOver:
    def __init__(self, store: JobStore, blobs: Blobs, files: OutputFiles, retry: Backoff = RETRY) -> None:
        self._store = store
        self._blobs = blobs
        self._files = files
        self._retry = retry
        self.turns = asyncio.Semaphore(AT_ONCE)
        """To be held by whoever hands over."""

    async def hand_over(self, run: Run, outcome: Outcome) -> None:
        """Have the job's files in the ledger, as far as they can be had, before its end is told."""
        if not isinstance(outcome, Done | Failed) or not outcome.outputs:
            return
        outputs = outcome.outputs[:MOST_FILES]
        blobs = [await self._handed(run, number, output) for number, output in enumerate(outputs, start=1)]
        await when_available(lambda: self._store.hand_over(run.claim, blobs))

    async def _handed(self, run: Run, number: int, output: Output) -> str | None:
        job = run.claim.job
        for tries in range(1, MOST_TRIES + 1):
            if run.signals.lost:
                break
            try:
                return await put(self._files.chunks(job, output, MOST_BYTES), self._blobs)
            except FileGone:
                log.warning("job %s: file %d is gone, and is not handed over", job.id, number)
                break
            except FileTooBig:
                log.warning("job %s: file %d is too large to be handed over", job.id, number)
                break
            except (ServersAway, InputUnavailable, InputRefused) as error:
                log.warning("job %s: file %d cannot be handed over yet (%s)", job.id, number, _why(error))
                await when_available(
                    lambda: self._store.job(job.id)
                )  # while the ledger is away no try counts
                await self._retry.pause(tries)
        return None


async def put(found: AsyncGenerator[bytes], blobs: Blobs) -> str:
    """The blob that a file is from now on, of which ``found`` brings the bytes.

    Raises:
        InputRefused, InputUnavailable: it finds no room, or not now. And whatever ``found`` raises.
    """
    async with blobs.scratch() as folder:
        file = folder / "output"
        async with aclosing(found) as chunks:
            async for chunk in chunks:
                await asyncio.to_thread(_append, file, chunk)
        return await blobs.put(file)


def _why(error: Exception) -> str:
    match error:
        case ServersAway():
            return "ComfyUI does not answer"
        case InputRefused():
            return "the store of files has no room"
        case _:
            return "the store of files does not answer"


def _append(file: Path, chunk: bytes) -> None:
    with file.open("ab") as content:
        content.write(chunk)
