"""The connection of one shard to Discord's gateway: made, taken up where it was lost, or made anew.

discord.py's own loop over shards asks for a new session whenever a connection cannot be made again at once, which loses
the interactions of meanwhile; and one shard that connects slowly holds up the others there.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import NoReturn

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from msgspec import Struct

from bot.backoff import Backoff
from bot.bugs import Bug, contained
from bot.client.connection import ComfycordClient
from bot.client.session_starts import SessionStarts
from bot.delivery.discord_errors import DiscordError
from bot.errors import Unusable
from bot.texts import Text, text

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 60.0
CONNECT_SECONDS = 60.0
GOODBYE_SECONDS = 1.0
ENDED = 1000
"""With this code Discord forgets the session, and the bot is offline at once."""
GIVEN_UP = 4000
"""With this code the gateway keeps the session, as it does after a lost connection."""


class CannotConnect(Unusable):
    """Discord will not have this bot as it is set up."""


class _Session(Struct, frozen=True):
    """What it takes to go on where a connection was lost."""

    id: str
    sequence: int | None
    gateway: yarl.URL


class ShardConnection:
    def __init__(
        self, client: ComfycordClient, shard_id: int, starts: SessionStarts, backoff: Backoff
    ) -> None:
        self.name = "the connection to Discord's gateway"
        if (client.shard_count or 1) > 1:
            self.name = f"the connection of shard {shard_id} to Discord's gateway"
        self._client = client
        self._shard_id = shard_id
        self._starts = starts
        self._backoff = backoff
        self._socket_type = _noting(self._note)
        self._socket: DiscordWebSocket | None = None
        self._session: _Session | None = None

    @property
    def latency_seconds(self) -> float | None:
        """What the last heartbeat took; None: there is no connection, or none that answered yet."""
        socket = self._socket
        if socket is None or not socket.open or not math.isfinite(socket.latency):
            return None
        return socket.latency

    async def run(self) -> NoReturn:
        """Hear what concerns this shard, until cancelled.

        Raises:
            CannotConnect: trying again would change nothing.
        """
        failures = 0
        try:
            while True:
                heard = await contained(self.name, self._hear())
                if isinstance(heard, Bug):
                    self._session = None  # what could not be read would come again
                await self._leave(GIVEN_UP)  # else it would beat on beside the new one
                failures = 0 if heard is True else failures + 1
                if failures:
                    await self._backoff.pause(failures)
        finally:
            await self._leave(ENDED)

    async def _hear(self) -> bool:
        """Connect, and hear until the connection is lost. Whether there was a session."""
        with self._losses():
            socket = await self._connected()
            before, heard = socket.sequence, False
            try:
                while True:
                    await socket.poll_event()
                    heard = heard or socket.sequence != before
            except ReconnectWebSocket as lost:
                self._session = _session_of(socket) if lost.resume else None
                return heard
        return False

    @contextmanager
    def _losses(self) -> Generator[None]:
        """Tell what is tried again from what is in vain."""
        try:
            yield
        except discord.ConnectionClosed as error:
            raise CannotConnect(_reason(error)) from error
        except ReconnectWebSocket:
            log.warning("Discord's gateway closed %s at once, it is tried again", self.name)
        except (OSError, discord.GatewayNotFound, aiohttp.ClientError, DiscordError) as error:
            log.warning("Discord's gateway cannot be reached, it is tried again: %s", error or "no answer")

    async def _connected(self) -> DiscordWebSocket:
        session = self._session
        if session is None:
            async with self._starts.turn(self._shard_id), asyncio.timeout(CONNECT_SECONDS):
                return await self._socket_type.from_client(self._client, shard_id=self._shard_id)
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self._socket_type.from_client(
                self._client,
                shard_id=self._shard_id,
                gateway=session.gateway,
                session=session.id,
                sequence=session.sequence,
                resume=True,
            )

    def _note(self, socket: DiscordWebSocket) -> None:
        self._socket = socket

    async def _leave(self, code: int) -> None:
        """Close what was opened last, also where it is closed already: it may have a thread that beats."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await socket.close(code)


def _noting(note: Callable[[DiscordWebSocket], None]) -> type[DiscordWebSocket]:
    """Sockets that are noted as soon as there is one: discord.py tells of them only when they are ready."""

    class Noted(DiscordWebSocket):
        def __init__(
            self, socket: aiohttp.ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop
        ) -> None:
            super().__init__(socket, loop=loop)
            note(self)

    return Noted


def _session_of(socket: DiscordWebSocket) -> _Session | None:
    if socket.session_id is None:
        return None  # it was lost before there was one
    return _Session(socket.session_id, socket.sequence, socket.gateway)


def _reason(error: discord.ConnectionClosed) -> Text:
    match error.code:
        case 4004:
            return text("connect-token-gateway")
        case 4010:
            return text("connect-shard", shard=str(error.shard_id))
        case 4011:
            return text("connect-too-few")
        case 4012:
            return text("connect-version")
        case 4013 | 4014:
            return text("connect-intents")
        case code:
            return text("connect-closed", code=str(code))
