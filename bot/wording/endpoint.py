"""Asks an OpenAI-compatible endpoint one question at a time: ``POST …/chat/completions``. Alone knows HTTP."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from bot.texts import text
from bot.wording.answers import LIMIT, error_code_of, words_of
from bot.wording.errors import HelperAway, HelperRefused, HelperTimedOut, HelperUnreadable, HelperUnusable

AT_ONCE = 4
"""Questions under way at the same moment; others wait, and their time counts from when they are asked."""

_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and what lets us in."""

    url: str
    """What stands before ``/chat/completions``, for instance ``http://127.0.0.1:11434/v1``."""
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = 20.0
    """For the whole of one answer."""

    @property
    def label(self) -> str:
        """For people: the host and its port."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


class Chat:
    """``session`` should keep no cookies (``aiohttp.DummyCookieJar``)."""

    def __init__(self, session: aiohttp.ClientSession, endpoint: Endpoint) -> None:
        self._session = session
        self._endpoint = endpoint
        self._timeout = aiohttp.ClientTimeout(total=endpoint.timeout_seconds)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def answer(self, instructions: str, words: str) -> str:
        """What the model answers to ``words``, untouched.

        Only what every such endpoint takes is sent: some refuse a limit of tokens, others a temperature.

        Raises:
            WordingError: see there.
        """
        asked = {
            "model": self._endpoint.model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": words},
            ],
            "stream": False,
        }
        async with self._turns:
            with self._network_troubles_told():
                return words_of(await self._post(asked))

    async def _post(self, asked: object) -> bytes:
        key = self._endpoint.key
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        async with self._session.post(
            f"{self._endpoint.url.rstrip('/')}/chat/completions",
            json=asked,
            headers=headers,
            allow_redirects=False,  # the key goes to nobody else
            timeout=self._timeout,
        ) as answer:
            content = await _read(answer)
            _check(answer.status, content)
            return content

    @contextmanager
    def _network_troubles_told(self) -> Generator[None]:
        try:
            yield
        except TimeoutError as error:
            raise HelperTimedOut(self._endpoint.timeout_seconds) from error
        except (aiohttp.ClientError, OSError) as error:
            raise HelperAway(type(error).__name__) from error


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":  # it was asked not to pack anything
        raise HelperUnreadable(text("helper-packed"))
    pieces, received = list[bytes](), 0
    async for piece in answer.content.iter_any():
        received += len(piece)
        if received > LIMIT.size_bytes:
            raise HelperUnreadable(text("helper-bytes", most=LIMIT.size_bytes))
        pieces.append(piece)
    return b"".join(pieces)


def _check(status: int, content: bytes) -> None:
    if status == 200:
        return
    code = error_code_of(content)
    details = f"HTTP {status}" + (f" ({code})" if code else "")
    if status in _LATER or status >= 500:
        raise HelperAway(details)
    if code is not None and "content" in code:  # a filter before the model, as Azure's
        raise HelperRefused
    raise HelperUnusable(details)
