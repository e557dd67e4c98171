"""Makes jobs ready, a few at once: with better words, where those were asked for, and with the files that they start from.

Each is queued then, or fails with a sentence; for want of better words none does. What file cannot be had just now is tried again for about an hour; a file's address lives a day at most. A bug in one job's files
ends that job.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from typing import Protocol, TypeAlias

from bot.backoff import Backoff
from bot.bugs import Bug, contained
from bot.errors import Refused
from bot.generation import log_lines
from bot.generation.rewording import Rewriter
from bot.inputs.errors import InputRefused, InputUnavailable
from bot.jobs.claim import Preparation
from bot.jobs.inputs import NewInput, PreparedInput
from bot.jobs.job import Failed, Job
from bot.jobs.log_context import about
from bot.jobs.retrying import when_available
from bot.jobs.rewording import Reworded
from bot.jobs.store import JobStore, Topic
from bot.texts import text

log = logging.getLogger(__name__)

AT_ONCE = 48
"""Jobs that are made ready at the same moment; three groups of them. Fewer files are fetched, and fewer words asked for:
most of it is waiting.
"""
LEASE_SECONDS = 60.0
POLL_SECONDS = 1.0
"""Wake-ups are hints, and nothing rings when the time for another try has come."""
RETRY = Backoff(first_seconds=2.0, longest_seconds=120.0)
MOST_TRIES = 45
"""About an hour of them."""


class Prepares(Protocol):
    """What :class:`bot.inputs.preparing.Inputs` does."""

    async def prepare(self, new: NewInput) -> PreparedInput: ...


class JudgesWords(Protocol):
    """What :class:`bot.moderation.words.judging.WordJudge` does."""

    async def reworded(self, job: Job, reworded: Reworded) -> Reworded: ...


class AllowsAllWords:
    """Where no rules are."""

    async def reworded(self, job: Job, reworded: Reworded) -> Reworded:  # noqa: ARG002  # of the protocol
        return reworded


_End: TypeAlias = Sequence[PreparedInput] | Failed | None
"""None: it is to be tried again later."""


class PreparationWorker:
    """``run`` must run for jobs with files, or with words to be bettered, to be queued."""

    def __init__(
        self,
        store: JobStore,
        inputs: Prepares,
        rewriter: Rewriter | None = None,
        words: JudgesWords | None = None,
        *,
        retry: Backoff = RETRY,
        most_tries: int = MOST_TRIES,
    ) -> None:
        self._store = store
        self._inputs = inputs
        self._rewriter = rewriter or Rewriter(None)
        self._words = words or AllowsAllWords()
        self._retry = retry
        self._most_tries = most_tries
        self._owner = secrets.token_hex(4)

    async def run(self) -> None:
        """Prepare jobs until cancelled."""
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while True:
                await slots.acquire()
                preparation = await self._next()
                with about(preparation.job):
                    group.create_task(
                        self._carry(preparation, slots), name=f"files of job {preparation.job.id}"
                    )

    async def _next(self) -> Preparation:
        while True:
            found = await when_available(lambda: self._store.claim_preparation(self._owner, LEASE_SECONDS))
            if found is not None:
                return found
            await self._store.wait(Topic.PREPARATION, POLL_SECONDS)

    async def _carry(self, preparation: Preparation, slots: asyncio.Semaphore) -> None:
        """Until the files are there, the job is cancelled, or another process has it."""
        where = f"the files of job {preparation.job.id}"
        work = asyncio.create_task(self._prepare(preparation, where))
        losing = asyncio.create_task(self._until_lost(preparation, where))
        try:
            await asyncio.wait({work, losing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, losing):
                task.cancel()
            ends = await asyncio.gather(work, losing, return_exceptions=True)
            slots.release()
        for end in ends:
            if isinstance(end, Exception):  # what ends the whole bot
                raise end

    async def _until_lost(self, preparation: Preparation, where: str) -> None:
        await contained(f"the lease of {where}", self._renew(preparation))

    async def _renew(self, preparation: Preparation) -> None:
        """Renew the lease until the job is cancelled, or somebody else's."""
        while True:
            await self._store.wait(Topic.CANCEL, LEASE_SECONDS / 3)
            if not await when_available(lambda: self._store.renew_preparation(preparation, LEASE_SECONDS)):
                log.info("job %s: nobody waits for its files any more", preparation.job.id)
                return

    async def _prepare(self, preparation: Preparation, where: str) -> None:
        end = await contained(where, self._made_ready(preparation))
        if isinstance(end, Bug):  # the same file would meet it again
            end = Failed(text("bug", id=end.id))
        settled = await contained(where, self._settle(preparation, end))
        if isinstance(settled, Bug):
            await self._fail(preparation, Failed(text("bug", id=settled.id)))

    async def _made_ready(self, preparation: Preparation) -> _End:
        # it never came to an end, perhaps because it ends this process
        if preparation.number > self._most_tries:
            return Failed(text("preparation-given-up"))
        if preparation.job.rewordings:  # once: what comes of it is kept, however often the files are tried
            reworded = await self._rewriter.reword(preparation)
            try:
                judged = await when_available(lambda: self._words.reworded(preparation.job, reworded))
            except Refused as error:
                return Failed(error.message)
            await when_available(lambda: self._store.reworded(preparation, judged))
        try:
            return [await self._inputs.prepare(each) for each in preparation.inputs]
        except InputRefused as error:
            return Failed(error.message)
        except InputUnavailable as error:
            log.info(log_lines.unavailable(preparation, error.message))
            return Failed(error.message) if preparation.number >= self._most_tries else None

    async def _settle(self, preparation: Preparation, end: _End) -> None:
        store = self._store
        match end:
            case None:
                seconds = self._retry.seconds(preparation.number)
                await when_available(lambda: store.postpone_preparation(preparation, seconds))
            case Failed():
                await self._fail(preparation, end)
            case inputs:
                if await when_available(lambda: store.prepared(preparation, inputs)):
                    log.info(log_lines.prepared(preparation.job, len(inputs), store.now()))

    async def _fail(self, preparation: Preparation, failed: Failed) -> None:
        store = self._store
        if await when_available(lambda: store.fail_preparation(preparation, failed)):
            log.info(log_lines.unprepared(preparation.job, failed, store.now()))
