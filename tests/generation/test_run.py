"""One run on its own, without the worker that would listen for it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, Server
from bot.generation import ProgressBoard
from bot.generation.backends import Backend
from bot.generation.event_sockets import EventSockets
from bot.generation.run import Run, RunContext
from bot.generation.servers import Servers
from bot.generation.usual_times import UsualTimes
from bot.jobs.job import Cancelled, CancelResult, Claim, Limits, NewJob, Worker
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.generation.rig import QUICK
from tests.generation.sample import new_job

HAS = frozenset({"EmptyImage", "SaveImage"})


@dataclass(frozen=True, slots=True)
class Alone:
    """The first of some backends, with nobody but the test to claim for it."""

    store: SqliteStore
    context: RunContext

    async def claimed(self, job: NewJob) -> Claim:
        await self.store.submit(job, Limits())
        claim = await self.store.claim(Worker("test", self.context.backend.name, HAS), 60)
        assert claim is not None
        return claim


@asynccontextmanager
async def alone(tmp_path: Path, urls: Sequence[str]) -> AsyncGenerator[Alone]:
    async with (
        aiohttp.ClientSession() as session,
        SqliteStore.open(tmp_path / "jobs.db") as store,
        EventSockets.open(ComfyClient(session, Server(urls[0]))) as sockets,
    ):
        backends = [Backend(ComfyClient(session, Server(url)), grace_seconds=60) for url in urls]
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
                timeouts=QUICK,
                option_of=lambda workflow, node_id, input_name: None,
            ),
        )


async def test_a_cancel_right_after_the_claim_keeps_the_prompt_out_of_comfyui(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, alone(tmp_path, [comfy.url]) as here:
        claim = await here.claimed(new_job())
        assert await here.store.cancel(claim.job.id, actor_id=5) is CancelResult.REQUESTED
        assert await Run(claim, here.context).carry_out() == Cancelled(by_user_id=5)
        assert comfy.submitted == []
