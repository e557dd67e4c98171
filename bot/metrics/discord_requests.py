"""Requests to Discord, each try of each: how many, how they were answered, how long that took.

Told by what they are about, never by an id: the first word of the address.
"""

import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Final

from aiohttp import (
    ClientSession,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
    TraceRequestStartParams,
)
from yarl import URL

from bot.metrics.recording import OTHER, Counter, Figure, Histogram

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ANSWER_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 2.5, 3, 5)
_RESOURCES: Final = frozenset(
    {"applications", "channels", "gateway", "guilds", "interactions", "oauth2", "users", "webhooks"}
)
LIMITED: Final = "429"
NO_ANSWER: Final = "none"
_DISCORD_EPOCH_MS = 1_420_070_400_000


class DiscordRequests:
    def __init__(self) -> None:
        self._answered = Counter(
            "comfycord_discord_requests",
            "Requests to Discord; status 429: limited, none: no answer came",
            ("resource", "status"),
        )
        self._seconds = Histogram(
            "comfycord_discord_request_seconds", "Until Discord answered a request", _SECONDS, ("resource",)
        )
        self._interactions = Histogram(
            "comfycord_interaction_answer_seconds",
            "From a command or a press, by Discord's clock, until the answer was taken by Discord, by ours",
            _ANSWER_SECONDS,
        )

    @property
    def figures(self) -> Sequence[Figure]:
        return self._answered, self._seconds, self._interactions

    def trace(self) -> TraceConfig:
        """To be given to the session by which discord.py talks."""
        trace = TraceConfig()
        trace.on_request_start.append(_begin)
        trace.on_request_end.append(self._end)
        trace.on_request_exception.append(self._fail)
        return trace

    async def _end(self, _: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams) -> None:
        parts = _parts(params.url)
        resource = self._count(parts, str(params.response.status), context)
        if resource == "interactions" and params.response.status < 300 and parts[1].isdigit():
            asked_at = ((int(parts[1]) >> 22) + _DISCORD_EPOCH_MS) / 1000
            self._interactions.observe(max(0.0, time.time() - asked_at))

    async def _fail(
        self, _: ClientSession, context: SimpleNamespace, params: TraceRequestExceptionParams
    ) -> None:
        self._count(_parts(params.url), NO_ANSWER, context)

    def _count(self, parts: Sequence[str], status: str, context: SimpleNamespace) -> str:
        resource = parts[0] if parts[0] in _RESOURCES else OTHER
        for trouble in (LIMITED, NO_ANSWER):
            self._answered.begin(resource, trouble)
        self._answered.add(resource, status)
        self._seconds.observe(time.perf_counter() - context.begun, resource)
        return resource


async def _begin(_: ClientSession, context: SimpleNamespace, __: TraceRequestStartParams) -> None:
    context.begun = time.perf_counter()


def _parts(url: URL) -> Sequence[str]:
    """What stands behind ``/api/v10``; of the gateway's own address: that it is the gateway's."""
    parts = url.path.split("/")
    return parts[3:] if parts[1] == "api" and len(parts) > 4 else ("gateway", "")
