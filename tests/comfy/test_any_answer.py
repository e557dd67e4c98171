"""Whatever a server says, on every route and over the websocket: only this package's errors come out."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from itertools import chain
from typing import cast
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from bot.comfy import ComfyClient, ComfyError, FileRef, Server, StreamLost
from tests.comfy.recorded import recorded, recorded_bytes, recorded_frames

PROMPT = UUID("28868b7a-a1f1-4a26-835a-515bb741e5e7")
Request = Callable[[ComfyClient], Coroutine[None, None, object]]

REQUESTS: dict[str, Request] = {
    "queue_remaining": lambda client: client.queue_remaining(),
    "submit": lambda client: client.submit({}, prompt_id=PROMPT, client_id="me"),
    "queue": lambda client: client.queue(),
    "delete_pending": lambda client: client.delete_pending(PROMPT),
    "interrupt": lambda client: client.interrupt(PROMPT),
    "cancel": lambda client: client.cancel(PROMPT),
    "history": lambda client: client.history(max_items=3),
    "history_entry": lambda client: client.history_entry(PROMPT),
    "job": lambda client: client.job(PROMPT),
    "object_info": lambda client: client.object_info(),
    "object_info_or_of": lambda client: client.object_info_or_of(["KSampler"]),
    "object_info_of": lambda client: client.object_info_of(["KSampler", "a/b \ud800"]),
    "node_class": lambda client: client.node_class("KSampler"),
    "system_stats": lambda client: client.system_stats(),
    "features": lambda client: client.features(),
    "embeddings": lambda client: client.embeddings(),
    "models": lambda client: client.models("loras"),
    "view_metadata": lambda client: client.view_metadata("loras", "x \udfff"),
    "view": lambda client: client.view(FileRef("a \ud800.png"), max_bytes=1000),
    "upload_image": lambda client: client.upload_image(b"content", "a.png"),
    "events": lambda client: anext(client.events("me")),
}

STRANGE = st.sampled_from(
    (
        None,
        True,
        -1,
        0.5,
        2**5000,
        -(2**5000),
        2**64,
        1e308,
        float("inf"),
        float("nan"),
        "",
        "\ud800",
        "\x00\u202e@everyone",
        "node " * 2000 + "does not exist",
        [],
        {},
        ["a", "b"],
        [["4", 0]],
        {"\udc00": {"filename": "\ud800"}},
    )
)
TEMPLATES: list[object] = [
    {"exec_info": {"queue_remaining": 3}},
    {"prompt_id": str(PROMPT), "number": 1, "node_errors": {}},
    {"name": "a.png", "subfolder": "", "type": "input"},
    {"id": str(PROMPT), "status": "completed", "outputs": {"9": {"images": [{"filename": "a.png"}]}}},
    {"supports_preview_metadata": True, "max_upload_size": 1},
    ["a.safetensors", "b.safetensors"],
    *(recorded(name) for name in ("history", "queue", "refusals", "system_stats")),
    {name: recorded("object_info")[name] for name in ("KSampler", "LoadImage")},
]


@st.composite
def spoiled(draw: st.DrawFn, value: object) -> object:
    """``value`` with something strange in one or two of its places."""
    for _ in range(draw(st.integers(0, 2))):
        places = list(walked(value))
        value = replaced(value, draw(st.sampled_from(places)), draw(STRANGE))
    return value


def walked(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    yield path
    for key, inner in children(value):
        yield from walked(inner, (*path, key))


def children(value: object) -> list[tuple[object, object]]:
    if isinstance(value, dict):
        return list(cast("dict[object, object]", value).items())
    return list(enumerate(cast("list[object]", value))) if isinstance(value, list) else []


def replaced(value: object, path: tuple[object, ...], instead: object) -> object:
    if not path:
        return instead
    kept = [
        (key, replaced(inner, path[1:], instead) if key == path[0] else inner)
        for key, inner in children(value)
    ]
    return dict(kept) if isinstance(value, dict) else [inner for _, inner in kept]


def written(value: object) -> bytes:
    """JSON of whatever: integers of any length, NaN, halves of characters as escapes."""
    match value:
        case dict():
            members = cast("dict[str, object]", value).items()
            return b"{%b}" % b",".join(
                json.dumps(key).encode() + b":" + written(inner) for key, inner in members
            )
        case list():
            return b"[%b]" % b",".join(map(written, cast("list[object]", value)))
        case int() if abs(value) > 2**1000:
            return (b"-" if value < 0 else b"") + b"9" * 5000
        case _:
            return json.dumps(value).encode()


BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(TEMPLATES).flatmap(spoiled).map(written),
    st.sampled_from(
        [b"[" * 2000, b'{"a":' * 2000, b'{"a":1,"a":2}', b"<!doctype html><title>Log in</title>", b"\x1f\x8b"]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Content-Type", "Location", "Content-Encoding", "Set-Cookie", "Retry-After", "WWW-Authenticate", "X"]
    ),
    st.sampled_from(
        [
            "",
            "text/html",
            "application/json; charset=nonsense",
            "gzip",
            "deflate",
            "br",
            "/",
            "http://[",
            "a=b; Max-Age=x",
        ]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
    max_size=3,
)


class Peer:
    """Says the same to everybody: bytes that may be HTTP."""

    def __init__(self) -> None:
        self.says = b""
        self.frames: list[bytes | str | tuple[bytes, aiohttp.WSMsgType]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.says)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def tell(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for frame in self.frames:
            match frame:
                case str():
                    await socket.send_str(frame)
                case bytes():
                    await socket.send_bytes(frame)
                case (content, kind):
                    await socket.send_frame(content, kind)
        return socket


@dataclasses.dataclass(frozen=True)
class Wire:
    peer: Peer
    client: ComfyClient
    """Of the peer that may say anything."""
    followers: ComfyClient
    """Of the peer that speaks websocket."""
    run: Callable[[Coroutine[None, None, None]], None]


@asynccontextmanager
async def connected(peer: Peer) -> AsyncGenerator[tuple[ComfyClient, ComfyClient]]:
    async with AsyncExitStack() as stack:
        anything = await stack.enter_async_context(await asyncio.start_server(peer.serve, "127.0.0.1", 0))
        app = web.Application()
        app.add_routes([web.get("/ws", peer.tell)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        ports = anything.sockets[0].getsockname()[1], runner.addresses[0][1]
        clients = [
            ComfyClient(session, Server(f"http://127.0.0.1:{port}"), timeout_seconds=5) for port in ports
        ]
        yield clients[0], clients[1]


@pytest.fixture(scope="module", name="wire")
def _wire() -> Generator[Wire]:
    peer = Peer()
    with asyncio.Runner() as runner:
        both = connected(peer)
        client, followers = runner.run(both.__aenter__())
        try:
            yield Wire(peer, client, followers, runner.run)
        finally:
            runner.run(both.__aexit__(None, None, None))


def texts_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case int() | float():
            yield f"{value / 1000:g}"  # as any reader may do with any number
        case BaseException():
            yield str(value)
            yield repr(value)
        case None | bytes() | UUID():
            pass
        case _:
            for inner in held_by(value):
                yield from texts_in(inner)


def held_by(value: object) -> Iterable[object]:
    match value:
        case Mapping():
            return chain.from_iterable(cast("Mapping[object, object]", value).items())
        case tuple() | list() | set() | frozenset():
            return cast("Iterable[object]", value)
        case Struct():
            return [getattr(value, name) for name in value.__struct_fields__]
        case _ if dataclasses.is_dataclass(value):
            return [getattr(value, each.name) for each in dataclasses.fields(value)]
        case _:
            raise AssertionError(f"nobody looks into a {type(value)}")


def assert_encodable(value: object) -> None:
    """No half of a character is anywhere in it, and it can be shown."""
    for text in (*texts_in(value), repr(value)):
        text.encode()


async def asked(wire: Wire, request: Request) -> None:
    try:
        answer = await request(wire.client)
    except ComfyError as error:
        answer = error
    assert_encodable(answer)


PROPERTY = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])


@PROPERTY
@given(
    asked_for=st.sampled_from(sorted(REQUESTS)),
    status=st.sampled_from([200, 200, 200, 400]) | st.integers(100, 999),
    headers=HEADERS,
    body=BODIES,
)
@example(asked_for="view", status=200, headers={"Content-Encoding": "gzip"}, body=b"no gzip")
@example(asked_for="view", status=302, headers={"Location": "http://["}, body=b"")
@example(asked_for="queue", status=200, headers={}, body=b"[" * 2000)
def test_any_answer_is_a_value_or_an_error_of_ours(
    wire: Wire, asked_for: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    lines = [
        f"HTTP/1.1 {status} \xff",
        f"Content-Length: {len(body)}",
        *(f"{key}: {value}" for key, value in headers.items()),
    ]
    wire.peer.says = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    wire.run(asked(wire, REQUESTS[asked_for]))


@PROPERTY
@given(
    asked_for=st.sampled_from(["queue_remaining", "view", "events", "upload_image"]),
    said=st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail),
)
@example(
    asked_for="queue_remaining",
    said=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
)
@example(asked_for="view", said=b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n")
@example(
    asked_for="events",
    said=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
)
def test_what_is_no_http_is_an_error_of_ours(wire: Wire, asked_for: str, said: bytes) -> None:
    wire.peer.says = said
    wire.run(asked(wire, REQUESTS[asked_for]))


def cut_short(whole: bytes, length: int, tail: bytes) -> bytes:
    return whole[:length] + tail


FRAME = st.sampled_from([json.loads(frame) for frame in recorded_frames()[:60]])
TEXT_FRAMES = FRAME.flatmap(spoiled).map(written).map(bytes.decode) | st.text(max_size=50)
BINARY_FRAMES = st.binary(max_size=40) | st.builds(
    cut_short,
    st.sampled_from(
        [recorded_bytes(name) for name in ("legacy_1_event3", "legacy_3_event1", "meta_3_event4")]
    ),
    st.integers(0, 300),
    st.binary(max_size=20),
)
RAW_FRAMES = st.tuples(
    st.binary(max_size=20),
    st.sampled_from(
        [aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG]
    ),
)


@PROPERTY
@given(frames=st.lists(TEXT_FRAMES | BINARY_FRAMES | RAW_FRAMES, max_size=5))
@example(frames=['{"type": "progress", "data": {"value": ' + "9" * 1506 + ', "max": 1}}'])
@example(frames=[(b"\xff\xfe", aiohttp.WSMsgType.TEXT)])
@example(
    frames=[r'{"type": "executed", "data": {"prompt_id": "p", "node": "9", "output": {"text": ["\ud800"]}}}']
)
@example(frames=[r'{"type": "\udfff", "data": "\ud800"}'])
def test_any_frames_are_events_until_the_stream_is_lost(
    wire: Wire, frames: list[bytes | str | tuple[bytes, aiohttp.WSMsgType]]
) -> None:
    wire.peer.frames = frames
    wire.run(followed(wire.followers))


async def followed(client: ComfyClient) -> None:
    async with aclosing(client.events("me")) as events:
        try:
            async for event in events:
                assert_encodable(event)
        except StreamLost as lost:
            assert_encodable(lost)
        else:
            raise AssertionError("the stream ended without an error")
