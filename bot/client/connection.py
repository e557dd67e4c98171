"""One connection to Discord, from the first login to the end of the process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any

import discord
from discord import app_commands

from bot.backoff import Backoff
from bot.bugs import contained, contained_call
from bot.client.translator import CommandTranslator
from bot.delivery.discord_errors import DiscordError, translated
from bot.errors import Unusable

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
CANCEL_AGAIN_SECONDS = 0.1
LONGEST_LIMIT_SECONDS = 30.0
"""discord.py waits so long for a rate limit by itself, its least; what takes longer is tried again later."""
GIVEN_UP = 4000
"""With this code the gateway keeps the session, as it does after a lost connection."""

_SESSION_EVENTS = frozenset({"READY", "RESUMED"})


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
            max_ratelimit_timeout=LONGEST_LIMIT_SECONDS,
        )
        self.logged_in = asyncio.Event()
        """Set when Discord's HTTP API can be used."""
        self.before_closing: Callable[[], Awaitable[None]] | None = None
        """Awaited while the HTTP API can still be used and nothing new is heard."""
        self.on_form: Callable[[discord.Interaction[discord.Client]], Awaitable[None]] | None = None
        """Awaited with each form that comes back filled in."""
        self.on_press: Callable[[discord.Interaction[discord.Client]], Awaitable[None]] | None = None
        """Awaited with each use of a button or a menu, those that are served included."""
        self.tree = app_commands.CommandTree(self)
        self._was_connected = False
        self._drop_unreadable_events()

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CommandTranslator())
        self.logged_in.set()

    async def on_connect(self) -> None:
        """A new session. The first is what an operator looks for in the log."""
        if self._was_connected or self.user is None:
            log.info("connected to Discord again, as a new session")
            return
        self._was_connected = True
        log.info(
            "logged in as %s (%d), %d servers, %d commands",
            self.user.name,
            self.user.id,
            len(self.guilds),
            len(self.tree.get_commands()),
        )

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """discord.py itself knows only the forms that this very process opened, and forgets none of them."""
        if interaction.type is discord.InteractionType.modal_submit and self.on_form is not None:
            await self.on_form(interaction)
        if interaction.type is discord.InteractionType.component and self.on_press is not None:
            await self.on_press(interaction)

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

    def _drop_unreadable_events(self) -> None:
        """One event that discord.py cannot read would end the connection, and each time that it comes again.

        Without READY or RESUMED there is no session: those still end it, and it is built anew.
        """
        parsers = self._connection.parsers
        for event, parse in list(parsers.items()):
            if event not in _SESSION_EVENTS:
                parsers[event] = _reading(event, parse)


def _reading(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    def read(data: Any) -> None:
        contained_call(f"Discord's event {event}", lambda: parse(data))

    return read


class Gateway:
    """Brings the client up and keeps it up."""

    def __init__(
        self, client: ComfycordClient, token: str, *, first_pause_seconds: float = FIRST_PAUSE_SECONDS
    ) -> None:
        self._client = client
        self._token = token
        self._backoff = Backoff(first_pause_seconds, LONGEST_PAUSE_SECONDS)

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            CannotConnect: trying again would change nothing.
        """
        if not self._client.logged_in.is_set():
            await self._until_it_works("the login at Discord", self._log_in)
        await self._until_it_works("the connection to Discord's gateway", self._connect)

    async def _until_it_works(self, what: str, step: Callable[[], Awaitable[bool]]) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            begun = loop.time()
            if await contained(what, step()) is True:
                return
            failures = 1 if loop.time() - begun > LONGEST_PAUSE_SECONDS else failures + 1
            await self._backoff.pause(failures)

    async def _log_in(self) -> bool:
        try:
            with translated():
                await self._client.login(self._token)
        except discord.LoginFailure as error:
            raise CannotConnect(
                "Discord refuses the token: copy it anew from the Developer Portal (Bot → Reset Token)."
            ) from error
        except DiscordError as error:
            log.warning("Discord cannot be reached, it is tried again: %s", error)
            return False
        else:
            return True
        finally:
            if not self._client.logged_in.is_set():
                # discord.py opens a new session each time and forgets the old one
                await self._client.http.close()
                self._client.http.connector = discord.utils.MISSING

    async def _connect(self) -> bool:
        if self._has_socket:
            # after an error that discord.py did not expect, the old connection would beat on beside the new one
            await self._client.ws.close(GIVEN_UP)
        try:
            await _cancellable(self._client.connect())
        except discord.PrivilegedIntentsRequired as error:
            raise CannotConnect("Discord refuses the intents, though none of them is privileged.") from error
        except discord.ConnectionClosed as error:
            raise CannotConnect(_reason(error.code)) from error
        except AttributeError as error:
            # discord.py 2.7 cannot go on after its very first connection failed: it looks at the socket that
            # it does not have (https://github.com/Rapptz/discord.py/issues/10520)
            if self._has_socket:
                raise
            log.warning("Discord's gateway cannot be reached, it is tried again: %s", error.__context__)
            return False
        return True

    @property
    def _has_socket(self) -> bool:
        return getattr(self._client, "ws", None) is not None


async def _cancellable(connection: Coroutine[None, None, None]) -> None:
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
