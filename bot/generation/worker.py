"""The worker of one backend: claims jobs in fair order and keeps one running and one waiting inside ComfyUI."""

import asyncio
import logging
from collections.abc import Container
from contextlib import suppress
from functools import partial
from typing import TypeAlias
from uuid import UUID

from bot.bugs import Bug, contained
from bot.comfy import ComfyError
from bot.generation import log_lines
from bot.generation.expecting import in_flight
from bot.generation.handing_over import HandingOver
from bot.generation.lookup import BackendReplaced, BackendUnfit
from bot.generation.run import Run, RunContext
from bot.generation.sweep import sweep
from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.job import Done, Failed, Outcome, Timing
from bot.jobs.log_context import about
from bot.jobs.retrying import when_available
from bot.jobs.store import Fenced, StoreUnavailable, Topic
from bot.texts import text
from bot.workflows.needs import models_in

log = logging.getLogger(__name__)

SLOTS = 2
"""One prompt runs and one waits, so that the GPU never idles and the order stays the ledger's."""
LEASE_SECONDS = 60.0
WAITS_SECONDS = 2.0
"""So long before the end of what runs the next job goes to wait behind it."""
LOOK_SECONDS = 1.0
"""Progress says meanwhile how much is left."""
POLL_SECONDS = 1.0
"""Wake-ups are hints; the ledger is looked at this often all the same."""


_End: TypeAlias = Outcome | BackendReplaced | BackendUnfit | Fenced


class _Slot:
    """A job's place inside ComfyUI."""

    def __init__(self, slots: asyncio.Semaphore, freed: asyncio.Event) -> None:
        self._slots: asyncio.Semaphore | None = slots
        self._freed = freed

    def free(self) -> None:
        """Let the next job have it."""
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.release()
            self._freed.set()


class BackendWorker:
    """Runs until cancelled. A job that was claimed is finished, or goes back to its place in the queue."""

    def __init__(
        self, context: RunContext, abandoned: Container[str], handing_over: HandingOver | None = None
    ) -> None:
        """``abandoned``: the names of backends whose jobs this one may take over.

        ``handing_over``: for bots that do not reach the backend; None: there are none.
        """
        self.runs: dict[UUID, Run] = {}
        """In flight, as they were claimed."""
        self._context = context
        self._abandoned = abandoned
        self._handing_over = handing_over
        self._owner = f"{context.boot}:{context.backend.name}"
        self._loaded = frozenset[str]()
        """The models that ComfyUI will have loaded when the next job begins: those of the one before, as far as it needs any."""
        self._freed = asyncio.Event()
        """A place inside ComfyUI was freed."""
        self._left_prompts = 0
        """How many runs ended and could not take their prompt out of ComfyUI."""
        self._swept = (0, 0)

    @property
    def _worth_sweeping(self) -> tuple[int, int]:
        """Another value than at the last sweep: ComfyUI may hold prompts that no job waits for."""
        return self._context.backend.returns, self._left_prompts

    async def run(self) -> None:
        slots = asyncio.Semaphore(SLOTS)
        async with asyncio.TaskGroup() as group:
            while True:
                await slots.acquire()
                await self._until_nearly_free(slots)
                run = Run(await self._next_claim(), self._context)
                slot = _Slot(slots, self._freed)
                with about(run.claim.job):
                    group.create_task(self._carry(run, slot, group), name=f"job {run.claim.job.id}")
                # In order: the next job is claimed when this one is inside ComfyUI, never beside it.
                await run.submitted.wait()

    async def _until_nearly_free(self, slots: asyncio.Semaphore) -> None:
        """What goes and waits inside ComfyUI is out of the fair order: not before what runs there is nearly done.

        Where nobody knows how long that takes it goes at once.
        """
        while slots.locked() and (seconds := self._seconds_left()) > WAITS_SECONDS:
            self._freed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds - WAITS_SECONDS, LOOK_SECONDS)):
                    await self._freed.wait()

    def _seconds_left(self) -> float:
        board, now = self._context.board, self._context.store.now()
        inside = (run for run in self.runs.values() if run.timing is None)
        left = (in_flight(run.claim.job, board.latest(run.claim.job.id)).seconds_left(now) for run in inside)
        return max((seconds for seconds in left if seconds is not None), default=0.0)

    async def _next_claim(self) -> Claim:
        backend, store = self._context.backend, self._context.store
        while True:
            await backend.wait_online()
            if self._swept != self._worth_sweeping:
                await self._sweep()
            if backend.capabilities is not None and not self._context.orders.is_paused(backend.name):
                me = Worker(self._owner, backend.name, backend.capabilities, self._abandoned, self._loaded)
                claim = await when_available(partial(store.claim, me, LEASE_SECONDS))
                if claim is not None:
                    self._loaded = models_in(claim.job.needs) or self._loaded
                    with about(claim.job):
                        log.info(log_lines.claimed(claim, backend.name, store.now()))
                    return claim
            await store.wait(Topic.QUEUED, POLL_SECONDS)

    async def _carry(self, run: Run, slot: _Slot, group: asyncio.TaskGroup) -> None:
        """The whole life of a run. What nobody foresaw in it ends this job, and nothing else."""
        store, job = self._context.store, run.claim.job
        self.runs[job.id] = run
        renewal = group.create_task(self._keep_lease(run), name=f"lease {job.id}")
        try:
            end = await contained(f"job {job.id}", _end_of(run))
            await contained(f"the files of job {job.id}", self._hand_over(run, end, slot))
            await contained(f"the end of job {job.id}", self._settle(run, end))
            self._left_prompts += run.left_prompt
        except asyncio.CancelledError:
            # Going down: the prompt stays on the GPU, the next start finds it again.
            with suppress(StoreUnavailable):
                await asyncio.shield(store.release(run.claim))
            raise
        finally:
            renewal.cancel()
            del self.runs[job.id]
            self._context.board.clear(job.id)
            run.submitted.set()
            slot.free()

    async def _hand_over(self, run: Run, end: _End | Bug, slot: _Slot) -> None:
        if self._handing_over is not None and isinstance(end, Done | Failed):
            async with self._handing_over.turns:
                slot.free()  # ComfyUI is done with it, and files may travel for minutes
                await self._handing_over.hand_over(run, end)

    async def _settle(self, run: Run, end: _End | Bug) -> None:
        job_id = run.claim.job.id
        match end:
            case BackendReplaced():
                log.warning("job %s: back to the queue, for another server", job_id)
                await when_available(lambda: self._context.store.release(run.claim))
            case BackendUnfit():
                log.warning("job %s: back to the queue, until a server has what it needs", job_id)
                await when_available(lambda: self._context.store.release(run.claim, unbound=True))
            case Fenced():
                log.warning("job %s: another worker has it", job_id)
            case Bug():
                await self._give_up(run, end)
            case outcome:
                finished = await contained(f"the end of job {job_id}", self._finish(run, outcome, run.timing))
                if isinstance(finished, Bug):  # for instance an output that cannot be written down
                    await self._finish(run, Failed(text("bug", id=finished.id)))

    async def _give_up(self, run: Run, bug: Bug) -> None:
        """A job that met a bug would meet it again: it fails at once, and its prompt is stopped."""
        await self._finish(run, Failed(text("bug", id=bug.id)))
        await run.abandon()

    async def _finish(self, run: Run, outcome: Outcome, timing: Timing | None = None) -> None:
        store = self._context.store
        if await when_available(lambda: store.finish(run.claim, outcome, timing)):
            name = self._context.backend.name
            log.info(log_lines.ended(run.claim.job, name, outcome, timing, store.now()))

    async def _keep_lease(self, run: Run) -> None:
        """Renew the lease until cancelled. Without a lease the run must end: somebody else may have the job."""
        if isinstance(await contained(f"the lease of job {run.claim.job.id}", self._renew(run)), Bug):
            run.signals.lose()

    async def _renew(self, run: Run) -> None:
        store = self._context.store
        while True:
            await store.wait(Topic.CANCEL, LEASE_SECONDS / 3)
            async with run.claim_lock:
                verdict = await when_available(lambda: store.renew(run.claim, LEASE_SECONDS))
            match verdict:
                case Verdict.OK:
                    pass
                case Verdict.LOST:
                    run.signals.lose()
                    return
                case Verdict.CANCEL:
                    job = await when_available(lambda: store.job(run.claim.job.id))
                    run.signals.cancel((job and job.cancel_requested_by) or 0)

    async def _sweep(self) -> None:
        backend = self._context.backend
        worth = self._worth_sweeping
        done = await contained(f"the queue of {backend.name}", self._swept_queue())
        if done is not False:  # after a bug, too: it would only come again
            self._swept = worth

    async def _swept_queue(self) -> bool:
        backend = self._context.backend
        try:
            recognise = partial(self._context.servers.recognise, backend)
            await sweep(backend.client, self._context.store, recognise)
        except ComfyError:
            backend.suspect()
            return False
        return True


async def _end_of(run: Run) -> _End:
    """The end of a run, foreseen ones that are no outcome included."""
    try:
        return await run.carry_out()
    except (BackendReplaced, BackendUnfit, Fenced) as end:
        return end
