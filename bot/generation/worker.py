"""The worker of one backend: claims jobs in fair order and keeps one running and one waiting inside ComfyUI."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from uuid import UUID

from bot.comfy import ComfyError, QueueItem
from bot.generation.run import Run, Workshop
from bot.generation.situation import MovedOn
from bot.jobs.job import Claim, Verdict, Worker
from bot.jobs.retrying import when_available
from bot.jobs.store import Fenced, StoreUnavailable, Topic

log = logging.getLogger(__name__)

SLOTS = 2
"""One prompt runs and one waits, so that the GPU never idles and the order stays the ledger's."""
LEASE_SECONDS = 60.0
POLL_SECONDS = 1.0
"""Wake-ups are hints; the ledger is looked at this often all the same."""


class BackendWorker:
    """Runs until cancelled. A job that was claimed is finished, or goes back to its place in the queue."""

    def __init__(self, workshop: Workshop, dead: Callable[[], frozenset[str]]) -> None:
        self._shop = workshop
        self._dead = dead
        self._owner = f"{workshop.boot}:{workshop.backend.name}"
        self._slots = asyncio.Semaphore(SLOTS)
        self._runs = asyncio.TaskGroup()
        self._swept = 0

    async def run(self) -> None:
        async with self._runs:
            while True:
                await self._slots.acquire()
                run = Run(await self._next_claim(), self._shop)
                self._runs.create_task(self._carry(run), name=f"job {run.claim.job.id}")
                # In order: the next job is claimed when this one is inside ComfyUI, never beside it.
                await run.settled_in.wait()

    async def _next_claim(self) -> Claim:
        backend, store = self._shop.backend, self._shop.store
        while True:
            await backend.wait_online()
            if self._swept != backend.returns:
                await self._sweep()
            if backend.capabilities is not None:
                me = Worker(self._owner, backend.name, backend.capabilities, self._dead())
                claim = await when_available(partial(store.claim, me, LEASE_SECONDS))
                if claim is not None:
                    log.info("job %s: claimed for %s", claim.job.id, backend.name)
                    return claim
            await store.wait(Topic.QUEUED, POLL_SECONDS)

    async def _carry(self, run: Run) -> None:
        store, job_id = self._shop.store, run.claim.job.id
        try:
            async with self._leased(run):
                outcome = await run.carry_out()
                if await when_available(lambda: store.finish(run.claim, outcome, run.timing)):
                    log.info("job %s: %s", job_id, type(outcome).__name__.lower())
        except MovedOn:
            log.info("job %s: back to the queue, %s is away", job_id, self._shop.backend.name)
            await when_available(lambda: store.release(run.claim))
        except Fenced:
            log.warning("job %s: another worker has it", job_id)
        except asyncio.CancelledError:
            # Going down: the prompt stays on the GPU, the next start finds it again.
            with suppress(StoreUnavailable):
                await asyncio.shield(store.release(run.claim))
            raise
        finally:
            self._shop.board.clear(job_id)
            self._slots.release()

    @asynccontextmanager
    async def _leased(self, run: Run) -> AsyncGenerator[None]:
        """Renew the lease for as long as the block runs, and tell the run what is learnt from it."""
        renewal = self._runs.create_task(self._renew(run), name=f"lease {run.claim.job.id}")
        try:
            yield
        finally:
            renewal.cancel()

    async def _renew(self, run: Run) -> None:
        store = self._shop.store
        while True:
            await store.wait(Topic.CANCEL, LEASE_SECONDS / 3)
            async with run.claim_lock:
                verdict = await when_available(lambda: store.renew(run.claim, LEASE_SECONDS))
            match verdict:
                case Verdict.OK:
                    pass
                case Verdict.LOST:
                    run.orders.lose()
                    return
                case Verdict.CANCEL:
                    job = await when_available(lambda: store.job(run.claim.job.id))
                    run.orders.cancel((job and job.cancel_requested_by) or 0)

    async def _sweep(self) -> None:
        """After a return of the backend: stop prompts of ours that it holds and that no job waits for any more."""
        backend = self._shop.backend
        returns = backend.returns
        try:
            queue = await backend.client.queue()
            for item in (*queue.running, *queue.pending):
                if await self._is_orphan(item):
                    log.info("prompt %s on %s: no job waits for it", item.prompt_id, backend.name)
                    await backend.client.cancel(UUID(item.prompt_id))
        except ComfyError:
            backend.suspect()
        else:
            self._swept = returns

    async def _is_orphan(self, item: QueueItem) -> bool:
        tag = item.extra_data.get("comfycord")
        job_id = tag.get("job") if isinstance(tag, dict) else None
        try:
            _ = UUID(
                item.prompt_id
            )  # other clients of a ComfyUI may call a prompt anything, and copy our tag
            job = await when_available(lambda: self._shop.store.job(UUID(str(job_id))))
        except ValueError:
            return False
        return job is not None and (job.ended or str(job.prompt_id) != item.prompt_id)
