"""What counts as a prompt that was run twice, seen on a ComfyUI that was really asked for it."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.chaos.proxy import Proxy
from tests.chaos.report import Reruns, reruns
from tests.chaos.world import Backend

ONE, OTHER = "0123456789ab", "ba9876543210"


@pytest.fixture
async def comfy() -> AsyncGenerator[ComfyStandIn]:
    async with ComfyStandIn.running(speed=INSTANT) as running:
        yield running


async def submit(comfy: ComfyStandIn, job: str) -> None:
    """A picture of a job, as the bot asks for it: each attempt is a prompt of its own."""
    graph = {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": int(job[:4], 16)},
        },
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": f"paint-{job}"}},
    }
    body = {"prompt": graph, "prompt_id": str(uuid4()), "client_id": "a test"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{comfy.url}/prompt", json=body) as answer,
    ):
        assert answer.status == 200


def seen(comfy: ComfyStandIn) -> Reruns:
    return reruns([Backend(comfy, Proxy(0))])


async def test_a_job_that_one_start_of_a_server_was_given_twice_ran_twice(comfy: ComfyStandIn) -> None:
    for job in (ONE, OTHER, ONE):
        await submit(comfy, job)
    assert seen(comfy) == Reruns(after_loss=[], needless=[ONE])


async def test_a_job_that_a_crash_took_with_it_may_be_given_again(comfy: ComfyStandIn) -> None:
    await submit(comfy, ONE)
    await comfy.restart()
    await submit(comfy, ONE)
    assert seen(comfy) == Reruns(after_loss=[ONE], needless=[])
