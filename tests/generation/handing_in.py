"""A service that takes files: between a server that hands them out, as Discord's does, and ComfyUIs."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from bot.backoff import Backoff
from bot.comfy import ComfyClient, Server
from bot.generation import Execution, Generation, Housekeeping, Parts, PreparationWorker, Rules
from bot.inputs.file_blobs import FileBlobs
from bot.inputs.limits import InputLimits
from bot.inputs.preparing import Inputs
from bot.jobs.inputs import Area, Attachment, InputKind, Masking, NewInput
from bot.jobs.job import Job, Limits, NewJob, Outcome
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.generation.rig import RULES, blobs_beside, eventually
from tests.generation.sample import new_job

SOON = Backoff(first_seconds=0.02, longest_seconds=0.05)
NEEDS = frozenset({"LoadImage", "SaveImage"})
GRAPH: Mapping[str, object] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "the workflow's own.png"}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "again"}},
}
CENTRE = Masking(area=Area.CENTRE)


@dataclass
class Cdn:
    """Hands out what the test puts into ``files``, when and how the test likes."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: Counter[str] = field(default_factory=Counter[str])
    given: Counter[str] = field(default_factory=Counter[str])
    left: int = 0
    """How often somebody hung up on an answer that was held."""
    is_away: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set: answers begin, and come to no end."""
    origin: str = ""

    def put(self, filename: str, content: bytes) -> Attachment:
        self.files[filename] = content
        return Attachment(f"{self.origin}/{filename}?ex=1&hm=2", filename, len(content))

    async def give(self, request: web.Request) -> web.StreamResponse:
        filename = request.match_info["filename"]
        self.asked[filename] += 1
        if self.is_away:
            return web.Response(status=503)
        content = self.files.get(filename)
        if content is None:
            return web.Response(status=404)
        answer = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await answer.prepare(request)
        try:
            await answer.write(content[:1])
            await self.open.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        await answer.write(content[1:])
        self.given[filename] += 1
        return answer


@asynccontextmanager
async def cdn_running() -> AsyncGenerator[Cdn]:
    cdn = Cdn()
    cdn.open.set()
    app = web.Application()
    app.router.add_get("/{filename}", cdn.give)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    try:
        cdn.origin = str(server.make_url("").origin())
        yield cdn
    finally:
        await server.close()


@dataclass(slots=True)
class Life:
    """One life of the service, on the ledger and the blobs of those before."""

    store: SqliteStore
    blobs: FileBlobs
    generation: Generation

    async def submit(self, job: NewJob) -> UUID:
        return (await self.store.submit(job, Limits())).job_id

    async def job(self, job_id: UUID) -> Job:
        job = await self.store.job(job_id)
        assert job is not None
        return job

    async def outcome(self, job_id: UUID) -> Outcome:
        async def ended() -> bool:
            return (await self.job(job_id)).ended

        await eventually(ended)
        outcome = (await self.job(job_id)).outcome
        assert outcome is not None
        return outcome


@dataclass(slots=True)
class Place:
    folder: Path
    cdn: Cdn
    backends: Sequence[ComfyStandIn]

    @property
    def comfy(self) -> ComfyStandIn:
        return self.backends[0]

    @asynccontextmanager
    async def life(
        self, *, most_tries: int = 20, limits: InputLimits | None = None, rules: Rules = RULES
    ) -> AsyncGenerator[Life]:
        """Everything runs; at the end it is stopped in order, as by SIGTERM."""
        database = self.folder / "jobs.db"
        async with aiohttp.ClientSession() as session, SqliteStore.open(database) as store:
            blobs = await blobs_beside(database)
            clients = [ComfyClient(session, Server(backend.url)) for backend in self.backends]
            parts = Parts(store, clients, (), rules, blobs)
            generation = Generation(parts)
            origins = frozenset({self.cdn.origin})
            with Inputs(
                session, blobs, limits or InputLimits(), generation.earlier, origins=origins
            ) as inputs:
                preparing = PreparationWorker(store, inputs, retry=SOON, most_tries=most_tries)
                tasks = [
                    asyncio.create_task(run())
                    for run in (Execution(parts).run, Housekeeping(parts).run, preparing.run)
                ]
                try:
                    yield Life(store, blobs, generation)
                    for task in tasks:
                        if task.done():
                            task.result()
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def handing_in(folder: Path, backends: int = 1) -> AsyncGenerator[Place]:
    async with AsyncExitStack() as stack:
        cdn = await stack.enter_async_context(cdn_running())
        running = [
            await stack.enter_async_context(ComfyStandIn.running(speed=INSTANT)) for _ in range(backends)
        ]
        yield Place(folder, cdn, running)


def job_from(
    attachment: Attachment, *, number: int = 1, masking: Masking | None = None, user_id: int = 7
) -> NewJob:
    """A job that shows the picture again."""
    given = NewInput("image", InputKind.IMAGE, attachment, (("1", "image"),), masking)
    job = new_job(number, graph=GRAPH, needs=NEEDS, inputs=(given,))
    return replace(job, place=replace(job.place, user_id=user_id))
