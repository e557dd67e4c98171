"""The commands of ``/settings``, and what is suggested while somebody types them."""

from typing import Any, Protocol

import discord
from discord import app_commands

from bot.client import localised
from bot.moderation.keys import KEYS
from bot.moderation.kinds import OFF, Control
from bot.texts import render, text
from cogs._errors import Choices, Errors
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyInteraction
from cogs._settings_words import choice_words, title_of

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

    async def transform(self, _interaction: AnyInteraction, value: Any, /) -> AnyChannel:
        return value


ChosenChannel = app_commands.Transform[AnyChannel, ChannelChoice]


class Serves(Protocol):
    """What :class:`cogs.settings.Settings` does."""

    async def open(self, interaction: AnyInteraction) -> None: ...

    async def set(
        self, interaction: AnyInteraction, name: str, typed: str | None, channel: AnyChannel | None
    ) -> None: ...

    async def show(
        self, interaction: AnyInteraction, name: str | None, channel: AnyChannel | None
    ) -> None: ...


def settings_group(settings: Serves, errors: Errors) -> app_commands.Group:
    group = app_commands.Group(
        name=localised(text("command-settings-name")),
        description=localised(text("command-settings-description")),
        # whatever is not said here is as for other commands
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        default_permissions=discord.Permissions(manage_guild=True),
    )
    for command in (_panel(settings), _show(settings, errors), _set(settings, errors)):
        group.add_command(command)
    return group


def _panel(settings: Serves) -> app_commands.Command[Any, ..., Any]:
    async def panel(interaction: AnyInteraction) -> None:
        await settings.open(interaction)

    return app_commands.Command(
        name=localised(text("command-settings-panel-name")),
        description=localised(text("command-settings-panel-description")),
        callback=panel,
    )


def _show(settings: Serves, errors: Errors) -> app_commands.Command[Any, ..., Any]:
    @app_commands.describe(
        key=localised(text("option-key-shown-description")),
        channel=localised(text("option-settings-channel-description")),
    )
    @app_commands.rename(
        key=localised(text("option-key-name")), channel=localised(text("option-settings-channel-name"))
    )
    async def show(
        interaction: AnyInteraction, key: str | None = None, channel: ChosenChannel | None = None
    ) -> None:
        await settings.show(interaction, key, channel)

    async def suggest_key(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
        return await errors.suggested(interaction, _keys(interaction, typed))

    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=localised(text("command-settings-show-name")),
        description=localised(text("command-settings-show-description")),
        callback=show,
    )
    command.autocomplete("key")(suggest_key)
    return command


def _set(settings: Serves, errors: Errors) -> app_commands.Command[Any, ..., Any]:
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
        await settings.set(interaction, key, value, channel)

    async def suggest_key(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
        return await errors.suggested(interaction, _keys(interaction, typed))

    async def suggest_value(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
        return await errors.suggested(interaction, _values(interaction, typed))

    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=localised(text("command-settings-set-name")),
        description=localised(text("command-settings-set-description")),
        callback=set_,
    )
    command.autocomplete("key")(suggest_key)
    command.autocomplete("value")(suggest_value)
    return command


async def _keys(interaction: AnyInteraction, typed: str) -> Choices:
    locale, wanted = interaction.locale.value, typed.casefold()
    labels = {
        name: f"{name} · {title_of(key, locale)}: {render(key.about, locale)}" for name, key in KEYS.items()
    }
    found = [name for name, label in labels.items() if wanted in label.casefold()]
    found.sort(key=lambda name: not name.startswith(wanted))
    return [app_commands.Choice(name=labels[name][:MAX_CHOICE], value=name) for name in found[:MAX_CHOICES]]


async def _values(interaction: AnyInteraction, typed: str) -> Choices:
    key = KEYS.get(str(interaction.namespace.key or ""))
    if key is None:
        return []
    locale = interaction.locale.value
    names = [(choice_words(each, locale), each) for each in key.kind.names]
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
        if typed.casefold() in shown.casefold() or typed.casefold() in value.casefold()
    ][:MAX_CHOICES]
