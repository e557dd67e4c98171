"""``/stats``: jobs, GPU time, waiting times and failures in numbers, as a picture and a table.

Of one server, for its moderators; of everything, for the operator.
"""

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

import discord
from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.figure_csv import csv_of
from bot.delivery.figure_page import MOST_SHOWN, Page, iso_day, page_of
from bot.delivery.messages import Attached
from bot.delivery.person_names import names_of
from bot.delivery.sheet_words import letters_note
from bot.jobs.figure_store import FigureStore
from bot.texts import Text, render, text
from bot.threads import finished
from cogs._errors import Errors
from cogs._moderators import BY_GUILDS, IN_GUILDS, SEEN_BY, moderator_of
from cogs._notices import framed
from cogs._owner import Owners
from cogs._service import AnyInteraction, Subcommand

if TYPE_CHECKING:
    from bot.delivery.figure_picture import DrawnPage

PICTURE = "stats.png"


class Span(Enum):
    """How many days, today being the last."""

    TODAY = 1
    WEEK = 7
    MONTH = 30

    @property
    def told(self) -> Text:
        match self:
            case Span.TODAY:
                return text("stats-today")
            case Span.WEEK:
                return text("stats-week")
            case Span.MONTH:
                return text("stats-month")


class Stats:
    def __init__(
        self, store: FigureStore, owners: Owners, acknowledger: Acknowledger, errors: Errors
    ) -> None:
        self._store = store
        self._owners = owners
        self._acknowledger = acknowledger
        self._errors = errors
        self._drawing = asyncio.Semaphore(1)

    def command(self) -> Subcommand:
        @app_commands.describe(
            span=localised(text("option-span-description")),
            everywhere=localised(text("option-everywhere-description")),
        )
        @app_commands.rename(
            span=localised(text("option-span-name")), everywhere=localised(text("option-everywhere-name"))
        )
        @app_commands.choices(
            span=[app_commands.Choice(name=localised(span.told), value=span.value) for span in Span]
        )
        async def stats(
            interaction: AnyInteraction,
            span: int = Span.WEEK.value,
            everywhere: bool = False,  # noqa: FBT001, FBT002  # an option of the command
        ) -> None:
            await self._show(interaction, Span(span), everywhere=everywhere)

        command: Subcommand = app_commands.Command(
            name=localised(text("command-stats-name")),
            description=localised(text("command-stats-description")),
            callback=stats,
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
        )
        command.default_permissions = SEEN_BY
        return command

    async def _show(self, interaction: AnyInteraction, span: Span, *, everywhere: bool) -> None:
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                if everywhere:
                    await self._owners.check(interaction.user.id)
                guild_id = None if everywhere else moderator_of(interaction).guild_id
                figures = await self._store.figures(span.value, guild_id)
                shown = [int(use.of) for use in figures.people[:MOST_SHOWN] if use.of]
                names = await names_of(interaction.client, shown)
                locale = interaction.locale.value
                page = page_of(figures, _title(span, everywhere=everywhere), names, locale)
                async with self._drawing:
                    drawn = await finished(_drawn, page)
            table = f"stats-{iso_day(figures.days[0].number)}-{iso_day(figures.days[-1].number)}.csv"
            files = (Attached(PICTURE, drawn.content, page.alt), Attached(table, csv_of(figures)))
            view = _layout(page, table, letters_note(drawn.lacking), locale)
            await self._acknowledger.answer(interaction, view, files)


def _title(span: Span, *, everywhere: bool) -> Text:
    if everywhere:
        return text("stats-title-everywhere", span=span.told)
    return text("stats-title", span=span.told)


def _layout(page: Page, table: str, lacking: Text | None, locale: str) -> ui.LayoutView:
    note = render(text("stats-note"), locale)
    if lacking is not None:
        note += f"\n-# {render(lacking, locale)}"
    return framed(
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{PICTURE}", description=page.alt)),
        ui.File(f"attachment://{table}"),
        ui.TextDisplay(f"-# {note}"),
    )


def _drawn(page: Page) -> "DrawnPage":
    # A bot that starts needs no Pillow yet.
    from bot.delivery.figure_picture import draw_page  # noqa: PLC0415
    from bot.delivery.fonts import installed  # noqa: PLC0415

    return draw_page(page, installed())
