"""One connection to Discord, from the first login to the end of the process."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType

import aiohttp
import discord
from discord import app_commands

from bot.client.translator import CommandTranslator
from bot.errors import Unusable

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
CANCEL_AGAIN_SECONDS = 0.1

_TROUBLE = (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound, discord.RateLimited)


# Nothing here speaks: the warnings of libraries that only voice needs would tell an operator nothing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class CannotConnect(Unusable):
    """Discord will not have this bot as it is set up."""


class ComfycordClient(discord.Client):
    """Hears interactions and nothing else: no members, no messages, no privileged intent."""

    def __init__(self, *, guild_ready_timeout_seconds: float = 2.0) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=guild_ready_timeout_seconds,
        )
        self.logged_in = asyncio.Event()
        """Set when Discord's HTTP API can be used."""
        self.before_closing: Callable[[], Awaitable[None]] | None = None
        """Awaited while the HTTP API can still be used and nothing new is heard."""
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CommandTranslator())
        self.logged_in.set()

    async def close(self) -> None:
        """Do nothing: the end of the ``async with`` block closes.

        discord.py calls this as soon as the gateway refuses the bot, and would take the HTTP API from under those who
        are still using it.
        """

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.before_closing is not None:
            await self.before_closing()
        await super().close()


class Gateway:
    """Brings the client up and keeps it up."""

    def __init__(
        self, client: ComfycordClient, token: str, *, first_pause_seconds: float = FIRST_PAUSE_SECONDS
    ) -> None:
        self._client = client
        self._token = token
        self._first_pause = first_pause_seconds

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            CannotConnect: trying again would change nothing.
        """
        try:
            await self._until_it_works(self._login)
            await self._until_it_works(self._connect)
        except discord.LoginFailure as error:
            raise CannotConnect(
                "Discord refuses the token: copy it anew from the Developer Portal (Bot → Reset Token)."
            ) from error
        except discord.PrivilegedIntentsRequired as error:
            raise CannotConnect("Discord refuses the intents, though none of them is privileged.") from error
        except discord.ConnectionClosed as error:
            raise CannotConnect(_reason(error.code)) from error
        except discord.HTTPException as error:
            raise CannotConnect(f"Discord refuses to let the bot in: {error}") from error

    async def _until_it_works(self, step: Callable[[], Awaitable[None]]) -> None:
        pause = self._first_pause
        while True:
            try:
                await step()
            except _TROUBLE as error:
                if not _passes(error):
                    raise
                log.warning("Discord cannot be reached, again in %.0f s: %s", pause, error)
            else:
                return
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311  # jitter, no secret
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    async def _login(self) -> None:
        try:
            await self._client.login(self._token)
        except _TROUBLE:
            # discord.py opens a new session each time and forgets the old one
            await self._client.http.close()
            self._client.http.connector = discord.utils.MISSING
            raise

    async def _connect(self) -> None:
        try:
            await _heeding_cancellation(self._client.connect())
        except AttributeError as error:
            # discord.py 2.7 cannot go on after its very first connection failed: it looks at the socket that
            # it does not have (https://github.com/Rapptz/discord.py/issues/10520)
            if getattr(self._client, "ws", None) is not None:
                raise
            raise discord.GatewayNotFound from error


async def _heeding_cancellation(connection: Coroutine[None, None, None]) -> None:
    """Cancel until it ends: asyncio.wait_for, by which discord.py connects, may forget a cancellation (gh-86296)."""
    task = asyncio.create_task(connection, name="gateway connection")
    try:
        await asyncio.wait({task})
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CANCEL_AGAIN_SECONDS)
        if not task.cancelled():
            task.exception()  # else asyncio would report it as forgotten where the cancellation comes first
    await task


def _passes(error: Exception) -> bool:
    """Whether waiting helps: Discord is down, or limits us, and does not refuse us."""
    return not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429


def _reason(code: int) -> str:
    match code:
        case 4004:
            return "Discord's gateway refuses the token: copy it anew from the Developer Portal (Bot → Reset Token)."
        case 4010 | 4011:
            return "Discord asks for shards: the bot is in too many servers for one connection."
        case 4012:
            return "Discord's gateway no longer speaks this version: update discord.py."
        case 4013 | 4014:
            return "Discord refuses the intents, though none of them is privileged."
        case _:
            return f"Discord closed the connection for good (code {code})."
