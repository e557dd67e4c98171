"""Who may do what moderators do, and what all their commands have in common."""

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from msgspec import Struct

from bot.client import localised
from bot.errors import NotAllowed
from bot.texts import Text, text
from cogs._service import AnyInteraction, Subcommand, actor_of

IN_GUILDS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
BY_GUILDS = app_commands.AppInstallationType(guild=True, user=False)
"""Where moderators' commands are offered: where the bot is a member."""
SEEN_BY = discord.Permissions(manage_messages=True)
"""Who sees them until a guild says otherwise of its roles (Server Settings → Integrations)."""


class Moderator(Struct, frozen=True):
    user_id: int
    guild_id: int
    guild_locale: str


def moderator_of(interaction: AnyInteraction) -> Moderator:
    """
    Raises:
        NotAllowed: somebody else, or in direct messages.
    """  # noqa: D205, D212  # the name says the rest
    actor = actor_of(interaction)
    if actor.guild_id is None:
        raise NotAllowed(text("mod-only-in-servers"))
    if not actor.may_moderate:
        raise NotAllowed(text("mod-not-allowed"))
    locale = interaction.guild_locale or interaction.locale
    return Moderator(actor.user_id, actor.guild_id, locale.value)


def subcommand(
    name: Text, description: Text, callback: Callable[..., Coroutine[Any, Any, None]]
) -> Subcommand:
    return app_commands.Command(name=localised(name), description=localised(description), callback=callback)
