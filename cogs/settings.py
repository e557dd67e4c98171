"""``/settings set``: what the moderators of a server choose; Discord shows it to who may manage the server."""

import logging
from typing import Any

import discord
from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.rights import lacking
from bot.errors import NotAllowed, Refused
from bot.moderation.guild_settings import KEYS, GuildSettings, Key, key_named
from bot.texts import render, text
from cogs._errors import Choices, Errors
from cogs._notices import notice
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyInteraction, who

log = logging.getLogger(__name__)

OFF = "off"

AnyGroup = app_commands.Group


class Settings:
    def __init__(self, settings: GuildSettings, acknowledger: Acknowledger, errors: Errors) -> None:
        self._settings = settings
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> AnyGroup:
        @app_commands.describe(
            key=localised(text("option-key-description")), value=localised(text("option-value-description"))
        )
        @app_commands.rename(
            key=localised(text("option-key-name")), value=localised(text("option-value-name"))
        )
        async def set_(interaction: AnyInteraction, key: str, value: str | None = None) -> None:
            await self._set(interaction, key, value)

        async def suggest_key(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, _keys(interaction, typed))

        async def suggest_value(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, _values(interaction, typed))

        group = app_commands.Group(
            name=localised(text("command-settings-name")),
            description=localised(text("command-settings-description")),
            # whatever is not said here is as for other commands
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            default_permissions=discord.Permissions(manage_guild=True),
        )
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=localised(text("command-settings-set-name")),
            description=localised(text("command-settings-set-description")),
            callback=set_,
        )
        command.autocomplete("key")(suggest_key)
        command.autocomplete("value")(suggest_value)
        group.add_command(command)
        return group

    async def _set(self, interaction: AnyInteraction, name: str, typed: str | None) -> None:
        async with self._errors.answered(interaction):
            guild = interaction.guild
            # a server's own settings may give the command to others; whoever has it there may use it
            if guild is None:
                raise NotAllowed(text("settings-only-in-servers"))
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                key = key_named(name)
                if key.is_channel and typed is not None:
                    _check_channel(guild, key.read(typed))
                value = await self._settings.choose(guild.id, key, typed, by=interaction.user.id)
            log.info("setting %s of guild %d is %s now, by %s", key.name, guild.id, value, who(interaction))
            done = text("settings-done", key=key.name, value=_shown(key, value), about=key.about)
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))


def _check_channel(guild: discord.Guild, channel_id: object) -> None:
    if not isinstance(channel_id, int):
        return
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        raise Refused(text("settings-no-channel", value=str(channel_id)))
    in_thread = isinstance(channel, discord.Thread)
    if missing := lacking(channel.permissions_for(guild.me), in_thread=in_thread):
        raise Refused(text("showcase-no-right", right=missing))


def _shown(key: Key[object], value: object) -> str:
    if value is None:
        return OFF
    return f"<#{value}>" if key.is_channel else str(value)


async def _keys(interaction: AnyInteraction, typed: str) -> Choices:
    locale = interaction.locale.value
    return [
        app_commands.Choice(name=f"{name} · {render(key.about, locale)}"[:MAX_CHOICE], value=name)
        for name, key in KEYS.items()
        if typed.casefold() in name
    ][:MAX_CHOICES]


async def _values(interaction: AnyInteraction, typed: str) -> Choices:
    key = KEYS.get(str(interaction.namespace.key or ""))
    if key is None:
        return []
    names = [(each, each) for each in key.names]
    if key.is_channel and interaction.guild is not None:
        channels = [
            each
            for each in interaction.guild.text_channels
            if each.permissions_for(interaction.guild.me).send_messages
        ]
        names += [(OFF, OFF), *((f"#{each.name}", f"<#{each.id}>") for each in channels)]
    return [
        app_commands.Choice(name=shown[:MAX_CHOICE], value=value)
        for shown, value in names
        if typed.casefold() in shown.casefold()
    ][:MAX_CHOICES]
