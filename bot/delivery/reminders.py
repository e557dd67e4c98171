"""Tells people that a ComfyUI is back which can run what they asked for: once each, whatever restarts in between.

Told in the channel where they asked, by a mention; where the bot may not post there, by a direct message. May stop at any
line and be started again: the same message has the same nonce, and its row goes when Discord has it.
"""

import asyncio
import logging
from typing import Protocol

from discord import ui

from bot.bugs import contained
from bot.delivery.discord_errors import DiscordError, MessageGone, NoAccess, TryAgain
from bot.delivery.marks import nonce
from bot.delivery.messages import Messages
from bot.delivery.status_layout import link_from
from bot.jobs.job import Job
from bot.jobs.pending import DIRECTLY, Reminder
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows.key import spoken

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
COMMAND = "/"
"""Before a need that is the key of a workflow."""


class CanRun(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    def can_run(self, needs: frozenset[str]) -> bool: ...


class ReminderWorker:
    def __init__(
        self,
        *,
        store: JobStore,
        name: str,
        generation: CanRun,
        messages: Messages,
        language: str | None = None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """``name``: of this bot. ``language``: where no job tells which one its channel has; None: the guild's own."""
        self._store = store
        self._name = name
        self._generation = generation
        self._messages = messages
        self._language = language
        self._look = look_seconds

    async def run(self) -> None:
        """Tell until cancelled. May be started again."""
        await self._messages.available()
        while True:
            for reminder in await when_available(lambda: self._store.reminders(self._name)):
                if self._generation.can_run(reminder.asked.needs):
                    await self._tell(reminder)
            await asyncio.sleep(self._look)

    async def _tell(self, reminder: Reminder) -> None:
        later = await contained(f"reminder {reminder.number}", self._told(reminder))
        if later is not True:
            await when_available(lambda: self._store.reminded(reminder))

    async def _told(self, reminder: Reminder) -> bool:
        """Tell it, where that is possible at all. True: it is to be tried again later."""
        asked, number = reminder.asked, reminder.number
        job = await when_available(lambda: self._store.job(asked.job_id))
        words = render(_words(reminder, job), self._locale(job, asked.channel_id))
        try:
            await self._post_anywhere(reminder, words)
        except TryAgain as error:
            log.info("reminder %d: not told yet (%s)", number, error)
            return True
        except MessageGone:
            log.info("reminder %d: told, and deleted since", number)
        except DiscordError as error:
            log.warning("reminder %d: cannot be told (%s)", number, error)
        else:
            log.info("reminder %d: told", number)
        return False

    async def _post_anywhere(self, reminder: Reminder, words: str) -> None:
        asked = reminder.asked
        if asked.channel_id != DIRECTLY:
            try:
                await self._post(reminder, asked.channel_id, words)
            except NoAccess as error:
                log.info("reminder %d: not in its channel (%s)", reminder.number, error)
            else:
                return
        await self._post(reminder, await self._messages.direct_channel(asked.user_id), words)

    async def _post(self, reminder: Reminder, channel_id: int, words: str) -> None:
        asked = reminder.asked
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay(words))
        key = nonce(asked.job_id, f"back:{asked.user_id}:{channel_id}:{reminder.asked_at}")
        await self._messages.post(channel_id, view, (), nonce=key, mention=asked.user_id)

    def _locale(self, job: Job | None, channel_id: int) -> str:
        own = None if job is None else job.place.locale
        return own or self._language or self._messages.locale_of(channel_id) or DEFAULT_LOCALE


def _words(reminder: Reminder, job: Job | None) -> Text:
    asked = reminder.asked
    if job is not None and job.status_message is not None:
        link = link_from(job.place, job.status_message)
        return text("reminder-job", user=str(asked.user_id), link=link)
    name = next((need.removeprefix(COMMAND) for need in asked.needs if need.startswith(COMMAND)), None)
    if name is not None:
        return text("reminder-workflow", user=str(asked.user_id), workflow=spoken(name))
    return text("reminder", user=str(asked.user_id))
