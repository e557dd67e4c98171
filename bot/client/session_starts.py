"""When a session may begin: in turn, and only so many times a day.

Discord takes one IDENTIFY in five seconds and bucket (a shard's id modulo ``max_concurrency``), of all processes on a token
together, and resets the token of a bot that begins more sessions a day than it may:
https://docs.discord.com/developers/events/gateway#session-start-limit-object
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from discord.http import Route
from msgspec import Struct

from bot.client.connection import ComfycordClient
from bot.delivery.discord_errors import TryAgain, translated
from bot.jobs.bot_store import BotStore
from bot.jobs.store import StoreUnavailable

log = logging.getLogger(__name__)

IDENTIFY_SECONDS = 5.0
CONNECTING_SECONDS = 90.0
"""Longer than a connection may take to be made: who dies meanwhile holds up the others for so long."""
LOOK_SECONDS = 1.0
ASK_AGAIN_SECONDS = 60.0
"""So long what Discord said of the starts that are left is believed."""


class Limit(Struct, frozen=True):
    """What Discord says of the sessions that this bot may begin."""

    shards: int
    """That it recommends."""
    remaining: int
    total: int
    reset_seconds: float
    """Until ``remaining`` is ``total`` again."""
    buckets: int


class SessionStarts:
    """Lets the shards of one process begin their sessions, in turn with those of others."""

    def __init__(
        self, client: ComfycordClient, store: BotStore, name: str, identify_seconds: float = IDENTIFY_SECONDS
    ) -> None:
        """``name``: of this bot."""
        self._client = client
        self._store = store
        self._name = name
        self._identify_seconds = identify_seconds
        self._buckets: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._limit: tuple[float, Limit] | None = None
        """When it was asked for, by the event loop's clock."""
        self._begun = 0
        """Since then."""

    async def recommended_shards(self) -> int:
        """How many shards Discord recommends.

        Raises:
            DiscordError: it does not say.
        """
        return (await self._ask()).shards

    @asynccontextmanager
    async def turn(self, shard_id: int) -> AsyncGenerator[None]:
        """Inside the block this shard may identify, once.

        Raises:
            DiscordError: how many sessions may begin is not known.
        """
        bucket = shard_id % (await self._known()).buckets
        async with self._buckets[bucket]:
            await self._until_one_is_left()
            holder = (
                f"{self._name}/{secrets.token_hex(4)}"  # of this turn: the next one waits, whosever it is
            )
            while (wait := await self._hold(bucket, holder, CONNECTING_SECONDS)) > 0:  # noqa: ASYNC110  # it may be another process
                await asyncio.sleep(min(wait, LOOK_SECONDS))
            self._begun += 1
            try:
                yield
            finally:
                await self._hold(bucket, holder, self._identify_seconds)

    async def _hold(self, bucket: int, holder: str, seconds: float) -> float:
        """0: it is the holder's; else when to ask again."""
        try:
            return await self._store.hold(f"identify {bucket}", holder, seconds)
        except StoreUnavailable:
            return 0.0  # Discord refuses a session that comes too soon; without a connection nobody is told anything

    async def _until_one_is_left(self) -> None:
        while (limit := await self._known()).remaining <= self._begun:
            log.warning(
                "Discord lets this bot begin no more sessions: all %d of a day are used. The next may begin in %d min",
                limit.total,
                max(1, round(limit.reset_seconds / 60)),
            )
            await asyncio.sleep(max(1.0, limit.reset_seconds))
            self._limit = None

    async def _known(self) -> Limit:
        if self._limit is not None:
            asked_at, limit = self._limit
            if asyncio.get_running_loop().time() - asked_at < ASK_AGAIN_SECONDS:
                return limit
        return await self._ask()

    async def _ask(self) -> Limit:
        with translated():
            answer: object = await self._client.http.request(Route("GET", "/gateway/bot"))
        limit = _as_limit(answer)
        self._limit, self._begun = (asyncio.get_running_loop().time(), limit), 0
        return limit


def _as_limit(answer: object) -> Limit:
    """What Discord says.

    Raises:
        TryAgain: something between the bot and Discord gave the answer.
    """
    told = cast("dict[str, Any]", answer)
    try:
        starts = told["session_start_limit"]
        return Limit(
            shards=max(1, int(told["shards"])),
            remaining=int(starts["remaining"]),
            total=int(starts["total"]),
            reset_seconds=int(starts["reset_after"]) / 1000,
            buckets=max(1, int(starts["max_concurrency"])),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise TryAgain(f"what was answered does not tell of a gateway ({error!r})") from error
