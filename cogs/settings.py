"""``/settings set``: what the moderators of a server choose; Discord shows it to who may manage the server."""

import logging
from typing import Any

import discord
from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.rights import lacking
from bot.errors import NotAllowed, Refused
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.key import Key
from bot.moderation.keys import KEYS, key_named
from bot.moderation.kinds import OFF, Control
from bot.moderation.mentions import with_mentions
from bot.texts import render, text
from cogs._errors import Choices, Errors
from cogs._notices import notice
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyInteraction, who

log = logging.getLogger(__name__)

AnyGroup = app_commands.Group
AnyChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread


class ChannelChoice(app_commands.Transformer):
    """Every channel in which a picture can be asked for, or that has threads in which it can."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kind = discord.ChannelType
        return [
            *(kind.text, kind.news, kind.voice, kind.stage_voice, kind.forum),
            *(kind.public_thread, kind.private_thread, kind.news_thread),
        ]

    async def transform(
        self, _interaction: AnyInteraction, value: Any
    ) -> AnyChannel:  # discord.py's signature
        return value


ChosenChannel = app_commands.Transform[AnyChannel, ChannelChoice]


class Settings:
    def __init__(self, settings: GuildSettings, acknowledger: Acknowledger, errors: Errors) -> None:
        self._settings = settings
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> AnyGroup:
        @app_commands.describe(
            key=localised(text("option-key-description")),
            value=localised(text("option-value-description")),
            channel=localised(text("option-settings-channel-description")),
        )
        @app_commands.rename(
            key=localised(text("option-key-name")),
            value=localised(text("option-value-name")),
            channel=localised(text("option-settings-channel-name")),
        )
        async def set_(
            interaction: AnyInteraction,
            key: str,
            value: str | None = None,
            channel: ChosenChannel | None = None,
        ) -> None:
            await self._set(interaction, key, value, channel)

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

    async def _set(
        self, interaction: AnyInteraction, name: str, typed: str | None, channel: AnyChannel | None
    ) -> None:
        async with self._errors.answered(interaction):
            guild = interaction.guild
            # a server's own settings may give the command to others; whoever has it there may use it
            if guild is None:
                raise NotAllowed(text("settings-only-in-servers"))
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                key = key_named(name)
                if channel is not None and not key.by_channel:
                    raise Refused(text("settings-not-by-channel", key=key.name))
                if typed is not None:
                    typed = checked(guild, key, typed)
                chosen = await self._settings.choose(
                    guild.id, key, typed, by=interaction.user.id, channel_id=channel and channel.id
                )
            value = key.kind.write(chosen.of(key))
            log.info("setting %s of guild %d was changed by %s", key.name, guild.id, who(interaction))
            done = text("settings-done", key=key.name, value=value, about=key.about)
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))


def checked(guild: discord.Guild, key: Key[object], typed: str) -> str:
    """What was typed, in the form that the ledger keeps.

    Raises:
        Refused: it is no value of this setting, or names what the server does not have or the bot may not use.
    """
    if key.kind.takes_mentions:
        channels = {each.name: each.id for each in (*guild.channels, *guild.threads)}
        typed = with_mentions(typed, channels, {each.name: each.id for each in guild.roles})
    value = key.kind.read(typed)
    if key.kind.control is Control.CHANNEL and isinstance(value, int):
        _check_channel(guild, value)
    return typed


def _check_channel(guild: discord.Guild, channel_id: int) -> None:
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        raise Refused(text("settings-no-channel", value=str(channel_id)))
    in_thread = isinstance(channel, discord.Thread)
    if missing := lacking(channel.permissions_for(guild.me), in_thread=in_thread):
        raise Refused(text("showcase-no-right", right=missing))


async def _keys(interaction: AnyInteraction, typed: str) -> Choices:
    locale = interaction.locale.value
    return [
        app_commands.Choice(name=f"{name} · {render(key.about, locale)}"[:MAX_CHOICE], value=name)
        for name, key in KEYS.items()
        if typed.casefold() in name or typed.casefold() in render(key.about, locale).casefold()
    ][:MAX_CHOICES]


async def _values(interaction: AnyInteraction, typed: str) -> Choices:
    key = KEYS.get(str(interaction.namespace.key or ""))
    if key is None:
        return []
    names = [(each, each) for each in key.kind.names]
    if key.kind.control is Control.CHANNEL and interaction.guild is not None:
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
