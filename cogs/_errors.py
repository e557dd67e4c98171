"""The one place where an error becomes words in Discord, for commands and buttons alike.

A ``UserError`` is a sentence for the person. Anything else is a bug: it is logged once with a short id,
and the person sees that id.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

from discord import app_commands

from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError, Rejected
from bot.errors import UserError
from bot.jobs.store import StoreUnavailable
from bot.texts import Text, text
from cogs._notices import ALARM, notice
from cogs._service import AnyInteraction

log = logging.getLogger(__name__)

LAST_SECONDS = 2.0
"""For commands that are being served when the process has to end."""


class Errors:
    def __init__(self, acknowledger: Acknowledger) -> None:
        self._acknowledger = acknowledger
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def answered(self, interaction: AnyInteraction) -> AsyncGenerator[None]:
        """Whatever goes wrong inside is answered. Nothing gets out but the end of the process."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._serving.add(task)
        try:
            yield
        except Exception as error:  # noqa: BLE001  # the place that reports bugs
            await self.answer(interaction, error)
        finally:
            self._serving.discard(task)

    async def at_rest(self) -> None:
        """Return when everybody who was being served is: what was acknowledged is not dropped at the end."""
        if not self._serving:
            return
        _, late = await asyncio.wait(self._serving, timeout=LAST_SECONDS)
        for task in late:
            task.cancel()
        if late:
            log.warning("%d commands were not finished when the bot had to stop", len(late))
            await asyncio.wait(late)

    async def answer(self, interaction: AnyInteraction, error: Exception) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        message = _explain(cause)
        if message is None:
            return
        view = notice(message, interaction.locale, ALARM)
        try:
            await self._acknowledger.answer(interaction, view)
        except (DiscordError, TooLate) as unheard:
            log.info("an error could not be shown: %s", unheard)


def _explain(error: Exception) -> Text | None:
    """None: nobody is there to be told."""
    match error:
        case UserError(message=message):
            return message
        case StoreUnavailable(message=message):
            return message
        case TooLate():
            log.warning("an interaction could not be acknowledged within three seconds: %s", error.__cause__)
            return None
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return text("command-changed")
        case DiscordError() if not isinstance(error, Rejected):
            log.info("an answer did not reach its reader: %s", error)
            return None
        case _:
            bug = secrets.token_hex(4)
            log.error("bug %s", bug, exc_info=error)
            return text("bug", id=bug)
