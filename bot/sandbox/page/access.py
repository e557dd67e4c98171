"""Who may come in: loopback names only, no other site's scripts, and nobody without the key of this run.

A page on the web can make a browser knock here (drive-by), and can give its own name this address (DNS rebinding).
The first is told by ``Origin``, the second by ``Host``; the key keeps out whatever else runs on this machine.
"""

import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

from aiohttp import web

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NAMES = ("127.0.0.1", "localhost")
_WORDS = "Not from here. Open the address that the sandbox printed.\n"


class Access:
    """``key`` is random for each run, and stands in the path of everything that belongs to the page."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self._hosts: frozenset[str] = frozenset()

    def listen_at(self, port: int) -> None:
        self._hosts = frozenset(f"{name}:{port}" for name in _NAMES)

    @property
    def policy(self) -> str:
        """The page's Content Security Policy: its own files, and nothing written into a document."""
        sockets = " ".join(sorted(f"ws://{host}" for host in self._hosts))
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' blob:",
                "media-src 'self' blob:",
                f"connect-src 'self' {sockets}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        )

    @property
    def headers(self) -> dict[str, str]:
        """Of every answer that belongs to the page."""
        return {
            "Content-Security-Policy": self.policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }

    @web.middleware
    async def only_from_here(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For everything at this port: called by a loopback name, and by no other site's page."""
        host, origin = request.headers.get("Host", "").lower(), request.headers.get("Origin")
        if host not in self._hosts or origin not in {None, f"http://{host}"}:
            return refusal()
        return await handler(request)

    def keyed(self, handler: Handler) -> Handler:
        """``handler``, for those only whose path holds the key."""

        async def look(request: web.Request) -> web.StreamResponse:
            given = request.match_info.get("key", "")
            if not secrets.compare_digest(given.encode(), self.key.encode()):
                return refusal()
            return await handler(request)

        return look


def refusal() -> web.Response:
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
    return web.Response(status=HTTPStatus.FORBIDDEN, text=_WORDS, headers=headers)
