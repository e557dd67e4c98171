"""``/mod block | unblock`` (who is blocked, too), and the button that blocks: whom moderators keep from asking."""

import logging
import re
from collections.abc import Sequence

import discord
from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.guild_log_layout import MAX_REASON, block_id
from bot.delivery.moderation import Moderation
from bot.delivery.words import clipped, quoted
from bot.jobs.block_store import Block
from bot.texts import Text, render, text
from cogs._errors import Errors
from cogs._forms import Submitted, choice, choice_field, form, words_field
from cogs._moderators import moderator_of, subcommand
from cogs._notices import notice, words_in_frame
from cogs._service import AnyInteraction, Subcommand, who

log = logging.getLogger(__name__)

HOUR = 3600
DURATIONS: dict[int, Text] = {
    HOUR: text("block-hour"),
    24 * HOUR: text("block-day"),
    7 * 24 * HOUR: text("block-week"),
    30 * 24 * HOUR: text("block-month"),
    0: text("block-for-good"),
}
"""Seconds → what they are called; 0: until somebody unblocks them."""
MAX_LIST = 3900
MAX_SHOWN = 120
"""Characters of a reason in the list."""
_DURATION, _REASON = "duration", "reason"


class ModPeople:
    def __init__(self, moderation: Moderation, acknowledger: Acknowledger, errors: Errors) -> None:
        self._moderation = moderation
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return self._block_command(), self._unblock_command()

    def _block_command(self) -> Subcommand:
        @app_commands.describe(
            person=localised(text("mod-option-block-person")),
            duration=localised(text("mod-option-duration")),
            reason=localised(text("mod-option-reason")),
        )
        @app_commands.rename(
            person=localised(text("option-person-name")),
            duration=localised(text("option-duration-name")),
            reason=localised(text("option-reason-name")),
        )
        @app_commands.choices(
            duration=[
                app_commands.Choice(name=localised(words), value=seconds)
                for seconds, words in DURATIONS.items()
            ]
        )
        async def block(
            interaction: AnyInteraction,
            person: discord.User,
            duration: int,
            reason: app_commands.Range[str, 1, MAX_REASON] | None = None,
        ) -> None:
            async with self._errors.answered(interaction):
                await self._block(interaction, person.id, duration, reason or "")

        return subcommand(text("mod-block-name"), text("mod-block-description"), block)

    def _unblock_command(self) -> Subcommand:
        @app_commands.describe(person=localised(text("mod-option-unblock-person")))
        @app_commands.rename(person=localised(text("option-person-name")))
        async def unblock(interaction: AnyInteraction, person: discord.User | None = None) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    moderator = moderator_of(interaction)
                    if person is None:
                        blocked = await self._moderation.blocked(moderator.guild_id)
                        view = _listed(blocked, interaction.locale)
                    else:
                        done = await self._moderation.unblock(
                            moderator.guild_id, person.id, by=moderator.user_id
                        )
                        view = notice(done, interaction.locale)
                await self._acknowledger.answer(interaction, view)

        return subcommand(text("mod-unblock-name"), text("mod-unblock-description"), unblock)

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """Ask how long and why."""
        moderator_of(interaction)
        locale = interaction.locale.value
        durations = [choice(str(seconds), render(words, locale)) for seconds, words in DURATIONS.items()]
        fields = (
            choice_field(_DURATION, render(text("block-how-long"), locale), "", durations, required=True),
            words_field(
                _REASON,
                render(text("block-why"), locale),
                render(text("block-why-about"), locale),
                in_lines=True,
            ),
        )
        title = render(text("block-title"), locale)
        await self._acknowledger.open_form(interaction, form(block_id(int(match["user"])), title, fields))

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted) -> None:
        """The form came back."""
        typed = sent.words.get(_DURATION, "")
        seconds = int(typed) if typed.isdecimal() and int(typed) in DURATIONS else HOUR
        await self._block(interaction, int(match["user"]), seconds, sent.words.get(_REASON, ""))

    async def _block(self, interaction: AnyInteraction, user_id: int, seconds: int, reason: str) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            moderator = moderator_of(interaction)
            done = await self._moderation.block(
                moderator.guild_id,
                user_id,
                seconds=seconds or None,
                reason=reason[:MAX_REASON].strip(),
                by=moderator.user_id,
                locale=moderator.guild_locale,
            )
        log.info("person %d: blocked for %d s by %s", user_id, seconds, who(interaction))
        await self._acknowledger.answer(interaction, notice(done, interaction.locale))


def _listed(blocked: Sequence[Block], locale: discord.Locale) -> ui.LayoutView:
    if not blocked:
        return notice(text("mod-nobody-blocked"), locale)
    head = render(text("mod-blocked-title"), locale.value)
    lines = [_line(each, locale.value) for each in blocked]
    return words_in_frame(clipped("\n".join([f"**{head}**", *lines]), MAX_LIST))


def _line(block: Block, locale: str) -> str:
    until = render(text("block-for-good"), locale) if block.until is None else f"<t:{int(block.until)}:f>"
    by = render(text("mod-blocked-by", who=f"<@{block.blocked_by}>"), locale)
    line = f"<@{block.user_id}> · {until} · {by}"
    return f"{line}\n{quoted(block.reason, MAX_SHOWN)}" if block.reason else line
