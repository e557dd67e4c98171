"""A proxy between a store and its server that resets a connection at the message that one chooses."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65536


class Lost(Enum):
    QUESTION = "question"
    """The server never sees it."""
    ANSWER = "answer"
    """The server does what it says; nobody hears of that."""


@dataclass
class CuttingProxy:
    target: tuple[str, int]
    messages: int = 0
    """That came from the store since the last :meth:`cut_at`."""
    _cut_at: int | None = None
    _lost: Lost = Lost.QUESTION
    _writers: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    def cut_at(self, message: int | None, lost: Lost = Lost.QUESTION) -> None:
        """Cut once, at the how-manieth message from now on, counting from 0; None: never."""
        self.messages, self._cut_at, self._lost = 0, message, lost

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        answers, questions = await asyncio.open_connection(*self.target)
        ends = (writer, questions)
        self._writers.update(ends)
        back = asyncio.create_task(_pump(answers, writer))
        try:
            with suppress(ConnectionError):
                while data := await reader.read(CHUNK_BYTES):
                    number, self.messages = self.messages, self.messages + 1
                    if number != self._cut_at:
                        questions.write(data)
                        continue
                    back.cancel()
                    await asyncio.wait([back])
                    if self._lost is Lost.ANSWER:
                        questions.write(data)
                        await answers.read(CHUNK_BYTES)
                    break
        finally:
            back.cancel()
            self._writers.difference_update(ends)
            for each in ends:
                each.transport.abort()

    def close(self) -> None:
        for each in self._writers:
            each.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
    writer.transport.abort()


@asynccontextmanager
async def cutting_proxy(url: str) -> AsyncGenerator[tuple[CuttingProxy, str]]:
    """The proxy, and the address of the same database behind it."""
    parts = urlsplit(url)
    proxy = CuttingProxy((parts.hostname or "", parts.port or 0))
    server = await asyncio.start_server(proxy.pass_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy, urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}"))
        proxy.close()
