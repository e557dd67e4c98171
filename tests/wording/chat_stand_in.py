"""An OpenAI-compatible endpoint on a real socket: it keeps what it was asked, and answers as it is told to."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wording import Endpoint, PromptHelper

MODEL = "little-model"
KEY = "hunter2-of-the-helper"


class Fault(StrEnum):
    ERROR = auto()
    """HTTP 500."""
    BUSY = auto()
    HANG = auto()
    """No answer until it is let go."""
    CUT = auto()
    """Half of the JSON, as if it were the whole."""
    BROKEN_OFF = auto()
    """Half of the body that was announced."""
    HUGE = auto()
    """Ten megabytes."""
    PAGE = auto()
    REDIRECT = auto()
    DECLINED = auto()
    """In the field that OpenAI has for it."""
    FILTERED = auto()
    """By what stands before the model, as Azure says it."""
    TOO_LONG = auto()
    """Cut at the endpoint's own limit of tokens."""
    REASONED = auto()
    """An answer with its thoughts, and nothing after them."""


@dataclass(frozen=True, slots=True)
class Question:
    instructions: str
    words: str
    headers: Mapping[str, str] = field(repr=False)


def improved(question: Question) -> str:
    """What it answers unless it is told otherwise: to the words, as a model would that was told what it was."""
    return f"Sure!\n\n**Prompt:** {question.words}, better"


class ChatStandIn:
    def __init__(self, key: str) -> None:
        self.url = ""
        self.asked: list[Question] = []
        self.answer: Callable[[Question], str] = improved
        self.next: deque[Fault | str] = deque()
        """What the next questions get, one each, before :attr:`answer` is asked again."""
        self.always: Fault | None = None
        self.left = 0
        """How often somebody hung up on an answer that was held."""
        self._key = key
        self._let_go = asyncio.Event()

    @staticmethod
    @asynccontextmanager
    async def running(*, key: str = "") -> AsyncGenerator["ChatStandIn"]:
        """``key``: what it wants to be shown; empty: nothing."""
        chat = ChatStandIn(key)
        app = web.Application()
        app.router.add_post("/v1/chat/completions", chat.respond)
        server = TestServer(app)  # which lets go of whoever hangs up
        await server.start_server(shutdown_timeout=0.1)
        chat.url = str(server.make_url("/v1"))
        try:
            yield chat
        finally:
            chat.let_go()
            await server.close()

    @property
    def words(self) -> list[str]:
        """What it was sent, less the instructions."""
        return [question.words for question in self.asked]

    @property
    def settings(self) -> dict[str, str]:
        """With which a bot finds it."""
        return {"PROMPT_HELPER_URL": self.url, "PROMPT_HELPER_MODEL": MODEL, "PROMPT_HELPER_KEY": self._key}

    async def _held(self) -> None:
        try:
            await self._let_go.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise

    def let_go(self) -> None:
        """Answer to those who hang."""
        self._let_go.set()

    async def respond(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        system, user = body["messages"]
        assert (set(body), body["stream"]) == ({"model", "messages", "stream"}, False)
        assert (system["role"], user["role"]) == ("system", "user")
        question = Question(system["content"], user["content"], dict(request.headers))
        self.asked.append(question)
        if self._key and request.headers.get("Authorization") != f"Bearer {self._key}":
            return _error(401, "invalid_api_key", "Incorrect API key provided")
        if body["model"] != MODEL:
            return _error(404, "model_not_found", f"The model {body['model']} does not exist")
        told = self.next.popleft() if self.next else self.always or self.answer(question)
        return await self._fault(told, request) if isinstance(told, Fault) else completion(told)

    async def _fault(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        if fault is Fault.HANG:
            await self._held()
        return await _broken_off(request) if fault is Fault.BROKEN_OFF else _WHOLE[fault]()


def completion(words: str, *, end: str = "stop", refusal: str | None = None) -> web.Response:
    return web.Response(body=_body(words, end, refusal), content_type="application/json")


def _body(words: str, end: str = "stop", refusal: str | None = None) -> bytes:
    message = {"role": "assistant", "content": words or None, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": end}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


_WHOLE: Mapping[Fault, Callable[[], web.Response]] = {
    Fault.HANG: lambda: completion("too late"),
    Fault.ERROR: lambda: web.Response(status=500, text="oops"),
    Fault.BUSY: lambda: _error(429, "rate_limit_exceeded", "Slow down"),
    Fault.CUT: lambda: web.Response(body=_body("a fox")[:-20], content_type="application/json"),
    Fault.HUGE: lambda: web.Response(body=_body("fox " * 2_500_000), content_type="application/json"),
    Fault.PAGE: lambda: web.Response(text="<html>Welcome</html>", content_type="text/html"),
    Fault.REDIRECT: lambda: web.Response(status=307, headers={"Location": "/elsewhere"}),
    Fault.DECLINED: lambda: completion("", refusal="I cannot help with that."),
    Fault.FILTERED: lambda: _error(400, "content_filter", "The prompt triggered a policy"),
    Fault.TOO_LONG: lambda: completion("A fox in the sn", end="length"),
    Fault.REASONED: lambda: completion("<think>The user wants a fox. Let me think"),
}


async def _broken_off(request: web.Request) -> web.StreamResponse:
    body = _body("a fox")
    answer = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await answer.prepare(request)
    await answer.write(body[:20])
    assert request.transport is not None
    request.transport.abort()
    return answer


@asynccontextmanager
async def helped(
    chat: ChatStandIn, *, model: str = MODEL, key: str = "", timeout_seconds: float = 10.0
) -> AsyncGenerator[PromptHelper]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield PromptHelper(session, Endpoint(chat.url, model, key, timeout_seconds))
