"""What moderators are told in the channel that they chose for it, with buttons for what they may want to do about it.

Notices are told once at most, soon. A report is kept in the ledger until Discord has the message: after a restart, or
when a channel is chosen later, it is shown all the same.
"""

import asyncio
import logging
from typing import NoReturn

from bot.bugs import contained
from bot.delivery.discord_errors import DiscordError, MessageGone, NoAccess, TryAgain
from bot.delivery.guild_log_layout import LogEntry, entry_layout, report_entry
from bot.delivery.marks import nonce
from bot.delivery.messages import Messages
from bot.jobs.report_store import Report
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, StoreUnavailable, Topic
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import LOG_CHANNEL
from bot.texts import DEFAULT_LOCALE

log = logging.getLogger(__name__)

MOST_WAITING = 500
"""Notices of all guilds: what comes while so many wait is not told. The audit has it."""
ROOM_SECONDS = 0.2
TELLERS = 4
"""So many channels may be slow before one waits for another."""
LOOK_SECONDS = 30.0
LEASE_SECONDS = 120.0
"""A report whose showing did not end is shown again."""
NO_CHANNEL_SECONDS = 3600.0
"""A report waits so long before it is looked at again where no channel takes it."""


class GuildLog:
    def __init__(
        self,
        *,
        store: JobStore,
        messages: Messages,
        settings: GuildSettings,
        language: str | None = None,
    ) -> None:
        """``language``: of messages that everybody reads; None: the guild's own."""
        self._store = store
        self._messages = messages
        self._settings = settings
        self._language = language
        self._waiting: asyncio.Queue[tuple[int, LogEntry]] = asyncio.Queue(MOST_WAITING)

    def tell(self, guild_id: int, entry: LogEntry) -> None:
        """Tell the guild's moderators soon, where they chose a channel for it."""
        try:
            self._waiting.put_nowait((guild_id, entry))
        except asyncio.QueueFull:
            log.warning("guild %d is not told in its log: too much waits to be told", guild_id)

    async def tell_when_there_is_room(self, guild_id: int, entry: LogEntry) -> None:
        """For many guilds at once: the same, with half of the room left for what happens meanwhile."""
        while self._waiting.qsize() >= MOST_WAITING // 2:  # noqa: ASYNC110  # a queue tells when it is full, not when half
            await asyncio.sleep(ROOM_SECONDS)
        self.tell(guild_id, entry)

    async def run(self) -> NoReturn:
        """Tell until cancelled. May be started again."""
        await self._messages.available()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(TELLERS):
                tasks.create_task(self._tell_notices())
            tasks.create_task(self._show_reports())
        raise AssertionError("they tell until they are cancelled")  # pragma: no cover

    async def _tell_notices(self) -> NoReturn:
        while True:
            guild_id, entry = await self._waiting.get()
            await contained(f"a notice in the log of guild {guild_id}", self._tell(guild_id, entry))

    async def _tell(self, guild_id: int, entry: LogEntry) -> None:
        try:
            if (channel_id := await self._channel_of(guild_id)) is not None:
                await self._post(channel_id, entry)
        except (DiscordError, StoreUnavailable) as error:
            log.warning("guild %d is not told in its log: %s", guild_id, error)

    async def _show_reports(self) -> NoReturn:
        while True:
            report = await when_available(lambda: self._store.claim_report(LEASE_SECONDS))
            if report is None:
                await self._store.wait(Topic.MODERATION, LOOK_SECONDS)
            else:
                await contained(f"report {report.number}", self._show(report))

    async def _show(self, report: Report) -> None:
        number, guild_id = report.number, report.reported.guild_id
        channel_id = await when_available(lambda: self._channel_of(guild_id))
        if channel_id is None:
            log.info("report %d waits: guild %d chose no channel for its log", number, guild_id)
            await when_available(lambda: self._store.postpone_report(number, NO_CHANNEL_SECONDS))
            return
        job_id = report.reported.job_id
        job = None if job_id is None else await when_available(lambda: self._store.job(job_id))
        try:
            await self._post(channel_id, report_entry(report, job))
        except TryAgain as error:
            log.info("report %d: not shown yet (%s)", number, error)
        except MessageGone:
            await when_available(lambda: self._store.report_shown(number))
        except DiscordError as error:
            why = "may not post there" if isinstance(error, NoAccess) else str(error)
            log.warning("report %d waits: the log of guild %d does not take it (%s)", number, guild_id, why)
            await when_available(lambda: self._store.postpone_report(number, NO_CHANNEL_SECONDS))
        else:
            log.info("report %d: shown to the moderators of guild %d", number, guild_id)
            await when_available(lambda: self._store.report_shown(number))

    async def _channel_of(self, guild_id: int) -> int | None:
        return (await self._settings.of(guild_id)).of(LOG_CHANNEL)

    async def _post(self, channel_id: int, entry: LogEntry) -> None:
        locale = self._language or self._messages.locale_of(channel_id) or DEFAULT_LOCALE
        view = entry_layout(entry, locale)
        await self._messages.post(channel_id, view, (), nonce=nonce(entry.id, "log"), mention=None)
