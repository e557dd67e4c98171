"""The websockets of one backend."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.comfy import ComfyClient, Event, PreviewImage, Server
from bot.generation.event_sockets import EventSockets
from bot.jobs.job import Job
from bot.jobs.log_context import about, current_job
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.comfy.serving import client_of, serving
from tests.generation.rig import eventually
from tests.generation.sample import PICTURE
from tests.jobs.sample import NO_LIMITS, new_job


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


async def test_a_socket_is_opened_only_when_the_one_before_is_closed_on_both_sides() -> None:
    """ComfyUI forgets the newer of two sockets of one client id when the older one closes."""
    now_open, most_open = 0, 0

    async def slow_to_close(request: web.Request) -> web.WebSocketResponse:
        nonlocal now_open, most_open
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        now_open += 1
        most_open = max(most_open, now_open)
        await socket.send_str('{"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}}}')
        async for _ in socket:
            pass
        await asyncio.sleep(0.1)
        now_open -= 1
        await socket.close()
        return socket

    async with (
        serving(web.get("/ws", slow_to_close)) as served,
        client_of(served.url) as client,
        EventSockets.open(client, linger_seconds=0) as sockets,
    ):
        for prompt_id in ("a", "b", "c"):
            async with sockets.following("us", prompt_id, lambda _: None) as stream:
                assert stream.connected
            await asyncio.sleep(0.02)  # it is being closed now, and the other side takes its time
    assert most_open == 1


async def test_a_socket_stays_open_for_the_next_prompt() -> None:
    heard: list[Event] = []
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        async with sockets.following("us", "a", heard.append):
            pass
        connected = len(heard)
        async with sockets.following("us", "b", heard.append):
            assert len(heard) == connected


async def test_what_a_socket_says_is_not_about_the_job_that_happened_to_open_it(tmp_path: Path) -> None:
    heard: list[Job | None] = []
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        job = (await store.submit(new_job(), NO_LIMITS)).job
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        with about(job):
            async with sockets.following("us", "a", lambda _: heard.append(current_job())):
                assert current_job() == job
    assert heard
    assert [job for job in heard if job is not None] == []


async def test_the_end_closes_every_socket() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        async with sockets_of(comfy) as sockets, sockets.following("us", "a", lambda _: None):
            assert comfy.sockets == ["us"]
        await eventually(lambda: not comfy.sockets)


async def test_whoever_hears_the_queue_of_nobody_elses_prompts_hears_only_ours() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        assert not sockets.hears_only_ours()  # nothing was heard yet
        async with sockets.following("us", "a", lambda _: None):
            assert sockets.hears_only_ours()
        assert sockets.hears_only_ours()
        story = Story(hold=True)
        comfy.next_job(story)
        await _post(comfy, "somebody else")
        await eventually(lambda: not sockets.hears_only_ours())
        story.release()
        await eventually(lambda: comfy.running_prompt is None)
        assert not sockets.hears_only_ours()  # where one was, more will come


async def test_only_prompts_in_flight_are_followed() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, sockets_of(comfy) as sockets:
        async with sockets.following("us", "a", lambda _: None):
            assert (sockets.follows("a"), sockets.follows("b")) == (True, False)
        assert not sockets.follows("a")


async def test_a_whole_picture_that_does_not_say_whose_it_is_is_heard_by_all_and_a_preview_by_nobody() -> (
    None
):
    """Servers before July 2025 send pictures of SaveImageWebsocket without the id of their prompt."""
    heard: dict[str, list[Event]] = {"a": [], "b": []}
    png, jpeg = b"\x89PNG", b"\xff\xd8"
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        sockets_of(comfy) as sockets,
        sockets.following("us", "a", heard["a"].append),
        sockets.following("us", "b", heard["b"].append),
    ):
        comfy.send_frame(b"\0\0\0\1\0\0\0\1" + jpeg, "us")
        comfy.send_frame(b"\0\0\0\1\0\0\0\2" + png, "us")
        await eventually(lambda: all(isinstance(each[-1], PreviewImage) for each in heard.values()))
    pictures = {
        name: [each for each in events if isinstance(each, PreviewImage)] for name, events in heard.items()
    }
    assert pictures == {name: [PreviewImage(png, "image/png")] for name in ("a", "b")}
