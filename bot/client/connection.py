"""The discord.py client: what it hears, and what becomes of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import discord
from discord import app_commands

from bot.bugs import contained_call
from bot.client.translator import CommandTranslator
from bot.jobs.shards import Shards

log = logging.getLogger(__name__)

LONGEST_LIMIT_SECONDS = 30.0
"""discord.py waits so long for a rate limit by itself, its least; what takes longer is tried again later."""

_SESSION_EVENTS = frozenset({"READY", "RESUMED"})


# Nothing here speaks: the warnings of libraries that only voice needs would tell an operator nothing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class CommandTree(app_commands.CommandTree["ComfycordClient"]):
    async def interaction_check(self, interaction: discord.Interaction["ComfycordClient"], /) -> bool:
        admits = self.client.admits
        return admits is None or await admits(interaction)

    def add_to_menu(self, command: app_commands.ContextMenu) -> None:
        """Discord takes fifteen of each kind since March 2026; ``add_command`` of discord.py 2.7 still counts to five."""
        self._context_menus[command.name, None, command.type.value] = command


class ComfycordClient(discord.AutoShardedClient):
    """Hears interactions and nothing else: no members, no messages, no privileged intent.

    Of discord.py's sharding it keeps the state; the connections are :class:`bot.client.gateway.Gateway`'s.
    """

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
        self.on_join: list[Callable[[int], None]] = []
        """Called with the guild that the bot was invited to, of those of this process."""
        self.admits: Callable[[discord.Interaction[discord.Client]], Awaitable[bool]] | None = None
        """Asked of each command whether it is to be served."""
        # a guild's own command never stands for another one that is everywhere and happens to have its name
        self.tree = CommandTree(self, fallback_to_global=False)
        self._own_shards: asyncio.Future[Shards] = asyncio.Future()
        self._were_connected: set[int] = set()
        self._drop_unreadable_events()

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CommandTranslator())
        self.logged_in.set()

    def take(self, shards: Shards) -> None:
        """Before the first of them connects: what discord.py's ``launch_shards`` writes down."""
        self.shard_count = self._connection.shard_count = shards.count
        self.shard_ids = self._connection.shard_ids = list(shards.ids)
        if not self._own_shards.done():
            self._own_shards.set_result(shards)

    async def own_shards(self) -> Shards:
        """Those of this process, once they are chosen."""
        return await asyncio.shield(self._own_shards)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do nothing: whoever connects a shard waits for its turn before, and not for five seconds each time."""

    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session. The first is what an operator looks for in the log."""
        which = f" (shard {shard_id} of {self.shard_count})" if (self.shard_count or 1) > 1 else ""
        if shard_id in self._were_connected or self.user is None:
            log.info("connected to Discord again, as a new session%s", which)
            return
        self._were_connected.add(shard_id)
        log.info(
            "logged in as %s (%d), %d servers, %d commands%s",
            self.user.name,
            self.user.id,
            sum(guild.shard_id == shard_id for guild in self.guilds),
            len(self.tree.get_commands()),
            which,
        )

    async def on_guild_join(self, guild: discord.Guild) -> None:
        for call in self.on_join:
            call(guild.id)

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
