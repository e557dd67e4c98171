"""The small HTTP server, over real sockets: what it answers, and what it sits out."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp
import pytest

from bot.backoff import Backoff
from bot.metrics.endpoint import LONGEST_HEAD_BYTES, Answer, Endpoint, Page
from tests.generation.rig import eventually


async def _echo(accept: str) -> Answer:
    return Answer(accept.encode(), HTTPStatus.ACCEPTED, "text/x-echo")


async def _broken(_: str) -> Answer:
    raise ZeroDivisionError


PAGES: Mapping[str, Page] = {"/echo": _echo, "/broken": _broken}


@asynccontextmanager
async def serving() -> AsyncGenerator[Endpoint]:
    endpoint = Endpoint("127.0.0.1", 0, PAGES)
    running = asyncio.create_task(endpoint.run())
    try:
        await eventually(lambda: endpoint.address is not None)
        yield endpoint
    finally:
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()


def _url(endpoint: Endpoint, path: str) -> str:
    assert endpoint.address is not None
    return "http://{}:{}{}".format(*endpoint.address, path)


async def _raw(endpoint: Endpoint, request: bytes) -> bytes:
    assert endpoint.address is not None
    reader, writer = await asyncio.open_connection(*endpoint.address)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_page_is_answered_with_what_the_reader_accepts_in_its_ear() -> None:
    async with serving() as endpoint, aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.get(_url(endpoint, "/echo?x=1"), headers={"accept": "text/weird"}) as answer:
                assert (answer.status, answer.content_type) == (202, "text/x-echo")
                assert await answer.text() == "text/weird"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("POST", "/echo", 405), ("GET", "/broken", 500)]
)
async def test_what_cannot_be_had_is_told(method: str, path: str, status: int) -> None:
    async with serving() as endpoint, aiohttp.ClientSession() as session:
        async with session.request(method, _url(endpoint, path)) as answer:
            assert answer.status == status
        async with session.get(_url(endpoint, "/echo")) as answer:
            assert answer.status == 202


@pytest.mark.parametrize(
    "request_bytes", [b"\xff\xfe\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n", b"G" * (LONGEST_HEAD_BYTES + 9)]
)
async def test_noise_is_sat_out(request_bytes: bytes) -> None:
    async with serving() as endpoint:
        answer = await _raw(endpoint, request_bytes)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 404 ")
        assert (await _raw(endpoint, b"GET /echo HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 202 Accepted\r\n")


async def test_a_reader_who_says_nothing_does_not_hold_up_the_end() -> None:
    async with serving() as endpoint:
        assert endpoint.address is not None
        reader, writer = await asyncio.open_connection(*endpoint.address)
        writer.write(b"GET /ec")
        await writer.drain()
    assert await reader.read() == b""
    writer.close()


async def test_a_port_that_is_taken_is_told_once_and_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as first:
        assert first.address is not None
        port = first.address[1]
        waiting = Endpoint("127.0.0.1", port, PAGES, again=Backoff(0.02, 0.02))
        running = asyncio.create_task(waiting.run())
        await eventually(lambda: "nobody can watch" in caplog.text)
    await eventually(lambda: waiting.address == ("127.0.0.1", port))
    running.cancel()
    await asyncio.wait([running])
    assert caplog.text.count("nobody can watch this bot at 127.0.0.1:") == 1
