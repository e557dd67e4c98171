"""Carrying jobs out: a worker for each ComfyUI that this process reaches."""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.bugs import kept_running
from bot.generation.backends import Backend
from bot.generation.event_sockets import EventSockets
from bot.generation.handing_over import HandingOver
from bot.generation.parts import Parts
from bot.generation.run import RunContext
from bot.generation.uploads import Uploads
from bot.generation.worker import BackendWorker
from bot.jobs.job import Job


class Execution:
    """``run`` must run for jobs to be carried out."""

    def __init__(self, parts: Parts, *, boot: str | None = None, hands_over: bool = False) -> None:
        """``boot``: unique per process. ``hands_over``: bots that do not reach these backends show what comes of jobs."""
        self._parts = parts
        self._boot = boot or secrets.token_hex(4)
        self._handing_over = HandingOver(parts.store, parts.blobs, parts.files) if hands_over else None
        self._workers: dict[str, BackendWorker] = {}
        """By the name of their backend; empty while no jobs are carried out."""

    def jobs_on(self, backend: str) -> Sequence[Job]:
        """The jobs that a backend has, in the order in which it will do them."""
        worker = self._workers.get(backend)
        return () if worker is None else [run.claim.job for run in worker.runs.values()]

    async def run(self) -> None:
        """Carry jobs out until cancelled."""
        backends, servers = self._parts.backends, self._parts.servers
        async with AsyncExitStack() as stack:
            self._workers.clear()
            for backend in backends:
                sockets = await stack.enter_async_context(EventSockets.open(backend.client))
                context = self._context(backend, sockets)
                self._workers[backend.name] = BackendWorker(
                    context, servers.abandoned(backend), self._handing_over
                )
            # Inside of the sockets: runs that are told to stop may still hold one.
            group = await stack.enter_async_context(asyncio.TaskGroup())
            services = {f"watch {backend.name}": backend.run for backend in backends}
            services |= {f"worker {name}": worker.run for name, worker in self._workers.items()}
            for name, service in services.items():
                group.create_task(kept_running(name, service), name=name)

    def _context(self, backend: Backend, sockets: EventSockets) -> RunContext:
        parts = self._parts
        return RunContext(
            backend=backend,
            sockets=sockets,
            store=parts.store,
            usual_times=parts.usual_times,
            board=parts.board,
            boot=self._boot,
            servers=parts.servers,
            uploads=Uploads(backend, parts.blobs),
            timeouts=parts.rules.timeouts,
            option_of=parts.workflows.option_of,
            quarantine=parts.quarantine,
            orders=parts.orders,
            policy=parts.rules.policy,
            pictures=parts.files.pictures,
        )
