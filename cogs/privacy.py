"""``/privacy``: what the bot keeps about whoever asks; they see it, take it with them, and have it deleted."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from math import ceil
from typing import TypeAlias

from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.messages import Attached
from bot.delivery.personal_file import personal_file
from bot.errors import NotAllowed
from bot.jobs.privacy_store import PrivacyStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import RETENTION_DAYS
from bot.texts import Text, render, text
from cogs._buttons import AnyItem, pressed_button
from cogs._errors import Errors
from cogs._moderators import subcommand
from cogs._notices import framed, notice
from cogs._privacy_layout import ERASE, erased_words, held_layout, question_layout
from cogs._service import AnyCommand, AnyInteraction, Subcommand, guild_of, who

log = logging.getLogger(__name__)

_ERASE_ID = re.compile(re.escape(ERASE) + r":(?P<person>[0-9]{1,20})")
Answer: TypeAlias = Callable[[AnyInteraction], Awaitable[None]]

ROOM_BYTES = 100_000
"""Of Discord's limit, for all that is no file."""


class Privacy:
    def __init__(
        self,
        store: PrivacyStore,
        settings: GuildSettings,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        keep_jobs_days: float,
    ) -> None:
        """``keep_jobs_days``: how long the operator keeps ended jobs; a guild may want less."""
        self._store = store
        self._settings = settings
        self._acknowledger = acknowledger
        self._errors = errors
        self._keep_jobs_days = keep_jobs_days
        self._one_file = asyncio.Semaphore(1)
        """A file may be large: they are made one after the other."""

    def command(self) -> AnyCommand:
        group = app_commands.Group(
            name=localised(text("command-privacy-name")),
            description=localised(text("command-privacy-description")),
        )
        for name, description, do in (
            (text("command-privacy-show-name"), text("command-privacy-show-description"), self._show),
            (text("command-privacy-export-name"), text("command-privacy-export-description"), self._export),
            (text("command-privacy-delete-name"), text("command-privacy-delete-description"), self._ask),
        ):
            group.add_command(self._subcommand(name, description, do))
        return group

    def _subcommand(self, name: Text, description: Text, do: Answer) -> Subcommand:
        async def answer(interaction: AnyInteraction) -> None:
            async with self._errors.answered(interaction):
                await do(interaction)

        return subcommand(name, description, answer)

    def button(self) -> AnyItem:
        return pressed_button(_ERASE_ID, self._erase, self._errors)

    async def _show(self, interaction: AnyInteraction) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            guild_id = guild_of(interaction)
            held = await self._store.held(interaction.user.id, guild_id)
            days = ceil(await self._kept_days(guild_id))
        await self._acknowledger.answer(interaction, held_layout(held, days, interaction.locale.value))

    async def _kept_days(self, guild_id: int | None) -> float:
        chosen = 0 if guild_id is None else (await self._settings.of(guild_id)).of(RETENTION_DAYS)
        return min(chosen or self._keep_jobs_days, self._keep_jobs_days)

    async def _export(self, interaction: AnyInteraction) -> None:
        await self._acknowledger.announce(interaction, ephemeral=True)
        room = interaction.filesize_limit - ROOM_BYTES
        async with self._one_file:
            file = await personal_file(self._store, interaction.user.id, room)
        log.info("%s took with them what is kept about them", who(interaction))
        told = (
            text("privacy-exported-part", count=file.left_out) if file.left_out else text("privacy-exported")
        )
        words: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(render(told, interaction.locale.value))
        view = framed(words, ui.File(f"attachment://{file.name}"))
        await self._acknowledger.answer(interaction, view, (Attached(file.name, file.content),))

    async def _ask(self, interaction: AnyInteraction) -> None:
        view = question_layout(interaction.user.id, interaction.locale.value)
        await self._acknowledger.answer(interaction, view)

    async def _erase(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """Pressed again it finds nothing more to delete, and says the same."""
        if int(match["person"]) != interaction.user.id:
            raise NotAllowed(text("privacy-not-yours"))
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            erased = await self._store.erase(interaction.user.id)
        log.info("what was kept about %s is deleted", who(interaction))
        await self._acknowledger.answer(interaction, notice(erased_words(erased), interaction.locale))
