"""The one place that knows HTTP: requests, statuses, redirects, limits.

Above it there are routes and values, and the errors of ``errors.py``. It knows nothing of what is asked or answered.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias, TypeVar

import aiohttp
from yarl import URL

from .errors import ComfyError, TooLarge
from .failures import failure, translated
from .json_value import JsonValue, Unreadable, parse_json
from .server import Server

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST"]
Params: TypeAlias = Mapping[str, str]
Body: TypeAlias = bytes | aiohttp.FormData | None
Refusal: TypeAlias = Callable[[JsonValue], ComfyError]

_MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""10,000 history entries are 8 MB, the object_info of a server full of custom nodes some 20 MB."""
_MAX_ERROR_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_OFF_THE_LOOP_BYTES = 64 * 1024
"""Larger answers are parsed in a thread."""
_TRANSFER_PATIENCE = 10
"""A transfer may take this many times the timeout, as long as something moves within one."""
_MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Transport:
    """Requests to one server, over a session that somebody else owns."""

    def __init__(self, session: aiohttp.ClientSession, server: Server, timeout_seconds: float) -> None:
        self.session = session
        self.server = server
        self.timeout_seconds = timeout_seconds

    def url(self, path: str) -> URL:
        """``path`` (quoted already) under the server's address."""
        return URL(f"{self.server.url}{path}", encoded=True)

    async def answer(
        self,
        method: Method,
        path: str,
        parse: Callable[[JsonValue], T],
        *,
        params: Params | None = None,
        body: Body = None,
        refused: Refusal | None = None,
    ) -> T:
        """A JSON answer, parsed. ``refused`` makes the error of a 400 whose body is JSON."""
        async with self._request(method, path, params, body, refused=refused) as response:
            content = await _content(response, _MAX_ANSWER_BYTES)
            if len(content) > _MAX_ANSWER_BYTES:
                raise self._over(f"{method} {path}", _MAX_ANSWER_BYTES)
        try:
            if len(content) > _OFF_THE_LOOP_BYTES:
                return await asyncio.to_thread(lambda: parse(parse_json(content)))
            return parse(parse_json(content))
        except Unreadable as error:
            said = content[:_CHUNK_BYTES].decode(errors="replace")
            raise failure(self.server, f"{method} {path}", response.status, said, why=str(error)) from error

    async def done(self, method: Method, path: str, *, body: Body = None) -> None:
        """A request whose answer is empty or of no interest."""
        async with self._request(method, path, None, body):
            return

    async def chunks(self, path: str, params: Params, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """A GET whose body is streamed, at most ``max_bytes`` of it. Redirects (to a storage) are followed."""
        async with self._request("GET", path, params, None, follow=True) as response:
            received = response.content_length or 0
            if received > max_bytes:
                raise self._over(f"GET {path}", max_bytes)
            received = 0
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                received += len(chunk)
                if received > max_bytes:
                    raise self._over(f"GET {path}", max_bytes)
                yield chunk

    @asynccontextmanager
    async def _request(
        self,
        method: Method,
        path: str,
        params: Params | None,
        body: Body,
        *,
        follow: bool = False,
        refused: Refusal | None = None,
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The one request of this package; every status from 300 on is an error."""
        asked = f"{method} {path}"
        with translated(self.server, asked, self.timeout_seconds):
            response = await self._send(method, path, params, body, follow=follow)
            async with response:
                if response.status >= 300:
                    raise await self._failure(asked, response, refused)
                yield response

    async def _send(
        self, method: Method, path: str, params: Params | None, body: Body, *, follow: bool
    ) -> aiohttp.ClientResponse:
        """Redirects as aiohttp follows them keep every header but Authorization; these keep none at another origin."""
        url, headers, hops = self.url(path), self.server.request_headers(), _MAX_REDIRECTS if follow else 0
        timeout = self._timeout(transfer=follow or isinstance(body, aiohttp.FormData))
        while True:
            response = await self.session.request(
                method, url, params=params, data=body, headers=headers, allow_redirects=False, timeout=timeout
            )
            target = _redirect_target(response)
            if target is None or hops == 0:
                return response
            response.release()
            headers = headers if target.origin() == url.origin() else {}
            url, params, hops = target, None, hops - 1

    def _timeout(self, *, transfer: bool) -> aiohttp.ClientTimeout:
        seconds = self.timeout_seconds
        total = seconds * _TRANSFER_PATIENCE if transfer else seconds
        return aiohttp.ClientTimeout(total=total, sock_connect=seconds, sock_read=seconds)

    async def _failure(
        self, asked: str, response: aiohttp.ClientResponse, refused: Refusal | None
    ) -> ComfyError:
        said = (await _content(response, _MAX_ERROR_BYTES))[:_MAX_ERROR_BYTES]
        if response.status == 400 and refused is not None:
            try:
                return refused(parse_json(said))
            except Unreadable:
                pass
        target = _redirect_target(response)
        body = said.decode(errors="replace") if target is None else f"redirect to {target.with_query(None)}"
        return failure(self.server, asked, response.status, body)

    def _over(self, asked: str, max_bytes: int) -> TooLarge:
        return TooLarge(self.server.label, f"answers {asked} with more than the {max_bytes:,} bytes allowed")


def _redirect_target(response: aiohttp.ClientResponse) -> URL | None:
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    target = response.url.join(URL(location))
    return target if target.scheme in {"http", "https"} and target.host else None


async def _content(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """The body; a little more than ``max_bytes`` of it where it is longer."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > max_bytes:
            break
    return bytes(content)
