"""The websockets of one backend."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from bot.comfy import ComfyClient, Event, Server, Status
from bot.generation.event_sockets import EventSockets
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.generation.rig import eventually
from tests.generation.sample import PICTURE


@asynccontextmanager
async def sockets_of(comfy: ComfyStandIn, linger_seconds: float = 20) -> AsyncGenerator[EventSockets]:
    async with (
        aiohttp.ClientSession() as session,
        EventSockets.open(ComfyClient(session, Server(comfy.url)), linger_seconds=linger_seconds) as sockets,
    ):
        yield sockets


async def _post(comfy: ComfyStandIn, client_id: str, prompt_id: str | None = None) -> None:
    body = {"prompt": PICTURE, "client_id": client_id}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{comfy.url}/prompt", json=body | ({"prompt_id": prompt_id} if prompt_id else {}))


async def test_a_socket_is_opened_only_when_the_one_before_is_closed() -> None:
    heard: list[Event] = []
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy, linger_seconds=0) as sockets:
        for prompt_id in ("a", "b", "c", "d"):
            async with sockets.following("us", prompt_id, heard.append):
                pass
            await asyncio.sleep(0)
            await asyncio.sleep(0)  # the one before is being closed now
        async with sockets.following("us", "e", heard.append):
            heard.clear()
            await _post(comfy, "us")
            await eventually(lambda: any(isinstance(event, Status) for event in heard))
            assert comfy.sockets == ["us"]


async def test_a_socket_stays_open_for_the_next_prompt() -> None:
    heard: list[Event] = []
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        async with sockets.following("us", "a", heard.append):
            pass
        connected = len(heard)
        async with sockets.following("us", "b", heard.append):
            assert len(heard) == connected


async def test_the_end_closes_every_socket() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        async with sockets_of(comfy) as sockets, sockets.following("us", "a", lambda _: None):
            assert comfy.sockets == ["us"]
        await eventually(lambda: not comfy.sockets)


async def test_whoever_hears_the_queue_of_nobody_elses_prompts_knows_to_be_alone() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        assert not sockets.knows_to_be_alone()  # nothing was heard yet
        async with sockets.following("us", "a", lambda _: None):
            assert sockets.knows_to_be_alone()
        assert sockets.knows_to_be_alone()
        story = Story(hold=True)
        comfy.next_job(story)
        await _post(comfy, "somebody else")
        await eventually(lambda: not sockets.knows_to_be_alone())
        story.release()
        await eventually(lambda: comfy.running_prompt is None)
        assert not sockets.knows_to_be_alone()  # where one was, more will come


async def test_only_prompts_in_flight_are_followed() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        async with sockets.following("us", "a", lambda _: None):
            assert (sockets.follows("a"), sockets.follows("b")) == (True, False)
        assert not sockets.follows("a")
