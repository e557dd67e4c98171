"""One websocket connection against servers that do what a ComfyUI, or the proxy before it, may do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest
from aiohttp import WSCloseCode, web

from bot.comfy import (
    Away,
    Event,
    FeatureFlags,
    Features,
    PreviewImage,
    ProgressText,
    Server,
    Status,
    StreamLost,
    TimedOut,
    Unauthorized,
    UnexpectedAnswer,
    Unknown,
)
from bot.comfy.json_value import mapping
from tests.comfy.recorded import recorded_bytes, recorded_frames
from tests.comfy.serving import client_and_server, client_of, get, serving

STATUS = '{"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}, "sid": "me"}}'
FLAGS = '{"type": "feature_flags", "data": {"supports_preview_metadata": true, "max_upload_size": 1}}'

Behaviour = Callable[[web.Request, web.WebSocketResponse], Awaitable[object]]


def socket_that(behave: Behaviour, path: str = "/ws") -> web.RouteDef:
    async def handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await behave(request, socket)
        return socket

    return web.get(path, handler)


async def heard(route: web.RouteDef, path: str = "") -> tuple[list[Event], StreamLost]:
    """Everything that one connection says, and how it ends."""
    events: list[Event] = []
    async with serving(route) as served, client_of(f"{served.url}{path}") as client:
        try:
            async for event in client.events("me"):
                events.append(event)  # noqa: PERF401 - a comprehension would lose them in the error
        except StreamLost as lost:
            return events, lost
    raise AssertionError("the stream ended without an error")


async def test_hands_are_shaken_first_and_events_follow() -> None:
    shaken: list[object] = []

    async def shake(request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)
        shaken.append((dict(request.query), await socket.receive_json()))
        await socket.send_str(FLAGS)

    events, _ = await heard(socket_that(shake))
    assert shaken == [
        ({"clientId": "me"}, {"type": "feature_flags", "data": {"supports_preview_metadata": True}})
    ]
    assert events == [
        Status(0, "me"),
        FeatureFlags(Features(supports_preview_metadata=True, max_upload_size_bytes=1)),
    ]


async def test_text_and_binary_frames_come_in_order_and_nothing_is_dropped() -> None:
    async def tell(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(recorded_bytes("legacy_1_event3"))
        for frame in recorded_frames():
            await socket.send_str(frame)
        await socket.send_bytes(recorded_bytes("meta_3_event4"))
        await socket.send_str("nonsense")

    events, _ = await heard(socket_that(tell))
    assert len(events) == len(recorded_frames()) + 3
    assert isinstance(events[0], ProgressText)
    assert isinstance(events[-2], PreviewImage)
    assert events[-1] == Unknown("", "nonsense")


async def test_frames_beyond_aiohttps_four_mebibytes_arrive() -> None:
    async def tell(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(b"\0\0\0\1\0\0\0\2" + bytes(63 * 1024 * 1024))

    (preview,), _ = await heard(socket_that(tell))
    assert isinstance(preview, PreviewImage)
    assert len(preview.content) == 63 * 1024 * 1024


async def test_frames_beyond_any_picture_end_the_connection() -> None:
    async def tell(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)
        await socket.send_bytes(bytes(65 * 1024 * 1024))

    events, lost = await heard(socket_that(tell))
    assert events == [Status(0, "me")]
    assert lost.what.startswith("ended the event stream (1009")


async def test_events_keep_their_order_when_some_are_large() -> None:
    def word(number: int) -> str:
        return json.dumps({"type": "word", "data": {"number": number, "filling": "x" * (number % 2) * 2**20}})

    async def tell(_: web.Request, socket: web.WebSocketResponse) -> None:
        for number in range(10):
            await socket.send_str(word(number))

    events, _ = await heard(socket_that(tell))
    assert [mapping(event.data)["number"] for event in events if isinstance(event, Unknown)] == [*range(10)]


async def test_a_frame_of_too_many_elements_is_unknown_and_cut() -> None:
    async def tell(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str("[" + "[]," * 1_000_000 + "0]")
        await socket.send_str(STATUS)

    events, _ = await heard(socket_that(tell))
    assert events == [Unknown("", ("[" + "[]," * 1_000)[:1024]), Status(0, "me")]


@pytest.mark.parametrize("code", [WSCloseCode.OK, WSCloseCode.GOING_AWAY, WSCloseCode.SERVICE_RESTART])
async def test_an_orderly_end_is_a_loss_too(code: WSCloseCode) -> None:
    async def close(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)
        await socket.close(code=code)

    events, lost = await heard(socket_that(close))
    assert (events, lost.what) == ([Status(0, "me")], f"ended the event stream ({code.value})")


async def test_a_connection_that_breaks_is_a_loss() -> None:
    async def break_off(request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)
        await socket.receive()
        assert request.transport
        request.transport.abort()

    events, lost = await heard(socket_that(break_off))
    assert events == [Status(0, "me")]
    assert lost.what.startswith("ended the event stream (1006")


async def test_a_path_and_credentials_go_with_the_websocket() -> None:
    async def shake(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.receive()

    async with serving(socket_that(shake, "/deep/comfy/ws")) as served:
        server = Server(f"{served.url}/deep/comfy", {"X-Key": "k"}, bearer="token")
        async with client_of(server) as client:
            with pytest.raises(StreamLost):
                await anext(client.events("me & you"))
    (asked,) = served.asked
    assert asked.query == {"clientId": "me & you"}
    assert (asked.headers["X-Key"], asked.headers["Authorization"]) == ("k", "Bearer token")
    assert "Origin" not in asked.headers


async def test_leaving_awaits_the_servers_half_of_the_closing() -> None:
    farewell = asyncio.Event()

    async def listen(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)
        async for _message in socket:
            pass
        farewell.set()

    async with client_and_server(socket_that(listen)) as (client, _):
        async with aclosing(client.events("me")) as events:
            assert await anext(events) == Status(0, "me")
            assert not farewell.is_set()
        assert farewell.is_set()


async def test_leaving_awaits_the_servers_half_although_nobody_took_what_was_read() -> None:
    farewell, read = asyncio.Event(), 0

    async def listen(_: web.Request, socket: web.WebSocketResponse) -> None:
        for number in range(1000):
            await socket.send_str(f"number {number}")
        async for _message in socket:
            pass
        farewell.set()

    async with client_and_server(socket_that(listen)) as (client, _):
        async with aclosing(client.events("me")) as events:
            async for event in events:
                assert event == Unknown("", f"number {read}")
                read += 1
                if read == 100:
                    await asyncio.sleep(0.05)  # what is read ahead meanwhile is bounded
                if read == 200:
                    break
        assert farewell.is_set()


async def test_a_server_that_does_not_listen_is_away() -> None:
    async with serving() as served:
        pass
    async with client_of(served.url) as client:
        with pytest.raises(Away, match="cannot be reached: Connection refused"):
            await anext(client.events("me"))


async def test_a_handshake_without_answer_times_out() -> None:
    async def say_nothing(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with (
        serving(web.get("/ws", say_nothing)) as served,
        client_of(served.url, timeout_seconds=0.05) as client,
    ):
        with pytest.raises(TimedOut, match=r"did not answer GET /ws within 0\.05 s"):
            await anext(client.events("me"))


async def test_a_proxy_that_refuses_us_is_named_as_such() -> None:
    async with client_and_server(get("/ws", status=401, text="login")) as (client, _):
        with pytest.raises(Unauthorized, match=r"refused GET /ws \(401\)"):
            await anext(client.events("me"))


async def test_an_answer_that_is_no_websocket_is_unexpected() -> None:
    async with client_and_server(get("/ws", {})) as (client, _):
        with pytest.raises(UnexpectedAnswer, match="answered GET /ws with 200"):
            await anext(client.events("me"))


async def test_a_redirect_is_not_followed_with_our_headers() -> None:
    async def listen(_: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_str(STATUS)

    async def move(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"{elsewhere.url}/ws")

    async with (
        serving(socket_that(listen)) as elsewhere,
        serving(web.get("/ws", move)) as served,
        client_of(Server(served.url, {"X-Key": "secret"})) as client,
    ):
        with pytest.raises(UnexpectedAnswer, match="answered GET /ws with 302: redirect"):
            await anext(client.events("me"))
    assert elsewhere.asked == []


async def test_a_closed_session_opens_nothing() -> None:
    async with serving() as served, client_of(served.url) as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await anext(client.events("me"))
    with pytest.raises(RuntimeError, match="closed"):
        await client.queue_remaining()
