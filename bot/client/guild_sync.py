"""Commands that single guilds have for themselves: Discord's lists of them kept equal to ours.

One guild after the other, the one that changed last first: who publishes a command does not wait for the round over all
guilds that each start makes. Guilds that never had commands of their own are not asked about.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NoReturn

import discord
from msgspec import Struct

from bot.backoff import Backoff
from bot.bugs import Bug, contained
from bot.client.command_list import MAX_COMMANDS, MAX_CREATES, CommandList, Made
from bot.client.connection import ComfycordClient
from bot.client.own_commands import GuildCommandSource, OwnCommands
from bot.client.presence import Presence
from bot.delivery.discord_errors import NoAccess, TryAgain
from bot.jobs.store import JobStore, StoreUnavailable

log = logging.getLogger(__name__)

PAUSES = Backoff(first_seconds=5.0, longest_seconds=1800.0)
"""After a try that failed: the bot may still be invited to that guild."""
REST_SECONDS = 1.0
"""Between two times that one guild's list is sent: several changes at once are told together."""
SPENT_SECONDS = 600.0
"""Until new commands are tried again, where Discord took none and did not say until when."""


class _Guild(Struct):
    id: int
    list: CommandList
    own: OwnCommands | None = None
    change: int = 0
    """The number of its last change, among those of all guilds."""
    due_at: float | None = None
    """When Discord is to be told, in seconds of the loop; None: it has what we have."""
    rests_until: float = 0.0
    failures: int = 0
    complaint: str = ""
    """What was said last of why it could not be told."""


class GuildCommandSync:
    def __init__(
        self,
        client: ComfycordClient,
        source: GuildCommandSource,
        presence: Presence,
        store: JobStore,
        *,
        wall_clock: Callable[[], float] = time.time,
        pauses: Backoff = PAUSES,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        """``wall_clock``: the store's time."""
        self._client = client
        self._source = source
        self._presence = presence
        self._store = store
        self._wall_clock = wall_clock
        self._pauses = pauses
        self._rest_seconds = rest_seconds
        self._guilds: dict[int, _Guild] = {}
        self._changes = 0
        self._told: set[int] | None = None
        """Guilds in which Discord may have commands of ours; None: that is to be read."""
        presence.on_lead.append(self._begin_to_lead)
        client.on_join.append(self._look_again)

    async def run(self) -> NoReturn:
        """Serve what guilds have and have Discord know of it, and again whenever that changes."""
        await self._client.logged_in.wait()
        self._source.changed.set()
        while True:
            try:
                await self._take_in()
            except StoreUnavailable as error:
                log.info("what guilds have of their own cannot be read now: %s", error)
                self._source.changed.set()
                await self._pauses.pause(1)
                continue
            now = self._now()
            due = [each for each in self._waiting() if each.due_at is not None and each.due_at <= now]
            if due:
                await self._sync(max(due, key=lambda each: each.change))
            else:
                await self._wait()

    def _begin_to_lead(self) -> None:
        """Another bot may have told Discord something else."""
        self._told = None
        for guild_id in self._guilds:
            self._look_again(guild_id)
        self._source.changed.set()

    def _look_again(self, guild_id: int) -> None:
        """What Discord has in this guild is not known any more; or the bot was just invited to it."""
        if guild := self._guilds.get(guild_id):
            guild.failures, guild.due_at = 0, self._now()
            self._source.changed.set()

    async def _take_in(self) -> None:
        """What became another."""
        if not self._source.changed.is_set():
            return
        self._source.changed.clear()
        if self._told is None and self._presence.leads:
            self._told = {*await self._store.told_guilds()}
        for guild_id in {*self._source.guilds, *self._guilds, *(self._told or ())}:
            guild = self._guilds.get(guild_id) or _Guild(guild_id, CommandList(self._client, guild_id))
            own = await self._source.of(guild_id)
            if own != guild.own:
                self._fill_tree(guild_id, own)
                self._changes += 1
                guild.own, guild.change, guild.failures = own, self._changes, 0
                guild.due_at = max(self._now(), guild.rests_until)
            self._guilds[guild_id] = guild
            await asyncio.sleep(0)  # commands of many guilds take a while to make

    def _fill_tree(self, guild_id: int, own: OwnCommands) -> None:
        tree, guild = self._client.tree, discord.Object(guild_id)
        tree.clear_commands(guild=guild)
        for command in own.commands[:MAX_COMMANDS]:
            tree.add_command(command, guild=guild, override=True)
        if left_out := own.commands[MAX_COMMANDS:]:
            names = ", ".join(f"/{each.name}" for each in left_out)
            log.warning("Discord takes %d commands in guild %d; left out: %s", MAX_COMMANDS, guild_id, names)

    def _waiting(self) -> Iterator[_Guild]:
        """Guilds of which Discord is to be told, now or later."""
        if self._presence.leads:  # else another bot tells Discord of the same commands
            yield from (each for each in self._guilds.values() if each.due_at is not None)

    async def _wait(self) -> None:
        """Until something changes, or a guild is due."""
        due_at = min((each.due_at for each in self._waiting() if each.due_at is not None), default=None)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due_at):
                await self._source.changed.wait()

    async def _sync(self, guild: _Guild) -> None:
        """Tell Discord; what comes of it never raises."""
        guild.due_at = None
        wait = await contained(
            f"the commands of guild {guild.id}", self._tell(guild, guild.own or OwnCommands())
        )
        if isinstance(wait, Bug):
            guild.failures += 1
            wait = self._pauses.seconds(guild.failures)
        if wait is not None and guild.due_at is None:
            guild.due_at = self._now() + wait

    async def _tell(self, guild: _Guild, own: OwnCommands) -> float | None:
        """In how many seconds there is something to tell again; None: when something changes."""
        try:
            made = await self._make(guild, own)
        except NoAccess as error:
            self._complain(
                guild, f"the bot may not ({error}); invite it with the scope applications.commands"
            )
            guild.failures += 1
            return self._pauses.seconds(guild.failures) if own.has_any else None
        except (TryAgain, StoreUnavailable) as error:
            self._complain(guild, str(error))
            guild.failures += 1
            asked = error.retry_after_seconds if isinstance(error, TryAgain) else 0.0
            return max(asked, self._pauses.seconds(guild.failures))
        guild.failures = 0
        if made.sent:
            guild.rests_until = self._now() + self._rest_seconds
            log.info("guild %d: %d commands of its own, synced", guild.id, made.count)
        if not made.waiting:
            guild.complaint = ""
            return None
        self._complain(guild, f"Discord takes no new ones for now; left out: {', '.join(made.waiting)}")
        return made.wait_seconds or await self._wait_of_creates(guild.id)

    async def _make(self, guild: _Guild, own: OwnCommands) -> Made:
        """Raises DiscordError, StoreUnavailable."""
        if own.has_any:
            await self._note_told(guild.id)
        commands = own.commands[:MAX_COMMANDS]
        made = await guild.list.make(commands, kept=own.kept, room=lambda: self._room(guild.id))
        if made.created:
            await self._store.note_command_creates(guild.id, made.created)
        if not own.has_any:
            await self._forget(guild.id)
        return made

    async def _room(self, guild_id: int) -> int:
        """How many commands may be made that Discord does not have."""
        creates = await self._store.command_creates(guild_id)
        return max(0, MAX_CREATES - creates.count)

    async def _wait_of_creates(self, guild_id: int) -> float:
        """Until commands may be made again."""
        with suppress(StoreUnavailable):
            creates = await self._store.command_creates(guild_id)
            if creates.less_at is not None and creates.count >= MAX_CREATES:
                return max(self._rest_seconds, creates.less_at - self._wall_clock())
        return SPENT_SECONDS

    async def _note_told(self, guild_id: int) -> None:
        """Before Discord is told: whoever starts next asks what is there, whatever comes between."""
        if guild_id not in (self._told or ()):
            await self._store.note_told_guild(guild_id, has_commands=True)
            if self._told is not None:
                self._told.add(guild_id)

    async def _forget(self, guild_id: int) -> None:
        """Discord has nothing of ours in this guild."""
        await self._store.note_told_guild(guild_id, has_commands=False)
        (self._told or set()).discard(guild_id)
        del self._guilds[guild_id]

    def _complain(self, guild: _Guild, complaint: str) -> None:
        """In the log, once."""
        if complaint != guild.complaint:
            log.warning("guild %d does not have all of its own commands: %s", guild.id, complaint)
        guild.complaint = complaint

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
