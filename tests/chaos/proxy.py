"""A TCP proxy on loopback that treats its connections as badly as the world does: cuts, silence, slowness, lost answers.

It knows nothing of what it carries, but for byte patterns at which it may be told to cut.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

HOST = "127.0.0.1"
_CHUNK_BYTES = 64 * 1024


class Way(Enum):
    """In which direction bytes go."""

    THERE = auto()
    """From who connected to the server behind."""
    BACK = auto()


@dataclass(slots=True)
class Snare:
    """Cuts the next connection on which ``pattern`` goes ``way``: what holds it still arrives where it is ``passed``.

    ``forgets``: instead, it is half open from then on.
    """

    pattern: bytes
    way: Way
    passed: bool
    forgets: bool = False
    hits: int = 0


@dataclass(slots=True, eq=False)
class _Link:
    """One connection through the proxy."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter | None = None
    forgotten: bool = False

    def abort(self) -> None:
        for side in (self.near, self.far):
            if side is not None:
                side.transport.abort()


@dataclass(slots=True)
class Proxy:
    """Made by :meth:`running`; carries to ``target`` (a port), once that is set."""

    port: int
    target: int | None = None
    delay_seconds: float = 0.0
    """Before each chunk, in each direction."""
    refusing: bool = False
    """New connections are reset."""
    _links: set[_Link] = field(default_factory=set[_Link])
    _snares: list[Snare] = field(default_factory=list[Snare])
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def running(cls, target: int | None = None) -> AsyncGenerator["Proxy"]:
        proxy: Proxy | None = None

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if proxy is not None:
                await proxy._carry(reader, writer)

        server = await asyncio.start_server(handle, HOST, 0)
        proxy = cls(server.sockets[0].getsockname()[1], target)
        proxy._open.set()
        try:
            yield proxy
        finally:
            server.close()
            proxy.thaw()
            proxy.cut()
            while proxy.connections:  # noqa: ASYNC110  # each ends by itself now
                await asyncio.sleep(0)
            await server.wait_closed()

    @property
    def connections(self) -> int:
        return len(self._links)

    def cut(self) -> int:
        """Reset every connection; returns how many there were."""
        links = list(self._links)
        for link in links:
            link.abort()
        return len(links)

    def forget(self) -> int:
        """Carry nothing more on the connections that there are, ever, and close none: they are half open from now on."""
        for link in self._links:
            link.forgotten = True
        return len(self._links)

    def freeze(self) -> None:
        """Carry nothing more, close nothing, and let new connections wait: a cable that was pulled."""
        self._open.clear()

    def thaw(self) -> None:
        """Carry again, with all that came meanwhile."""
        self._open.set()

    def set_snare(self, pattern: bytes, way: Way, *, passed: bool, forgets: bool = False) -> Snare:
        """Wait for bytes, and cut the connection on which they come: before they arrive, or right after."""
        snare = Snare(pattern, way, passed, forgets)
        self._snares.append(snare)
        return snare

    def mend(self) -> None:
        """End every trouble; connections that were cut stay so."""
        self.delay_seconds, self.refusing = 0.0, False
        self._snares.clear()
        self.thaw()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer)
        self._links.add(link)
        try:
            await self._open.wait()
            if self.refusing or self.target is None:
                return
            far_reader, link.far = await asyncio.open_connection(HOST, self.target)
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(link, reader, link.far, Way.THERE))
                pumps.create_task(self._pump(link, far_reader, writer, Way.BACK))
        except* (OSError, _Cut):
            pass
        finally:
            link.abort()
            self._links.discard(link)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._open.wait()
            if link.forgotten:
                continue
            if self.delay_seconds:
                await asyncio.sleep(self.delay_seconds)
            snare = self._sprung(chunk, way)
            if snare is None or snare.passed:
                writer.write(chunk)
                await writer.drain()
            if snare is not None:
                if not snare.forgets:
                    raise _Cut
                link.forgotten = True
        if link.forgotten:  # as the other side's system would find out, sooner or later
            raise _Cut
        with suppress(OSError):
            writer.write_eof()

    def _sprung(self, chunk: bytes, way: Way) -> Snare | None:
        """Each holds once."""
        for snare in self._snares:
            if snare.way is way and snare.pattern in chunk:
                snare.hits += 1
                self._snares.remove(snare)
                return snare
        return None


class _Cut(Exception):
    """This connection is over."""
