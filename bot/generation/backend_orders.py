"""What the operator wants of the backends, from memory: which hand out no jobs, and whose memory is to be made free.

The bot that is told may reach no ComfyUI: the ledger takes it to the worker that does.
"""

import logging
from collections.abc import Sequence

from bot.comfy import Away, ComfyError, TimedOut
from bot.generation.backends import Backend
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""A wake-up is a hint: the ledger is looked at this often all the same."""


class BackendOrders:
    def __init__(self, store: JobStore, own: Sequence[Backend]) -> None:
        """``own``: the backends that this process reaches."""
        self._store = store
        self._own = {backend.name: backend for backend in own}
        self._paused: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self._store.wait(Topic.OPERATOR, LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """See what the ledger tells now, and do it."""
        orders = await when_available(self._store.backend_orders)
        self._paused = frozenset(each.backend for each in orders if each.paused)
        for each in orders:
            backend = self._own.get(each.backend)
            if each.free_memory and backend is not None and backend.online:
                await self._free(backend)

    def is_paused(self, backend: str) -> bool:
        """Whether no job is to begin there."""
        return backend in self._paused

    async def pause(self, backend: str, *, by: int) -> bool:
        """Let no job begin there; those that run go on. False: so it was. May raise ``StoreUnavailable``, as all below."""
        return await self._told(backend, paused=True, by=by)

    async def resume(self, backend: str, *, by: int) -> bool:
        """Let jobs begin there again. False: nobody had paused it."""
        return await self._told(backend, paused=False, by=by)

    async def free_memory(self, backend: str, *, by: int) -> None:
        """Let its models out of its memory, as soon as the prompt that runs has ended."""
        await self._store.ask_for_memory(backend, by=by)
        await self.look()

    async def _told(self, backend: str, *, paused: bool, by: int) -> bool:
        changed = await self._store.pause_backend(backend, paused=paused, by=by)
        await self.look()
        return changed

    async def _free(self, backend: Backend) -> None:
        try:
            await backend.client.free(unload_models=True, free_memory=True)
        except (Away, TimedOut):
            return  # it is asked once it answers
        except ComfyError as error:
            log.warning("the memory of ComfyUI %s cannot be made free: %s", backend.label, error)
        else:
            log.info("ComfyUI %s was told to free its memory", backend.label)
        await when_available(lambda: self._store.memory_freed(backend.name))
