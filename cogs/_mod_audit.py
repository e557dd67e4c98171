"""``/mod audit``: who did what for this server, page by page and as a file."""

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.messages import Attached
from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.store import JobStore
from bot.texts import text
from cogs._audit_layout import (
    ACTIONS,
    ON_A_PAGE,
    PAGE_ID,
    TABLE_ID,
    AuditPage,
    audit_layout,
    audit_table,
    filter_in,
)
from cogs._buttons import pressed_button
from cogs._errors import Errors
from cogs._moderators import moderator_of, subcommand
from cogs._notices import framed
from cogs._service import AnyInteraction, Subcommand

MOST_LINES = 5000
"""In a file."""
TABLE_FILE = "audit.csv"


class ModAudit:
    def __init__(self, store: JobStore, acknowledger: Acknowledger, errors: Errors) -> None:
        self._store = store
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        @app_commands.describe(
            moderator=localised(text("mod-option-moderator")),
            person=localised(text("mod-option-audit-person")),
            action=localised(text("mod-option-action")),
        )
        @app_commands.rename(
            moderator=localised(text("option-moderator-name")),
            person=localised(text("option-person-name")),
            action=localised(text("option-action-name")),
        )
        @app_commands.choices(
            action=[
                app_commands.Choice(name=localised(words), value=action.value)
                for action, words in ACTIONS.items()
            ]
        )
        async def audit(
            interaction: AnyInteraction,
            moderator: discord.User | None = None,
            person: discord.User | None = None,
            action: str | None = None,
        ) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    guild_id = moderator_of(interaction).guild_id
                    which = AuditFilter(
                        guild_id,
                        None if moderator is None else moderator.id,
                        None if person is None else person.id,
                        None if action is None else AuditAction(action),
                    )
                    page = await self._page(which, 0)
                await self._acknowledger.answer(interaction, audit_layout(page, interaction.locale.value))

        return (subcommand(text("mod-audit-name"), text("mod-audit-description"), audit),)

    def buttons(self) -> Sequence[type[ui.DynamicItem[Any]]]:
        return (
            pressed_button(PAGE_ID, self._turn, self._errors),
            pressed_button(TABLE_ID, self._give_table, self._errors),
        )

    async def _turn(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        which = filter_in(match, moderator_of(interaction).guild_id)
        page = await self._page(which, int(match["page"]))
        await self._acknowledger.update(interaction, audit_layout(page, interaction.locale.value))

    async def _give_table(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            which = filter_in(match, moderator_of(interaction).guild_id)
            lines = await self._store.audited(which, most=MOST_LINES)
            table = Attached(TABLE_FILE, audit_table(lines))
        view = framed(ui.File[ui.LayoutView](f"attachment://{TABLE_FILE}"))
        await self._acknowledger.answer(interaction, view, (table,))

    async def _page(self, which: AuditFilter, number: int) -> AuditPage:
        count = await self._store.count_audited(which)
        number = min(number, max(0, (count - 1) // ON_A_PAGE))
        lines = await self._store.audited(which, skip=number * ON_A_PAGE, most=ON_A_PAGE)
        return AuditPage(which, lines, number, count)
