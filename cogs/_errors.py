"""The one place where an error becomes words in Discord, for commands, suggestions and buttons alike.

A ``UserError`` is a sentence for the person. Anything else is a bug: it is logged once with a short id,
and the person sees that id. Nothing gets as far as discord.py, which would only print it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias, cast

from discord import InteractionType, app_commands

from bot.bugs import contained, report
from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError, Rejected, translated
from bot.delivery.ways_out import rows_of
from bot.errors import Unusable, UserError
from bot.jobs.store import StoreUnavailable
from bot.texts import DEFAULT_LOCALE, Text, render, text
from cogs._command_line import command_line
from cogs._mendable import Mendable
from cogs._notices import refusal
from cogs._service import AnyInteraction, ChosenIn, learn_moderators, who

log = logging.getLogger(__name__)

LAST_SECONDS = 2.0
"""For commands that are being served when the process has to end."""

Choices: TypeAlias = Sequence[app_commands.Choice[str]]


class Errors:
    def __init__(self, acknowledger: Acknowledger, settings: ChosenIn) -> None:
        self._acknowledger = acknowledger
        self._settings = settings
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def answered(
        self, interaction: AnyInteraction, command_to_copy: str | None = None
    ) -> AsyncGenerator[None]:
        """Whatever goes wrong inside is answered. Nothing gets out but the end of the process."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._serving.add(task)
        try:
            await learn_moderators(interaction, self._settings)
            yield
        except Exception as error:  # noqa: BLE001  # the place that reports bugs
            await self._refuse(interaction, error, command_to_copy)
        finally:
            self._serving.discard(task)

    async def suggested(
        self, interaction: AnyInteraction, choices: Awaitable[Choices]
    ) -> list[app_commands.Choice[str]]:
        """The choices; none where they cannot be had."""
        try:
            await learn_moderators(interaction, self._settings)
            return list(await choices)
        except (StoreUnavailable, Unusable) as error:
            log.warning("nothing can be suggested to %s: %s", who(interaction), error)
        except UserError:
            pass  # told where they go on in spite of it
        except Exception as error:  # noqa: BLE001  # the place that reports bugs
            report(error, f"a suggestion to {who(interaction)}")
        return []

    async def all_answered(self) -> None:
        """Return, soon, when everybody who was being served is: what was asked for is not dropped at the end."""
        if not self._serving:
            return
        _, late = await asyncio.wait(self._serving, timeout=LAST_SECONDS)
        for task in late:
            task.cancel()
        if late:
            log.warning("%d commands were not finished when the bot had to stop", len(late))
            await asyncio.wait(late)

    async def answer(self, interaction: AnyInteraction, error: Exception) -> None:
        """What discord.py itself found wrong with a command; while one still types there is nothing to say."""
        if interaction.type is InteractionType.autocomplete:
            with suppress(DiscordError), translated():
                await interaction.response.autocomplete([])
            return
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self._refuse(interaction, cause, command_line(interaction))

    async def _refuse(
        self, interaction: AnyInteraction, error: Exception, command_to_copy: str | None
    ) -> None:
        where = f"the refusal to {who(interaction)}"
        await contained(where, self._told(interaction, error, command_to_copy))

    async def _told(self, interaction: AnyInteraction, error: Exception, command_to_copy: str | None) -> None:
        reason = _explain(error, who(interaction))
        if reason is None:
            return
        rows = (
            rows_of(error.source, error.ways, interaction.locale.value) if isinstance(error, Mendable) else ()
        )
        view, files = refusal(reason, command_to_copy, interaction.locale, rows)
        try:
            await self._acknowledger.refuse(interaction, view, files)
        except (DiscordError, TooLate) as unheard:
            log.info("a refusal could not be shown to %s: %s", who(interaction), unheard)


def _explain(error: Exception, asker: str) -> Text | None:
    """None: nobody is there to be told."""
    match error:
        case UserError(message=message) | StoreUnavailable(message=message):
            log.info("refused to %s: %s", asker, render(message, DEFAULT_LOCALE))
            return message
        case Unusable():
            log.error("refused to %s: %s", asker, error)
            return text("jobs-store-unwritable")
        case TooLate():
            log.warning("%s was not answered within three seconds: %s", asker, error)
            return None
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return text("command-changed")
        case DiscordError() if not isinstance(error, Rejected):
            log.info("an answer did not reach %s: %s", asker, error)
            return None
        case _:
            return text("bug", id=report(error, f"an answer to {asker}").id)
