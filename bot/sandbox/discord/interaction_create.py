"""INTERACTION_CREATE: an interaction as the bot is told of it."""

from bot.sandbox.discord.interaction import Interaction
from bot.sandbox.discord.permissions import IN_DIRECT_MESSAGES, Permission
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World


def interaction_create(interaction: Interaction, world: World, *, upload_limit_bytes: int) -> Json:
    channel = interaction.channel
    permissions = str(int(world.permissions_of(interaction.user.id, channel)))
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": {**channel.to_json(), "permissions": permissions},
        "locale": interaction.locale,
        "app_permissions": str(int(_of_the_bot(interaction, world))),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": dict(interaction.owners),
        "context": channel.context,
        "attachment_size_limit": upload_limit_bytes,
        **_who(interaction, world, permissions),
    }
    if interaction.message is not None:
        body["message"] = interaction.message.to_json()
    return body


def _of_the_bot(interaction: Interaction, world: World) -> Permission:
    channel = interaction.channel
    if channel.is_private or interaction.by_person_only:
        return IN_DIRECT_MESSAGES
    return world.permissions_of(world.bot.id, channel)


def _who(interaction: Interaction, world: World, permissions: str) -> Json:
    guild = world.guild_of(interaction.channel)
    if guild is None:
        return {"user": interaction.user.to_json()}
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": {**guild.members[interaction.user.id].to_json(), "permissions": permissions},
    }
