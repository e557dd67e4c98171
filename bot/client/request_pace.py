"""The fifty requests a second that Discord takes of a token, shared by all bots on it.

A bot that is alone asks nobody, and waits where Discord says so. Several take turns in the ledger, each for a few requests;
buckets of single routes need none, for a channel is one bot's. Answers to interactions are not counted by Discord:
https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Protocol

from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams, TraceRequestStartParams
from discord.http import Route
from yarl import URL

from bot.jobs.bot_store import BotStore
from bot.jobs.store import StoreUnavailable

REQUESTS_A_TURN = 5
TURN_SECONDS = REQUESTS_A_TURN / 36
VALID_SECONDS = 0.25
"""Requests of a turn that were not made by then lapse: 5 + 36 × (1 + 0.25) is 50 in the worst second."""
TURN = "requests"
LIMITED = "limited"
"""Holds the turn for as long as Discord takes nothing."""
MOST_TRIES = 20
_NOT_COUNTED = ("/interactions/", "/webhooks/")


class Company(Protocol):
    @property
    def has_company(self) -> bool:
        """Whether other bots live."""
        ...


class HttpClient(Protocol):
    """discord.py's, before its login."""

    http_trace: TraceConfig | None


class RequestPace:
    def __init__(
        self, store: BotStore, company: Company, counter: Callable[[], float] = time.monotonic
    ) -> None:
        """``counter``: seconds that pass evenly."""
        self._store = store
        self._company = company
        self._counter = counter
        self._turn = asyncio.Lock()
        self._left = 0
        self._lapses_at: float | None = None

    def attach(self, http: HttpClient) -> None:
        """Let every request wait for its turn."""
        trace = http.http_trace or TraceConfig()
        trace.on_request_start.insert(0, self._wait)  # whoever measures does not measure the wait
        trace.on_request_end.append(self._look)
        http.http_trace = trace

    async def _wait(self, _: ClientSession, __: SimpleNamespace, params: TraceRequestStartParams) -> None:
        if self._company.has_company and _is_counted(params.url):
            async with self._turn:
                with suppress(StoreUnavailable):  # Discord itself says when it is too much
                    await self._take_one()

    async def _take_one(self) -> None:
        while not self._left or self._lapses_at is None or self._counter() >= self._lapses_at:
            wait = await self._store.hold(TURN, None, TURN_SECONDS)
            if wait:
                await asyncio.sleep(wait)
            else:
                self._left, self._lapses_at = REQUESTS_A_TURN, self._counter() + VALID_SECONDS
        self._left -= 1

    async def _look(self, _: ClientSession, __: SimpleNamespace, params: TraceRequestEndParams) -> None:
        status, headers = params.response.status, params.response.headers
        is_global = status == 429 and headers.get("X-RateLimit-Scope") == "global"
        if self._company.has_company and is_global:
            self._left = 0
            with suppress(StoreUnavailable, ValueError):
                await self._tell(float(headers.get("Retry-After", "1")))

    async def _tell(self, seconds: float) -> None:
        """Let the others wait, too."""
        for _ in range(MOST_TRIES):
            if not (wait := await self._store.hold(TURN, LIMITED, seconds)):
                return
            await asyncio.sleep(min(wait, TURN_SECONDS))


def _is_counted(url: URL) -> bool:
    base = URL(Route.BASE)
    if url.origin() != base.origin() or not url.path.startswith(base.path):
        return False
    return not url.path.removeprefix(base.path).startswith(_NOT_COUNTED)
