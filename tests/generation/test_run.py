"""One run on its own, without the worker that would listen for it."""

from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, Server
from bot.generation import ProgressBoard, Tempo
from bot.generation.backends import Backend
from bot.generation.listening import Listeners
from bot.generation.run import Run, Workshop
from bot.jobs.job import Cancelled, CancelResult, Limits, Worker
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.generation.sample import new_job


async def test_a_cancel_right_after_the_claim_keeps_the_prompt_out_of_comfyui(tmp_path: Path) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        aiohttp.ClientSession() as session,
        SqliteStore.open(tmp_path / "jobs.db") as store,
    ):
        client = ComfyClient(session, Server(comfy.url))
        workshop = Workshop(
            backend=Backend(client, grace_seconds=60),
            listeners=Listeners(client),
            store=store,
            board=ProgressBoard(),
            boot="test",
            others_can=lambda _: False,
            tempo=Tempo(),
            option_of=lambda workflow, node_id, input_name: None,
        )
        ticket = await store.submit(new_job(), Limits())
        me = Worker("test", workshop.backend.name, frozenset({"EmptyImage", "SaveImage"}), frozenset())
        claim = await store.claim(me, 60)
        assert claim is not None
        assert await store.cancel(ticket.job_id, actor_id=5) is CancelResult.REQUESTED

        assert await Run(claim, workshop).carry_out() == Cancelled(by_user_id=5)
        assert comfy.submitted == []
