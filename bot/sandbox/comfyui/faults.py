"""What a test can have the server answer instead of the truth: other statuses, other bytes, late, cut, or nothing.

Knows nothing of what the routes do; ``application`` asks it about every request before a route sees it.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from aiohttp import web
from aiohttp.typedefs import Handler
from msgspec import Struct, field

_JSON: Final = {"Content-Type": "application/json"}


class Fault(Struct):
    """The next ``times`` requests that match are answered so."""

    path: str
    """A regular expression that the whole path (without the base path and ``/api``) must match: ``/history/.*``."""
    method: str | None = None
    """None: any."""
    status: int | None = None
    """Answer this, with ``body`` and ``headers``, instead of doing anything."""
    body: bytes | str = b""
    headers: Mapping[str, str] = field(default_factory=lambda: dict(_JSON))
    raw: bytes | None = None
    """Write these bytes on the connection instead of an HTTP answer, and close it."""
    change: Callable[[bytes], bytes] | None = None
    """Do it, and answer with what this makes of the true body."""
    drop: Literal["before", "after"] | None = None
    """Cut the connection before, or after, the request was carried out."""
    after: bool = False
    """Carry the request out first, and throw its true answer away."""
    delay_seconds: float = 0.0
    """Wait before anything else; in real time."""
    times: int | None = 1
    """None: from now on, always."""
    hits: int = 0
    """How often it happened so far."""

    def matches(self, method: str, path: str) -> bool:
        is_left = self.times is None or self.hits < self.times
        return (
            is_left
            and method == (self.method or method)
            and re.fullmatch(self.path, path, re.DOTALL) is not None
        )

    @property
    def _carries_out(self) -> bool:
        instead = self.status is not None or self.raw is not None
        return self.after or self.change is not None or self.drop == "after" or not instead

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request so. What the handler raises is raised."""
        await asyncio.sleep(self.delay_seconds)
        if self.drop == "before":
            return _cut(request)
        true_answer = await handler(request) if self._carries_out else web.Response()
        if self.drop == "after":
            return _cut(request)
        if self.raw is not None:
            return _written(request, self.raw)
        if self.change is not None and isinstance(true_answer, web.Response):
            return _changed(true_answer, self.change)
        if self.status is None:
            return true_answer
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return web.Response(status=self.status, body=body, headers=self.headers)


def _changed(answer: web.Response, change: Callable[[bytes], bytes]) -> web.Response:
    body = answer.body if isinstance(answer.body, bytes) else b""
    return web.Response(status=answer.status, body=change(body), content_type=answer.content_type)


def _cut(request: web.Request) -> web.Response:
    """Reset the connection; the answer is for nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _written(request: web.Request, raw: bytes) -> web.Response:
    """Write bytes as they are, and end the connection; the answer is for nobody."""
    if request.transport is not None:
        request.transport.write(raw)
        request.transport.close()
    return web.Response()


class Faults:
    """In the order in which they were added; the first that matches acts."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def next_for(self, method: str, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.matches(method, path):
                fault.hits += 1
                return fault
        return None
