"""A server for one test: the routes that the test writes, on a loopback socket, remembering what was asked."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.comfy import ComfyClient, Server

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """What a server was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    body: bytes
    """Left to the handler where it is multipart."""

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    asked: list[Asked] = field(default_factory=list[Asked])

    @property
    def lines(self) -> list[str]:
        return [asked.line for asked in self.asked]


@asynccontextmanager
async def serving(
    *routes: web.RouteDef, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Served]:
    asked: list[Asked] = []

    @web.middleware
    async def remember(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = b"" if request.content_type == "multipart/form-data" else await request.read()
        asked.append(Asked(request.method, request.path, dict(request.query), dict(request.headers), body))
        return await handler(request)

    app = web.Application(middlewares=[remember], client_max_size=2**30)
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    try:
        host, bound = runner.addresses[0][:2]
        yield Served(f"{'https' if tls else 'http'}://{host}:{bound}", asked)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def peer(behave: Peer) -> AsyncGenerator[str]:
    """Something that listens, but is no ComfyUI."""

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behave(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"


@asynccontextmanager
async def client_of(server: Server | str, *, timeout_seconds: float = 10) -> AsyncGenerator[ComfyClient]:
    async with aiohttp.ClientSession() as session:
        server = Server(server) if isinstance(server, str) else server
        yield ComfyClient(session, server, timeout_seconds=timeout_seconds)


@asynccontextmanager
async def client_and_server(*routes: web.RouteDef) -> AsyncGenerator[tuple[ComfyClient, Served]]:
    async with serving(*routes) as served, client_of(served.url) as client:
        yield client, served


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - conditions that nobody signals
            await asyncio.sleep(0.005)


def get(path: str, body: Any = None, *, status: int = 200, text: str | None = None) -> web.RouteDef:
    """A route that always gives the same answer: JSON, or a text."""
    return web.get(path, _always(body, status, text))


def post(path: str, body: Any = None, *, status: int = 200, text: str | None = None) -> web.RouteDef:
    return web.post(path, _always(body, status, text))


def _always(body: Any, status: int, text: str | None) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return (
            web.json_response(body, status=status) if text is None else web.Response(text=text, status=status)
        )

    return answer
