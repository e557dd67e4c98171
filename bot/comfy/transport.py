"""The one place that knows HTTP: requests, statuses, redirects, limits.

Above it there are routes and values, and the errors of ``errors.py``. It knows nothing of what is asked or answered.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias, TypeVar

import aiohttp
from yarl import URL

from .encryption import Certificates, speaks_tls
from .errors import ComfyError, TooLarge
from .failures import Answer, failure, speaks_https, translated
from .json_text import JsonLimit, TooMuch, parse_json
from .json_value import JsonValue, Unreadable
from .login_pages import is_web_page
from .phrases import Phrase
from .redaction import encodable
from .redirects import may_follow, redirect_target
from .server import Server

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST"]
Params: TypeAlias = Mapping[str, str]
Body: TypeAlias = bytes | aiohttp.FormData | None
Content: TypeAlias = bytes | bytearray
Refusal: TypeAlias = Callable[[JsonValue], ComfyError]

SMALL = JsonLimit(1024 * 1024, 20_000)
"""For answers of a known shape, a few hundred bytes each."""
LONG = JsonLimit(16 * 1024 * 1024, 400_000)
"""For lists of names and for the inputs of a class: 10,000 model files are 600 kB."""
_ERROR = JsonLimit(4 * 1024 * 1024, 100_000)
_SHOWN_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_OFF_THE_LOOP_BYTES = 64 * 1024
"""Larger answers are parsed in a thread."""
_LONGER_FOR_FILES = 10
"""A transfer may take this many times the timeout, as long as something moves within one."""
_MAX_REDIRECTS = 3


class Transport:
    """Requests to one server, over a session that somebody else owns."""

    def __init__(self, session: aiohttp.ClientSession, server: Server, timeout_seconds: float) -> None:
        self.session = session
        self.server = server
        self.timeout_seconds = timeout_seconds
        self.certificates = Certificates(server)

    def url(self, path: str) -> URL:
        """``path`` (quoted already) under the server's address."""
        return URL(f"{self.server.url}{path}", encoded=True)

    async def answer(
        self,
        method: Method,
        path: str,
        parse: Callable[[JsonValue], T],
        *,
        limit: JsonLimit = SMALL,
        params: Params | None = None,
        body: Body = None,
        refused: Refusal | None = None,
    ) -> T:
        """A JSON answer within ``limit``, parsed. ``refused`` makes the error of a 400 whose body is JSON."""

        def read(content: Content) -> T:
            return parse(parse_json(content, limit))

        return await self.content(
            method, path, read, max_bytes=limit.size_bytes, params=params, body=body, refused=refused
        )

    async def content(
        self,
        method: Method,
        path: str,
        read: Callable[[Content], T],
        *,
        max_bytes: int,
        params: Params | None = None,
        body: Body = None,
        refused: Refusal | None = None,
    ) -> T:
        """An answer's bytes as ``read`` understands them, which raises :class:`Unreadable` where it does not."""
        asked = f"{method} {path}"
        async with self._request(method, path, params, body, refused=refused) as response:
            content = await _content(response, max_bytes)
            if len(content) > max_bytes:
                raise self._over(asked, max_bytes)
        try:
            return await _off_the_loop_if_large(content, read)
        except TooMuch as error:
            what = Phrase("more-than-read", asked=asked, why=error.words)
            raise TooLarge(self.server.label, what) from error
        except Unreadable as error:
            raise failure(self.server, asked, _answer(response, content), why=error.words) from error

    async def done(self, method: Method, path: str, *, body: Body = None) -> None:
        """A request whose answer is empty or of no interest."""
        async with self._request(method, path, None, body):
            return

    async def chunks(self, path: str, params: Params, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """A GET whose body is streamed, at most ``max_bytes`` of it.

        Redirects are followed within the server's own origin, and to the hosts that the operator named.
        """
        async with self._request("GET", path, params, None, follow=True) as response:
            if is_web_page(response.content_type, ""):  # ComfyUI sends HTML files as application/octet-stream
                raise failure(
                    self.server, f"GET {path}", _answer(response, await _content(response, _SHOWN_BYTES))
                )
            received = response.content_length or 0
            if received > max_bytes:
                raise self._over(f"GET {path}", max_bytes, received)
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
        params = params and {key: encodable(value) for key, value in params.items()}
        trust = await self.certificates.trust()
        while True:
            async with self.hanging_up_explained(url):
                response = await self.session.request(
                    method,
                    url,
                    params=params,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                    timeout=timeout,
                    ssl=trust,
                )
            target = redirect_target(response)
            if target is None or hops == 0 or not may_follow(self.server, target):
                return response
            response.release()
            headers = headers if target.origin() == url.origin() else {}
            url, params, hops = target, None, hops - 1

    @asynccontextmanager
    async def hanging_up_explained(self, url: URL) -> AsyncGenerator[None]:
        """A server that hangs up without a word may be one of https: most say nothing to plain http."""
        try:
            yield
        except aiohttp.ServerDisconnectedError:
            if url.scheme == "http" and await speaks_tls(url):
                raise speaks_https(self.server) from None
            raise

    def _timeout(self, *, transfer: bool) -> aiohttp.ClientTimeout:
        seconds = self.timeout_seconds
        total = seconds * _LONGER_FOR_FILES if transfer else seconds
        return aiohttp.ClientTimeout(total=total, sock_connect=seconds, sock_read=seconds)

    async def _failure(
        self, asked: str, response: aiohttp.ClientResponse, refused: Refusal | None
    ) -> ComfyError:
        said = await _content(response, _ERROR.size_bytes)
        if response.status == 400 and refused is not None:
            try:
                return refused(
                    await _off_the_loop_if_large(said, lambda content: parse_json(content, _ERROR))
                )
            except Unreadable:
                pass
        return failure(self.server, asked, _answer(response, said))

    def _over(self, asked: str, max_bytes: int, size_bytes: int | None = None) -> TooLarge:
        what = Phrase("more-than-allowed", asked=asked, most=max_bytes)
        return TooLarge(self.server.label, what, size_bytes)


async def _content(response: aiohttp.ClientResponse, max_bytes: int) -> Content:
    """The body; a little more than ``max_bytes`` of it where it is longer."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > max_bytes:
            break
    return content


async def _off_the_loop_if_large(content: Content, read: Callable[[Content], T]) -> T:
    return await asyncio.to_thread(read, content) if len(content) > _OFF_THE_LOOP_BYTES else read(content)


def _answer(response: aiohttp.ClientResponse, content: Content) -> Answer:
    body = content[:_SHOWN_BYTES].decode(errors="replace")
    return Answer(response.status, body, response.content_type, redirect_target(response))
