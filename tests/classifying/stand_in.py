"""A classifier on a real socket: it keeps what it was sent, and answers as it is told to."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum, auto

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.backoff import Backoff
from bot.classifying import Classifier, ClassifierEndpoint

KEY = "hunter2-of-the-classifier"
SOON = Backoff(first_seconds=0.01, longest_seconds=0.01)


class Fault(StrEnum):
    ERROR = auto()
    """HTTP 500."""
    HANG = auto()
    HUGE = auto()
    PAGE = auto()
    REDIRECT = auto()
    CUT = auto()
    EMPTY = auto()
    """No label at all."""


@dataclass(frozen=True, slots=True)
class Sent:
    picture: bytes
    headers: Mapping[str, str] = field(repr=False)


def _innocent(_picture: bytes) -> object:
    return {"nudity": 0.01}


class ClassifierStandIn:
    def __init__(self) -> None:
        self.url = ""
        self.sent: list[Sent] = []
        self.answer: Callable[[bytes], object] = _innocent
        """Of a picture: what is answered as JSON."""
        self.next: deque[Fault] = deque()
        self.always: Fault | None = None
        self.at_once = self.most_at_once = 0
        self.seconds = 0.0
        self._let_go = asyncio.Event()

    @staticmethod
    @asynccontextmanager
    async def running() -> AsyncGenerator["ClassifierStandIn"]:
        stand_in = ClassifierStandIn()
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/classify", stand_in.respond)
        app.router.add_route("*", "/elsewhere", stand_in.respond_elsewhere)
        server = TestServer(app)
        await server.start_server(shutdown_timeout=0.1)
        stand_in.url = str(server.make_url("/classify"))
        try:
            yield stand_in
        finally:
            stand_in._let_go.set()
            await server.close()

    @property
    def settings(self) -> dict[str, str]:
        """With which a bot finds it."""
        return {"CLASSIFIER_URL": self.url, "CLASSIFIER_KEY": KEY}

    @asynccontextmanager
    async def client(self, *, seconds: float = 5.0) -> AsyncGenerator[Classifier]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Classifier(session, ClassifierEndpoint(self.url, KEY, seconds), retry=SOON)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        picture = await request.read()
        self.sent.append(Sent(picture, dict(request.headers)))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            return await self._answer(picture, self.next.popleft() if self.next else self.always)
        finally:
            self.at_once -= 1

    async def respond_elsewhere(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"nudity": 0.0})

    async def _answer(self, picture: bytes, fault: Fault | None) -> web.StreamResponse:
        match fault:
            case None:
                return web.json_response(self.answer(picture))
            case Fault.ERROR:
                return web.json_response({"nudity": 0.0}, status=500)
            case Fault.HANG:
                await self._let_go.wait()
                return web.json_response({})
            case Fault.HUGE:
                return web.Response(body=b" " * 10_000_000)
            case Fault.PAGE:
                return web.Response(text="<html>Log in</html>", content_type="text/html")
            case Fault.REDIRECT:
                return web.Response(status=307, headers={"Location": "/elsewhere"})
            case Fault.CUT:
                return web.Response(body=json.dumps({"nudity": 0.5})[:-3])
            case Fault.EMPTY:
                return web.json_response({"labels": {"nudity": "much"}})
