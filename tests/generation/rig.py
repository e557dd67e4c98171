"""A generation service over real sockets and a real ledger, between tests that tell stories to its ComfyUI."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiohttp
from msgspec.structs import replace

from bot.backoff import Backoff
from bot.comfy import ComfyClient, Server
from bot.generation import Composition, Generation, Parts, Progress, Rules, Timeouts
from bot.inputs.file_blobs import FileBlobs
from bot.jobs.job import Job, Limits, NewJob, Outcome, Output
from bot.jobs.sqlite import SqliteStore
from bot.role import Role
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from bot.workflows import Draft, Template
from tests.generation.sample import new_job

QUICK = Timeouts(
    silence_seconds=0.3,
    absent_seconds=0.1,
    retry=Backoff(first_seconds=0.05, longest_seconds=1.0),
    place_seconds=0.05,
    brief_seconds=0.1,
    last_events_seconds=1.0,
)
RULES = Rules(limits=Limits(), keep_jobs_seconds=86_400, timeouts=QUICK)
PATIENT = replace(RULES, timeouts=replace(QUICK, silence_seconds=60))
"""Where no event comes, HTTP is not asked before the test is over."""


@dataclass(slots=True)
class Rig:
    store: SqliteStore
    generation: Generation
    backends: tuple[ComfyStandIn, ...]

    @property
    def comfy(self) -> ComfyStandIn:
        return self.backends[0]

    async def submit(self, job: NewJob) -> UUID:
        return (await self.store.submit(job, Limits())).job_id

    async def job(self, job_id: UUID) -> Job:
        job = await self.store.job(job_id)
        assert job is not None
        return job

    async def outcome(self, job_id: UUID) -> Outcome:
        """Wait for the job's end."""
        await eventually(lambda: self._ended(job_id))
        outcome = (await self.job(job_id)).outcome
        assert outcome is not None
        return outcome

    async def _ended(self, job_id: UUID) -> bool:
        return (await self.job(job_id)).ended

    async def progress(self, job_id: UUID, wanted: Callable[[Progress], bool]) -> Progress:
        """Wait for a progress on the board that is wanted."""
        while True:
            latest = self.generation.board.latest(job_id)
            if latest is not None and wanted(latest):
                return latest
            await self.generation.board.changed(job_id, 0.2)


async def eventually(condition: Callable[[], object], timeout_seconds: float = 20) -> None:
    """Wait until ``condition`` (a plain function, or one that returns an awaitable) is true."""
    async with asyncio.timeout(timeout_seconds):
        while True:
            answer = condition()
            if asyncio.iscoroutine(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(0.01)


async def blobs_beside(database: Path) -> FileBlobs:
    return await FileBlobs.open(database.with_name("inputs"), total_bytes=2**30)


@asynccontextmanager
async def service(
    path: Path,
    urls: Sequence[str],
    templates: Sequence[Template | Draft] = (),
    rules: Rules = RULES,
    kind_of_store: type[SqliteStore] = SqliteStore,
) -> AsyncGenerator[tuple[SqliteStore, Generation]]:
    """The service on a ledger, carrying jobs out; stopped in order at the end, as by SIGTERM."""
    async with aiohttp.ClientSession() as session, kind_of_store.open(path) as store:
        clients = [ComfyClient(session, Server(url)) for url in urls]
        blobs = await blobs_beside(path)
        parts = Parts(store, clients, templates, rules, blobs)
        composition = Composition(Role.ALL, parts)
        generation = Generation(parts, composition.jobs_on)
        task = asyncio.create_task(together(*composition.services.values()))
        try:
            yield store, generation
            if task.done():
                task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def together(*services: Callable[[], Awaitable[None]]) -> None:
    """Run them all, until cancelled or until one fails."""
    async with asyncio.TaskGroup() as group:
        for service in services:
            group.create_task(_waited_for(service))


async def _waited_for(service: Callable[[], Awaitable[None]]) -> None:
    await service()


async def left_running(path: Path, comfy: ComfyStandIn) -> tuple[UUID, Story]:
    """A job that runs in ComfyUI until its story is released, and whose bot has stopped meanwhile."""
    story = Story(hold=True)
    comfy.next_job(story)
    async with service(path, [comfy.url]) as (store, generation):
        here = Rig(store, generation, (comfy,))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda progress: progress.fraction > 0)
    return job_id, story


@asynccontextmanager
async def rig(
    tmp_path: Path,
    backends: int = 1,
    rules: Rules = RULES,
    kind_of_store: type[SqliteStore] = SqliteStore,
) -> AsyncGenerator[Rig]:
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(ComfyStandIn.running(speed=INSTANT)) for _ in range(backends)
        ]
        urls = [server.url for server in servers]
        running = service(tmp_path / "jobs.db", urls, rules=rules, kind_of_store=kind_of_store)
        store, generation = await stack.enter_async_context(running)
        yield Rig(store, generation, tuple(servers))


async def fetched(generation: Generation, job: Job, output: Output) -> bytes:
    """A file that a job made."""
    return b"".join([chunk async for chunk in generation.fetch(job, output, max_bytes=10**6)])
