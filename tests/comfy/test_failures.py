"""What goes wrong on the wire, each on a socket of its own."""

import asyncio
import base64
import logging
import socket
import traceback
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from aiohttp import web

from bot.comfy import (
    Away,
    ComfyClient,
    ComfyError,
    FileRef,
    NotFound,
    Server,
    TimedOut,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from tests.comfy.serving import client_and_server, client_of, get, peer, serving

CANARY = "canary-7f3a9c"
FILE = FileRef("a.png")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_a_server_that_does_not_listen_is_away() -> None:
    port = unused_port()
    async with client_of(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(Away) as away:
            await client.queue_remaining()
    assert str(away.value) == f"ComfyUI at 127.0.0.1:{port} cannot be reached: Connection refused."


async def test_a_name_that_nobody_knows_is_away() -> None:
    async with client_of("http://no-such-host.invalid:8188") as client:
        with pytest.raises(Away, match=r"^ComfyUI at no-such-host\.invalid:8188 cannot be reached: "):
            await client.queue_remaining()


async def test_a_server_that_hangs_up_is_away() -> None:
    async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with peer(hang_up) as url, client_of(url) as client:
        with pytest.raises(Away, match="went away during GET /prompt: Server disconnected"):
            await client.queue_remaining()


async def test_a_server_that_resets_the_connection_is_away() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        writer.transport.abort()

    async with peer(reset) as url, client_of(url) as client:
        with pytest.raises(Away, match="went away during GET /prompt"):
            await client.queue_remaining()


async def test_a_server_that_does_not_speak_http_is_unexpected() -> None:
    async def speak_ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await writer.drain()

    async with peer(speak_ssh) as url, client_of(Server(url, bearer=CANARY)) as client:
        with pytest.raises(UnexpectedAnswer, match="answered GET /prompt with 400") as unexpected:
            await client.queue_remaining()
    assert unexpected.value.__context__ is None


async def test_a_server_that_says_nothing_times_out() -> None:
    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with peer(say_nothing) as url, client_of(url, timeout_seconds=0.05) as client:
        with pytest.raises(TimedOut, match=r"did not answer GET /prompt within 0\.05 s\.$"):
            await client.queue_remaining()
        with pytest.raises(TimedOut, match=r"did not answer GET /view within 0\.05 s\.$"):
            await client.view(FILE, max_bytes=1)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_proxy_that_refuses_us_is_named_as_such(status: int) -> None:
    async with client_and_server(get("/prompt", status=status, text="login")) as (client, _):
        with pytest.raises(Unauthorized, match=rf"refused GET /prompt \({status}\)\.$"):
            await client.queue_remaining()


@pytest.mark.parametrize("status", [400, 429, 500, 502, 503])
async def test_other_statuses_are_unexpected_and_keep_their_text(status: int) -> None:
    async with client_and_server(get("/prompt", status=status, text="<html>\nbusy")) as (client, _):
        with pytest.raises(
            UnexpectedAnswer, match=rf"answered GET /prompt with {status}: <html>\.$"
        ) as unexpected:
            await client.queue_remaining()
    assert (unexpected.value.status, unexpected.value.body) == (status, "<html>\nbusy")


@pytest.mark.parametrize(
    "text", ["", "<b>", '{"exec_info": {}}', "[]", '{"exec_info": {"queue_remaining": "3"}}', "[" * 5_000]
)
async def test_a_body_that_makes_no_sense_is_unexpected(text: str) -> None:
    async with client_and_server(get("/prompt", text=text)) as (client, _):
        with pytest.raises(UnexpectedAnswer) as unexpected:
            await client.queue_remaining()
    assert (unexpected.value.status, unexpected.value.body) == (200, text[:2048])


async def test_a_route_that_is_not_there_is_not_found() -> None:
    async with client_and_server() as (client, _):
        with pytest.raises(NotFound, match=r"has nothing at GET /queue \(404\)"):
            await client.queue()


async def test_a_request_over_the_servers_limit_is_too_large() -> None:
    async with client_and_server(get("/prompt", status=413, text="Maximum request body size")) as (client, _):
        with pytest.raises(TooLarge, match="refused GET /prompt as too large: Maximum request body size"):
            await client.queue_remaining()


TOO_MANY = "[" + "[]," * 1_000_001 + "0]"


TOO_LARGE: list[tuple[str, str, Callable[[ComfyClient], Awaitable[object]], str]] = [
    (
        "/prompt",
        f'{{"exec_info": {TOO_MANY[:60_010]}0]}}',
        lambda c: c.queue_remaining(),
        "20,000 elements",
    ),
    (
        "/history/{id}",
        f'{{"x": {TOO_MANY}}}',
        lambda c: c.history_entry(UUID(int=1)),
        "1,000,000 elements",
    ),
    (
        "/queue",
        f'{{"queue_running": [{TOO_MANY}, {TOO_MANY}]}}',
        lambda c: c.queue(),
        "2,000,000 elements",
    ),
    (
        "/object_info",
        f'{{"A": {{}}, "B": {TOO_MANY}}}',
        lambda c: c.object_info(),
        "400,000 in one member",
    ),
    ("/object_info/A", f'{{"A": {TOO_MANY}}}', lambda c: c.node_class("A"), "400,000 elements"),
    ("/models", f"[{TOO_MANY}]", lambda c: c.models(), "400,000 elements"),
    ("/system_stats", " " * (2**20 + 1), lambda c: c.system_stats(), "1,048,576 bytes"),
]


@pytest.mark.parametrize(("path", "body", "request_of", "limit"), TOO_LARGE)
async def test_an_answer_of_too_much_is_refused_before_it_is_built(
    path: str, body: str, request_of: Callable[[ComfyClient], Awaitable[object]], limit: str
) -> None:
    async with client_and_server(get(path, text=body)) as (client, _):
        with pytest.raises(TooLarge, match=limit):
            await request_of(client)


async def test_a_path_and_credentials_go_with_every_request() -> None:
    async with serving(get("/deep/comfy/prompt", {"exec_info": {"queue_remaining": 0}})) as served:
        server = Server(f"{served.url}/deep/comfy/", {"X-Key": "k"}, basic=("user", "pässword"))
        async with client_of(server) as client:
            await client.queue_remaining()
    (asked,) = served.asked
    assert (asked.headers["X-Key"], asked.headers["Authorization"]) == (
        "k",
        f"Basic {base64.b64encode('user:pässword'.encode()).decode()}",
    )
    assert "Origin" not in asked.headers


def moved_to(url: str, status: int = 302) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def move(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": url})

    return move


async def test_a_file_may_lie_on_a_host_that_the_operator_named_which_gets_no_credentials() -> None:
    async with (
        serving(get("/store/a.png", text="content")) as storage,
        serving(web.get("/view", moved_to(f"{storage.url}/store/a.png?signature=s"))) as served,
        client_of(
            Server(
                served.url,
                {"X-Key": CANARY},
                bearer=CANARY,
                redirect_hosts=frozenset({storage.url.removeprefix("http://")}),
            )
        ) as client,
    ):
        assert await client.view(FILE, max_bytes=100) == b"content"
    (asked,) = storage.asked
    assert asked.query == {"signature": "s"}
    assert CANARY not in str(asked.headers.values())


async def test_another_host_is_not_asked_for_a_file_unless_it_is_named() -> None:
    async with (
        serving(get("/store/a.png", text="content")) as storage,
        serving(web.get("/view", moved_to(f"{storage.url}/store/a.png?signature=s"))) as served,
        client_of(Server(served.url, redirect_hosts=frozenset({"storage.example"}))) as client,
    ):
        with pytest.raises(UnexpectedAnswer) as refused:
            await client.view(FILE, max_bytes=100)
    assert refused.value.what == (
        f"answered GET /view with 302: redirect to {storage.url}/store/a.png; another host is asked only if "
        "COMFYUI_REDIRECT_HOSTS names it, and for files only"
    )
    assert storage.asked == []


@pytest.mark.parametrize(
    "location",
    [
        "http://",
        "http://[",
        "http://host:99999999/",
        "http://host:-1/",
        "//",
        "",
        "http:///",
        "javascript:alert(1)",
        "http://\xff\xfe/",
        "http://a..b/",
        f"http://{'a' * 70}.example/",
        "\ud800",
        "http://%00/",
        "%",
    ],
)
async def test_an_impossible_redirect_is_an_unexpected_answer(location: str) -> None:
    async def move(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        said = location.encode("utf-8", "surrogatepass")
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + said + b"\r\n\r\n")
        await writer.drain()

    async with peer(move) as url, client_of(url) as client:
        for request in (
            client.queue_remaining,
            lambda: client.view(FILE, max_bytes=1),
            lambda: anext(client.events("me")),
        ):
            with pytest.raises(UnexpectedAnswer) as unexpected:
                await request()
            assert str(unexpected.value).encode()
            assert unexpected.value.status == 302


async def test_a_file_that_moved_on_the_same_host_is_fetched_with_credentials() -> None:
    async with (
        serving(web.get("/view", moved_to("/elsewhere")), get("/elsewhere", text="content")) as served,
        client_of(Server(served.url, {"X-Key": CANARY})) as client,
    ):
        assert await client.view(FILE, max_bytes=100) == b"content"
    assert [(asked.line, asked.headers["X-Key"]) for asked in served.asked] == [
        ("GET /view", CANARY),
        ("GET /elsewhere", CANARY),
    ]


async def test_a_file_that_moves_in_circles_is_given_up() -> None:
    async with client_and_server(web.get("/view", moved_to("/view"))) as (client, served):
        with pytest.raises(UnexpectedAnswer, match="answered GET /view with 302: redirect to http"):
            await client.view(FILE, max_bytes=100)
    assert served.lines == ["GET /view"] * 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nothing_else_is_followed_anywhere(status: int) -> None:
    async with (
        serving() as login,
        serving(web.get("/prompt", moved_to(f"{login.url}/elsewhere?for=me", status))) as served,
        client_of(Server(served.url, bearer=CANARY)) as client,
    ):
        with pytest.raises(UnexpectedAnswer) as unexpected:
            await client.queue_remaining()
    assert unexpected.value.body == f"redirect to {login.url}/elsewhere"
    assert login.asked == []


async def fail_in_every_way(client: ComfyClient) -> list[ComfyError]:
    failures: list[ComfyError] = []
    for request in (
        client.queue_remaining,
        client.system_stats,
        client.queue,
        client.features,
        client.embeddings,
    ):
        try:
            await request()
        except ComfyError as error:
            failures.append(error)
    try:
        async for _ in client.events("me"):
            pass
    except ComfyError as error:
        failures.append(error)
    return failures


async def test_no_secret_shows_in_errors_tracebacks_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=f"you sent {dict(request.headers)}", status=500)

    async def echo_as_json(request: web.Request) -> web.Response:
        return web.json_response(dict(request.headers))

    routes = (
        web.get("/prompt", echo),
        web.get("/system_stats", echo_as_json),
        get("/queue", status=401, text=CANARY),
        web.get("/features", moved_to(f"http://127.0.0.1/?{CANARY}")),
        web.get("/ws", echo),
    )
    caplog.set_level(logging.DEBUG)
    async with serving(*routes) as served:
        address = served.url.replace("http://", f"http://user:{CANARY}@")
        async with client_of(Server(address, {"X-Key": f"{CANARY}-2"})) as client:
            failures = await fail_in_every_way(client)
    shown = [
        caplog.text,
        repr(client.server),
        *("".join(traceback.format_exception(error)) for error in failures),
    ]
    shown += [
        f"{error!r} {error} {vars(error)} {error.__cause__!r} {error.__context__!r}" for error in failures
    ]
    token = base64.b64encode(f"user:{CANARY}".encode()).decode()
    assert len(failures) == 6
    assert [text for text in shown if CANARY in text or token in text] == []
