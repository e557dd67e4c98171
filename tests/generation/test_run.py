"""One run on its own, without the worker that would listen for it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import aiohttp
from msgspec.structs import replace

from bot.comfy import ComfyClient, Server, StreamTimeouts
from bot.generation import ProgressBoard, Timeouts
from bot.generation.backend_orders import BackendOrders
from bot.generation.backends import Backend
from bot.generation.event_sockets import EventSockets
from bot.generation.quarantine import Quarantine
from bot.generation.run import Run, RunContext
from bot.generation.servers import Servers
from bot.generation.uploads import Uploads
from bot.generation.usual_times import UsualTimes
from bot.generation.worker import BackendWorker
from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.database import Database
from bot.jobs.job import Cancelled, CancelResult, Done, Failed, Limits, NewJob
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from bot.workflows.policy import DEFAULT_POLICY, NodePolicy, Patterns
from tests.generation.rig import QUICK, blobs_beside, eventually
from tests.generation.sample import PICTURE, new_job, place

HAS = frozenset({"EmptyImage", "SaveImage"})


@dataclass(frozen=True, slots=True)
class Alone:
    """The first of some backends, with nobody but the test to claim for it."""

    store: SqliteStore
    context: RunContext
    asked: list[str]
    """What was asked of the backends, such as ``GET /queue``."""

    async def claimed(self, job: NewJob) -> Claim:
        await self.store.submit(job, Limits())
        claim = await self.store.claim(Worker("test", self.context.backend.name, HAS), 60)
        assert claim is not None
        return claim


class LateNote(SqliteStore):
    """A renewal that began before the attempt was written down comes to its end after it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.noted = asyncio.Event()
        self.decoy: UUID | None = None

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict:
        if claim.attempt == 0:
            await self.noted.wait()
        return await super().renew(claim, lease_seconds)

    async def note(self, claim: Claim, prompt_id: UUID) -> Claim:
        assert self.decoy is not None
        await self.cancel(self.decoy, 1)  # every renewal wakes up
        await asyncio.sleep(0.05)
        noted = await super().note(claim, prompt_id)
        self.noted.set()
        return noted


class CountsBeginnings(SqliteStore):
    begun = 0

    async def started(self, claim: Claim, seconds_ago: float) -> bool:
        self.begun += 1
        return await super().started(claim, seconds_ago)


@asynccontextmanager
async def alone(
    tmp_path: Path,
    urls: Sequence[str],
    kind_of_store: type[SqliteStore] = SqliteStore,
    *,
    timeouts: Timeouts = QUICK,
    socket_timeouts: StreamTimeouts | None = None,
) -> AsyncGenerator[Alone]:
    asked: list[str] = []
    async with (
        aiohttp.ClientSession(trace_configs=[_remembering(asked)]) as session,
        kind_of_store.open(tmp_path / "jobs.db") as store,
        EventSockets.open(
            ComfyClient(session, Server(urls[0])),
            timeouts=socket_timeouts or StreamTimeouts(sign_seconds=0.05),
        ) as sockets,
    ):
        backends = [Backend(ComfyClient(session, Server(url)), grace_seconds=0) for url in urls]
        yield Alone(
            store,
            RunContext(
                backend=backends[0],
                sockets=sockets,
                store=store,
                usual_times=UsualTimes(store),
                board=ProgressBoard(),
                boot="test",
                servers=Servers(backends),
                uploads=Uploads(backends[0], await blobs_beside(tmp_path / "jobs.db")),
                timeouts=timeouts,
                option_of=lambda workflow, node_id, input_name: None,
                quarantine=Quarantine(store, lambda workflow: ()),
                orders=BackendOrders(store, ()),
                policy=DEFAULT_POLICY,
            ),
            asked,
        )


def _remembering(asked: list[str]) -> aiohttp.TraceConfig:
    async def started(_session: object, _context: object, request: aiohttp.TraceRequestStartParams) -> None:
        asked.append(f"{request.method} {request.url.path}")

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(started)
    return tracing


async def test_a_cancel_right_after_the_claim_keeps_the_prompt_out_of_comfyui(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        claim = await here.claimed(new_job())
        assert await here.store.cancel(claim.job.id, actor_id=5) is CancelResult.REQUESTED
        assert await Run(claim, here.context).carry_out() == Cancelled(by_user_id=5)
        assert comfy.submitted == []


async def test_what_somebody_brought_is_judged_by_what_the_backend_has_now(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        await here.context.backend.look_once(5)
        outside = {**PICTURE, "2": {"class_type": "LoadImage", "inputs": {"image": "/etc/passwd"}}}
        brought = replace(new_job(graph=outside), trusted=False)
        outcome = await Run(await here.claimed(brought), here.context).carry_out()
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "policy-outside"
        denying = replace(here.context, policy=NodePolicy(denied=Patterns(["Empty*"])))
        outcome = await Run(await here.claimed(new_job(2)), denying).carry_out()
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "policy-denied"
        assert comfy.submitted == []
        harmless = replace(new_job(3), trusted=False)
        assert isinstance(await Run(await here.claimed(harmless), here.context).carry_out(), Done)


async def test_a_job_that_another_backend_had_begun_begins_anew_and_its_prompt_is_not_looked_for(
    tmp_path: Path,
) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        alone(tmp_path, [comfy.url, "http://127.0.0.1:9"]) as here,
    ):
        _, dead = here.context.servers
        assert isinstance(dead, Backend)
        await dead.look_once(5)
        assert dead.dead
        await here.store.submit(new_job(), Limits())
        there = await here.store.claim(Worker("other", dead.name, HAS), 60)
        assert there is not None
        first = uuid5(there.job.id, "1")
        noted = await here.store.note(there, first)
        await here.store.started(noted, 3600.0)
        await here.store.release(noted)
        claim = await here.store.claim(Worker("me", here.context.backend.name, HAS, {dead.name}), 60)
        assert claim is not None
        assert isinstance(await Run(claim, here.context).carry_out(), Done)
        assert not [line for line in here.asked if str(first) in line]
        assert comfy.submitted[0]["prompt_id"] == str(uuid5(there.job.id, "2"))
        shown = here.context.board.latest(there.job.id)
        assert shown is not None
        assert shown.started_at is not None
        assert shown.started_at >= there.job.created_at


async def test_a_socket_that_missed_the_end_of_a_prompt_is_replaced(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        comfy.next_job(Story(forgets_client=True, seconds=0.3))
        claim = await here.claimed(new_job())
        assert isinstance(await Run(claim, here.context).carry_out(), Done)
        await comfy.until(lambda: comfy.sockets)


async def test_a_socket_that_misses_all_of_a_prompt_that_runs_is_replaced_meanwhile(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        story = Story(forgets_client=True, hold=True)
        comfy.next_job(story)
        running = asyncio.create_task(Run(await here.claimed(new_job()), here.context).carry_out())
        await comfy.until(lambda: comfy.running_prompt and not comfy.sockets)
        await comfy.until(lambda: comfy.sockets)
        story.release()
        assert isinstance(await running, Done)


async def test_a_socket_that_does_not_tell_of_a_submission_is_replaced(tmp_path: Path) -> None:
    patient = replace(QUICK, silence_seconds=60)
    at_once = StreamTimeouts(sign_seconds=0.05, just_now_seconds=0)
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        alone(tmp_path, [comfy.url], timeouts=patient, socket_timeouts=at_once) as here,
    ):
        await Run(await here.claimed(new_job(1)), here.context).carry_out()
        comfy.forget_client(comfy.sockets[0])
        story = Story(hold=True)
        comfy.next_job(story)
        running = asyncio.create_task(Run(await here.claimed(new_job(2)), here.context).carry_out())
        await comfy.until(lambda: comfy.running_prompt and comfy.sockets)
        story.release()
        assert isinstance(await running, Done)


async def test_a_beginning_is_written_down_once(tmp_path: Path) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        alone(tmp_path, [comfy.url], CountsBeginnings) as here,
    ):
        story = Story(hold=True)
        comfy.next_job(story)
        running = asyncio.create_task(Run(await here.claimed(new_job()), here.context).carry_out())
        assert isinstance(here.store, CountsBeginnings)
        await eventually(lambda: isinstance(here.store, CountsBeginnings) and here.store.begun)
        await asyncio.sleep(0.3)
        story.release()
        assert isinstance(await running, Done)
        assert here.store.begun == 1


async def test_a_graph_of_which_comfyui_would_run_a_part_is_refused_whole(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        comfy.every_job(Story(hold=True))
        wrong = {
            "class_type": "EmptyImage",
            "inputs": {"width": 10**9, "height": 16, "batch_size": 1, "color": 0},
        }
        second = {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "b"}}
        claim = await here.claimed(new_job(graph={**PICTURE, "3": wrong, "4": second}))
        outcome = await Run(claim, here.context).carry_out()
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "refused-graph"
        await comfy.until(lambda: comfy.running_prompt is None and not comfy.pending)


async def test_a_prompt_that_another_process_submitted_is_followed_and_not_submitted_again(
    tmp_path: Path,
) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        claim = await here.claimed(new_job())
        body = {
            "prompt": PICTURE,
            "client_id": "theirs",
            "prompt_id": str(uuid5(claim.job.id, "1")),
        }
        async with aiohttp.ClientSession() as session:
            await session.post(f"{comfy.url}/prompt", json=body)
        assert isinstance(await Run(claim, here.context).carry_out(), Done)
        assert len(comfy.submitted) == 1


async def test_whoever_is_alone_does_not_ask_before_submitting(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        await Run(await here.claimed(new_job(1)), here.context).carry_out()
        here.asked.clear()
        await Run(await here.claimed(new_job(2)), here.context).carry_out()
        assert [line.split("/")[1] for line in here.asked] == ["prompt", "history"]


async def test_a_renewal_during_the_writing_down_of_an_attempt_does_not_lose_the_lease(
    tmp_path: Path,
) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        alone(tmp_path, [comfy.url], LateNote) as here,
    ):
        assert isinstance(here.store, LateNote)
        here.store.decoy = (await here.claimed(new_job(1))).job.id
        job_id = (await here.store.submit(new_job(2, where=place(user_id=8)), Limits())).job_id
        await here.context.backend.look_once(5)
        worker = asyncio.create_task(BackendWorker(here.context, frozenset[str]()).run())

        async def ended() -> bool:
            job = await here.store.job(job_id)
            return job is not None and job.ended

        await eventually(ended)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        assert len(comfy.submitted) == 1
