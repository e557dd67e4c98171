"""Asks a classifier about one picture at a time: ``POST`` with the picture as the body. Alone knows HTTP."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from bot.backoff import Backoff
from bot.classifying.errors import ClassifierAway
from bot.classifying.scores import LIMIT, Scores, scores_of
from bot.texts import text

AT_ONCE = 4
"""Pictures that it looks at at the same moment; others wait."""
TRIES = 2
RETRY = Backoff(first_seconds=0.5, longest_seconds=0.5)
MOST_REMEMBERED = 4_000
"""Pictures whose scores are known, so that a delivery which begins anew does not ask again."""


@dataclass(frozen=True, slots=True)
class ClassifierEndpoint:
    """Where it is, and what lets us in."""

    url: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = 10.0
    """For the whole of one answer."""

    @property
    def label(self) -> str:
        """For people: the host and its port."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


class Classifier:
    """``session`` should keep no cookies (``aiohttp.DummyCookieJar``)."""

    def __init__(
        self, session: aiohttp.ClientSession, endpoint: ClassifierEndpoint, *, retry: Backoff = RETRY
    ) -> None:
        self._session = session
        self._endpoint = endpoint
        self._retry = retry
        self._timeout = aiohttp.ClientTimeout(total=endpoint.timeout_seconds)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._known: OrderedDict[bytes, Scores] = OrderedDict()

    async def scores(self, picture: bytes, content_type: str) -> Scores:
        """What it says of a picture, which is asked about once.

        Raises:
            ClassifierAway: nothing, not the second time either.
        """
        key = hashlib.sha256(picture).digest()
        if key not in self._known:
            self._known[key] = await self._asked(picture, content_type)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]

    async def _asked(self, picture: bytes, content_type: str) -> Scores:
        for tries in range(1, TRIES):
            try:
                return await self._once(picture, content_type)
            except ClassifierAway:
                await self._retry.pause(tries)
        return await self._once(picture, content_type)

    async def _once(self, picture: bytes, content_type: str) -> Scores:
        async with self._turns:
            with self._network_troubles_told():
                return scores_of(await self._post(picture, content_type))

    async def _post(self, picture: bytes, content_type: str) -> bytes:
        key = self._endpoint.key
        headers = {"Content-Type": content_type, "Accept": "application/json", "Accept-Encoding": "identity"}
        async with self._session.post(
            self._endpoint.url,
            data=picture,
            headers=headers | ({"Authorization": f"Bearer {key}"} if key else {}),
            allow_redirects=False,  # picture and key go to nobody else
            timeout=self._timeout,
        ) as answer:
            if answer.status != 200:
                raise ClassifierAway(f"HTTP {answer.status}")
            content = await answer.content.read(LIMIT.size_bytes + 1)
            while len(content) <= LIMIT.size_bytes and (more := await answer.content.readany()):
                content += more
            if len(content) > LIMIT.size_bytes:
                raise ClassifierAway(text("helper-bytes", most=LIMIT.size_bytes))
            return content

    @contextmanager
    def _network_troubles_told(self) -> Generator[None]:
        try:
            yield
        except TimeoutError as error:
            seconds = f"{self._endpoint.timeout_seconds:g}"
            raise ClassifierAway(text("helper-no-answer", seconds=seconds)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ClassifierAway(type(error).__name__) from error
