"""A bot and workers that meet in one ledger only, between tests that tell stories to the workers' ComfyUIs."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp

from bot.comfy import ComfyClient, Server
from bot.generation import Composition, Generation, Parts, Rules
from bot.inputs.file_blobs import FileBlobs
from bot.jobs.progress_bus import KeptPreview
from bot.jobs.sqlite import SqliteStore
from bot.role import Role
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.workflows import Draft, Template
from tests.generation.rig import RULES, Rig, together
from tests.jobs.sample import MovableClock


@dataclass
class BusOfOneProcess:
    """A :class:`bot.jobs.progress_bus.ProgressBus` for tests without a database server."""

    messages: list[str] = field(default_factory=list[str])
    previews: dict[UUID, KeptPreview] = field(default_factory=dict[UUID, KeptPreview])
    fetched: int = 0
    _ears: set[asyncio.Queue[str]] = field(default_factory=set[asyncio.Queue[str]])

    @property
    def listeners(self) -> int:
        return len(self._ears)

    async def send(self, job_id: UUID, message: str, preview: KeptPreview | None = None) -> None:
        if preview is not None:
            self.previews[job_id] = preview
        self.messages.append(message)
        for ear in self._ears:
            ear.put_nowait(message)

    async def hear(self) -> AsyncGenerator[str]:
        ear = asyncio.Queue[str]()
        self._ears.add(ear)
        try:
            while True:
                yield await ear.get()
        finally:
            self._ears.discard(ear)

    async def preview(self, job_id: UUID) -> KeptPreview | None:
        self.fetched += 1
        return self.previews.get(job_id)

    async def forget(self, job_id: UUID) -> None:
        self.previews.pop(job_id, None)


class SlowBlobs(FileBlobs):
    """Blobs that take nothing while they are held."""

    free: asyncio.Event

    async def put(self, file: Path) -> str:
        await self.free.wait()
        return await super().put(file)


@dataclass(slots=True)
class Apart:
    store: SqliteStore
    blobs: SlowBlobs
    clock: MovableClock
    bus: BusOfOneProcess
    session: aiohttp.ClientSession
    rules: Rules = RULES

    @asynccontextmanager
    async def worker(self, name: str, comfy: ComfyStandIn) -> AsyncGenerator[Parts]:
        """A worker, stopped in order at the end."""
        clients = [ComfyClient(self.session, Server(comfy.url))]
        parts = Parts(self.store, clients, (), self.rules, self.blobs, worker=name)
        async with _running(Composition(Role.WORKER, parts, self.bus, hands_over=True)):
            yield parts

    @asynccontextmanager
    async def bot(self, templates: Sequence[Template | Draft] = ()) -> AsyncGenerator[Rig]:
        """A bot that reaches no ComfyUI."""
        parts = Parts(self.store, (), templates, self.rules, self.blobs, worker="bot")
        composition = Composition(Role.BOT, parts, self.bus)
        async with _running(composition):
            yield Rig(self.store, Generation(parts, composition.jobs_on), ())


@asynccontextmanager
async def _running(composition: Composition) -> AsyncGenerator[None]:
    await composition.prepare()
    task = asyncio.create_task(together(*composition.services.values()))
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def apart(tmp_path: Path, rules: Rules = RULES) -> AsyncGenerator[Apart]:
    clock = MovableClock()
    async with (
        aiohttp.ClientSession() as session,
        SqliteStore.open(tmp_path / "jobs.db", clock=clock) as store,
    ):
        blobs = await SlowBlobs.open(tmp_path / "inputs", total_bytes=2**30)
        assert isinstance(blobs, SlowBlobs)
        blobs.free = asyncio.Event()
        blobs.free.set()
        yield Apart(store, blobs, clock, BusOfOneProcess(), session, rules)


@asynccontextmanager
async def comfyuis(count: int) -> AsyncGenerator[Sequence[ComfyStandIn]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(ComfyStandIn.running(speed=INSTANT)) for _ in range(count)]
