"""The way of every REST request: who asks, faults told in advance, rate limits, the handler, and the record of it all."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from bot.sandbox.discord import errors
from bot.sandbox.discord.bodies import Body, read_body
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.faults import Fault, Faults
from bot.sandbox.discord.ratelimits import RateLimits
from bot.sandbox.discord.routing import NO_CONTENT, Answer, Call, Match, Routes
from bot.sandbox.discord.wire import Exchange, dumps

# discord.py takes "application/json; charset=utf-8" for text, and a 429 without Via for a ban.
_JSON = "application/json"
_VIA = {"Via": "1.1 sandbox"}


class Rest:
    def __init__(
        self,
        routes: Routes,
        token: str,
        faults: Faults,
        rates: RateLimits,
        record: Callable[[Exchange], None],
    ) -> None:
        self._routes = routes
        self._token = token
        self._faults = faults
        self._rates = rates
        self._record = record

    async def handle(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        path = "/" + request.match_info["path"]
        match = self._routes.find(request.method, path)
        fault = self._faults.next_for(request.method, path)
        body = Body()
        headers: Mapping[str, str] = {}
        try:
            body = await read_body(request)
            if fault is not None and fault.delay_seconds:
                # all of the request is here: it is carried out even if nobody waits for the answer any more
                await asyncio.sleep(fault.delay_seconds)
            answer, headers = self._answer(request, match, path, body, fault)
        except Refused as refused:
            answer = Answer(refused.status, dict(refused.body))
        dropped = fault is not None and fault.drop is not None
        is_replaced = dropped or (fault is not None and fault.body is not None)
        self._record(
            Exchange(
                kind="rest",
                method=request.method,
                path=path,
                route=match.route.template if match else "",
                query=dict(request.query),
                request_headers=request.headers,
                request_json=body.json,
                request_files=tuple(f"files[{number}]" for number in body.files),
                status=0 if is_replaced else answer.status,
                response_json=None if is_replaced else answer.json,
                response_headers=headers,
                milliseconds=(time.perf_counter() - started) * 1000,
            )
        )
        if dropped and request.transport is not None:
            request.transport.abort()
        return _response(answer, headers, fault)

    def _answer(
        self, request: web.Request, match: Match | None, path: str, body: Body, fault: Fault | None
    ) -> tuple[Answer, Mapping[str, str]]:
        if match is None:
            known = self._routes.knows(path)
            raise Refused.because(errors.METHOD_NOT_ALLOWED if known else errors.NOT_FOUND)
        if match.route.needs_token and request.headers.get("Authorization") != f"Bot {self._token}":
            raise Refused.because(errors.UNAUTHORIZED)
        if fault is not None and (instead := _instead(fault)):
            return instead
        verdict = self._rates.take(match.route.name, match.major, of_the_bot=match.route.needs_token)
        if verdict.retry_after is not None:
            return _too_many(verdict.retry_after, verdict.headers, is_global=verdict.is_global)
        try:
            answer = match.route.handler(Call(match.params, request.query, body))
        except Refused as refused:
            answer = Answer(refused.status, dict(refused.body))
        return answer, verdict.headers


def _instead(fault: Fault) -> tuple[Answer, Mapping[str, str]] | None:
    """What a fault answers in place of the handler; None when the handler is to run."""
    if fault.drop == "before":
        return NO_CONTENT, {}
    if fault.status == 429:
        # "shared": others used it up, while the bot's own bucket has room.
        scope = "global" if fault.is_global else "shared"
        headers = {"X-RateLimit-Scope": scope}
        answer, headers = _too_many(fault.retry_after, headers, is_global=fault.is_global)
        if fault.code:
            answer.json.update(code=fault.code, message=fault.message)
        return answer, headers
    if fault.status is not None:
        return Answer(fault.status, {"message": fault.message, "code": fault.code}), {}
    return None


def _too_many(
    seconds: float, headers: Mapping[str, str], *, is_global: bool
) -> tuple[Answer, Mapping[str, str]]:
    body: dict[str, Any] = {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": round(seconds, 3),
        "global": is_global,
    }
    return Answer(429, body), {**headers, "Retry-After": str(int(seconds) + 1)}


def _response(answer: Answer, headers: Mapping[str, str], fault: Fault | None) -> web.Response:
    sent = CIMultiDict(headers)
    if fault is None or fault.via:
        sent.update(_VIA)
    body = None if answer.json is None else dumps(answer.json)
    if fault is not None and fault.body is not None:
        body = fault.body
    if body is not None:
        sent.setdefault("Content-Type", _JSON)
    if fault is not None:
        sent.update(fault.headers)
    is_empty = body is None or answer.status != NO_CONTENT.status
    return web.Response(status=answer.status if is_empty else 200, body=body, headers=sent)
