"""The three addresses of the bot: ``/metrics``, ``/healthz``, ``/readyz``.

A server for a handful of readers on this machine: it knows GET, answers once a connection and closes. aiohttp's would cost
every start 15 ms and 1.4 MB.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final, NoReturn, TypeAlias

from msgspec import Struct

from bot.backoff import Backoff
from bot.bugs import Bug, contained

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 10.0
"""For one reader, from its connection to its last byte."""
LONGEST_HEAD_BYTES: Final = 16_384
AT_ONCE: Final = 16
"""Readers beyond that are sent away."""
AGAIN: Final = Backoff(first_seconds=2.0, longest_seconds=60.0)
"""Between two tries for a port that somebody else has: perhaps the bot of before, which is just stopping."""

_PLAIN: Final = "text/plain; charset=utf-8"


class Answer(Struct, frozen=True):
    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = _PLAIN


Page: TypeAlias = Callable[[str], Awaitable[Answer]]
"""Called with what the reader accepts."""


class Endpoint:
    def __init__(self, host: str, port: int, pages: Mapping[str, Page], *, again: Backoff = AGAIN) -> None:
        self._again = again
        self._host = host
        self._port = port
        self._pages = pages
        self._readers = 0
        self.address: tuple[str, int] | None = None
        """Where it listens; None: nowhere, yet."""

    async def run(self) -> NoReturn:
        """Serve until cancelled. A port that is taken is waited for: nothing else depends on it."""
        failures = 0
        while True:
            try:
                await self._serve()
            except OSError as error:
                if not failures:
                    log.warning(
                        "METRICS_LISTEN: nobody can watch this bot at %s:%d for now: %s",
                        self._host,
                        self._port,
                        error.strerror or error,
                    )
                failures += 1
                await self._again.pause(failures)

    async def _serve(self) -> NoReturn:
        tasks = asyncio.TaskGroup()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.create_task(self._answer_one(reader, writer), name="a reader of the metrics")

        server = await asyncio.start_server(
            connected, self._host, self._port, limit=LONGEST_HEAD_BYTES, start_serving=False
        )
        try:
            async with tasks:
                await server.start_serving()
                host, port, *_ = server.sockets[0].getsockname()
                self.address = host, port
                log.info("metrics at http://%s:%d/metrics", f"[{host}]" if ":" in host else host, port)
                await asyncio.Event().wait()
        finally:
            self.address = None
            server.close()
        raise AssertionError("it serves until cancelled")

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._readers += 1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_as_http(await self._answer(head.decode("latin-1"))))
                await writer.drain()
        except (OSError, EOFError, asyncio.LimitOverrunError):  # gone, too slow, or no browser either
            pass
        finally:
            self._readers -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, head: str) -> Answer:
        request, *lines = head.split("\r\n")
        method, _, rest = request.partition(" ")
        page = self._pages.get(rest.partition(" ")[0].partition("?")[0])
        if page is None:
            known = " ".join(self._pages)
            return Answer(f"There is {known}\n".encode(), HTTPStatus.NOT_FOUND)
        if method != "GET":
            return Answer(b"Only GET is known here\n", HTTPStatus.METHOD_NOT_ALLOWED)
        if self._readers > AT_ONCE:
            return Answer(b"Too many ask at once\n", HTTPStatus.SERVICE_UNAVAILABLE)
        accept = next((value for name, _, value in map(_parted, lines) if name.lower() == "accept"), "")
        answer = await contained(f"an answer to {request[:80]!r}", page(accept.strip()))
        if isinstance(answer, Bug):
            return Answer(f"bug {answer.id}, see the log\n".encode(), HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _as_http(answer: Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"Content-Type: {answer.content_type}\r\n"
        f"Content-Length: {len(answer.body)}\r\n"
        "Cache-Control: no-store\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + answer.body
