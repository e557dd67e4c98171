"""``/settings``: what the moderators of a server choose, on a panel or line by line; shown to who may manage the server."""

import logging
import re
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotAllowed, Refused
from bot.moderation.chosen import Chosen
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.key import Key, Theme
from bot.moderation.keys import key_named
from bot.texts import text
from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._notices import notice, words_in_frame
from cogs._service import AnyInteraction, Service, who
from cogs._settings_checks import Checks
from cogs._settings_command import AnyChannel, settings_group
from cogs._settings_form import settings_form, typed_in
from cogs._settings_panel import (
    CHANGE_ID,
    CHANNEL_ID,
    PAGE_ID,
    RESET_ID,
    WHOLE_SERVER,
    Page,
    for_channel,
    panel,
)
from cogs._settings_words import all_words, in_one_line, one_in_words, written

log = logging.getLogger(__name__)


class Settings:
    def __init__(
        self, service: Service, settings: GuildSettings, acknowledger: Acknowledger, errors: Errors
    ) -> None:
        self._service = service
        self._settings = settings
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> app_commands.Group:
        return settings_group(self, self._errors)

    def controls(self) -> Sequence[AnyItem]:
        return [
            chosen_in_menu(PAGE_ID, self._turn, self._errors),
            chosen_in_menu(CHANNEL_ID, self._narrow, self._errors),
            pressed_button(CHANGE_ID, self._open_form, self._errors),
            chosen_in_menu(RESET_ID, self._reset, self._errors),
        ]

    async def open(self, interaction: AnyInteraction) -> None:
        """The panel, from its first page."""
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                page = Page(next(iter(Theme)), WHOLE_SERVER)
                chosen = await self._chosen(_guild_of(interaction), page.channel_id)
            await self._acknowledger.answer(interaction, panel(page, chosen, interaction.locale.value))

    async def set(
        self, interaction: AnyInteraction, name: str, typed: str | None, channel: AnyChannel | None
    ) -> None:
        async with self._errors.answered(interaction):
            guild, key = _guild_of(interaction), key_named(name)
            # a server's own settings may give the command to others; whoever has it there may use it
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                chosen = await self._choose(interaction, guild, key, typed, channel and channel.id)
            value = in_one_line(written(key, chosen))
            done = text("settings-done", key=key.name, value=value, about=key.about)
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def show(self, interaction: AnyInteraction, name: str | None, channel: AnyChannel | None) -> None:
        """Of one setting everything, of all of them a line each."""
        async with self._errors.answered(interaction):
            guild, locale = _guild_of(interaction), interaction.locale.value
            key = None if name is None else key_named(name)
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                chosen = await self._chosen(guild, channel.id if channel else WHOLE_SERVER, channel)
            words = all_words(chosen, locale) if key is None else one_in_words(key, chosen, locale)
            await self._acknowledger.answer(interaction, words_in_frame(words))

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        """A form of the panel came back."""
        guild, key = _managed_by(interaction), key_named(match["key"])
        page = Page(key.theme, int(match["channel"]))
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            typed = typed_in(form, key, Checks(guild, self._service).names)
            await self._choose(interaction, guild, key, typed, page.channel_id or None)
            await self._show(interaction, guild, page)

    async def _turn(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        theme = choice_of(interaction)
        page = Page.of(match).turned_to(Theme(theme) if theme in set(Theme) else Theme.PLACES)
        await self._show(interaction, _managed_by(interaction), page)

    async def _narrow(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """A channel was chosen, or none any more."""
        channel = choice_of(interaction)
        guild, page = _managed_by(interaction), Page.of(match)
        if channel:
            if guild.get_channel_or_thread(int(channel)) is None:
                raise Refused(text("settings-no-channel", value=channel))
            page = for_channel(page.theme, int(channel))
        await self._show(interaction, guild, page)

    async def _open_form(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        guild, key = _managed_by(interaction), key_named(match["key"])
        page = Page(key.theme, int(match["channel"]))
        names = Checks(guild, self._service).names
        chosen = await self._chosen(guild, page.channel_id)
        form = settings_form(key, page, chosen, names, interaction.locale.value)
        await self._acknowledger.open_form(interaction, form)

    async def _reset(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        guild, page, key = _managed_by(interaction), Page.of(match), key_named(choice_of(interaction))
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            await self._choose(interaction, guild, key, None, page.channel_id or None)
            await self._show(interaction, guild, page)

    async def _show(self, interaction: AnyInteraction, guild: discord.Guild, page: Page) -> None:
        chosen = await self._chosen(guild, page.channel_id)
        await self._acknowledger.update(interaction, panel(page, chosen, interaction.locale.value))

    async def _chosen(
        self, guild: discord.Guild, channel_id: int, channel: AnyChannel | None = None
    ) -> Chosen:
        if channel_id == WHOLE_SERVER:
            return await self._settings.of(guild.id)
        found = channel or guild.get_channel_or_thread(channel_id)
        parent = getattr(found, "parent_id", None)
        return await self._settings.of(guild.id, channel_id, parent)

    async def _choose(
        self,
        interaction: AnyInteraction,
        guild: discord.Guild,
        key: Key[object],
        typed: str | None,
        channel_id: int | None,
    ) -> Chosen:
        if channel_id is not None and not key.by_channel:
            raise Refused(text("settings-not-by-channel", key=key.name))
        if typed is not None:
            typed = Checks(guild, self._service).checked(key, typed)
        by = interaction.user.id
        chosen = await self._settings.choose(guild.id, key, typed, by=by, channel_id=channel_id)
        log.info("setting %s of guild %d was changed by %s", key.name, guild.id, who(interaction))
        return chosen


def _guild_of(interaction: AnyInteraction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed(text("settings-only-in-servers"))
    return interaction.guild


def _managed_by(interaction: AnyInteraction) -> discord.Guild:
    """For controls, which nobody's permissions of commands stand before."""
    if not interaction.permissions.manage_guild:
        raise NotAllowed(text("settings-not-yours"))
    return _guild_of(interaction)
