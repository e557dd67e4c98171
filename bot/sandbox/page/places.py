"""Servers, channels and persons, as one person sees them."""

from bot.sandbox.discord import Channel, DiscordStandIn, Person
from bot.sandbox.discord.channels import ChannelKind
from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.wire import Json


def places(discord: DiscordStandIn, person: Person) -> Json:
    """Everything but the conversations; changes only when something in it does."""
    guilds = [_guild(discord, person, guild) for guild in discord.guilds if person.user.id in guild.members]
    direct = _channel(discord, person, person.direct)
    return {
        "you": {"id": str(person.user.id), "name": person.name, "has_installed": person.has_installed},
        "takes_user_installs": discord.world.takes_user_installs,
        "persons": [{"name": each.name, **_user(each)} for each in discord.persons.values()],
        "bot": {"id": str(discord.world.bot.id), "display": discord.world.bot.display_name},
        "servers": guilds,
        "direct": direct,
        "groups": [
            _channel(discord, person, each) for each in discord.groups if may_see(discord, person, each)
        ],
    }


def may_see(discord: DiscordStandIn, person: Person, channel: Channel) -> bool:
    return Permission.VIEW_CHANNEL in discord.world.permissions_of(person.user.id, channel)


def _user(person: Person) -> Json:
    return {"id": str(person.user.id), "display": person.user.display_name}


def _guild(discord: DiscordStandIn, person: Person, guild: Guild) -> Json:
    members = [member.user for member in guild.members.values()]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "channels": [
            _channel(discord, person, channel)
            for channel in guild.channels_by_id.values()
            if may_see(discord, person, channel)
        ],
        "members": [
            {"id": str(user.id), "username": user.username, "display": user.display_name, "bot": user.bot}
            for user in members
        ],
        "roles": [{"id": str(role.id), "name": role.name} for role in guild.roles.values()],
    }


def _channel(discord: DiscordStandIn, person: Person, channel: Channel) -> Json:
    theirs = discord.world.permissions_of(person.user.id, channel)
    ours = discord.world.permissions_of(discord.world.bot.id, channel)
    sending = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return {
        "id": str(channel.id),
        "type": int(channel.kind),
        "name": channel.name,
        "parent": str(channel.parent.id) if channel.parent else None,
        "age_restricted": channel.is_age_restricted,
        "bot_may_post": channel.kind is ChannelKind.DIRECT or sending in ours,
        "bot_is_member": _has_bot(discord, channel),
        "you_may_write": channel.is_private or sending in theirs,
        "upload_limit": discord.posting.limit_in(channel),
        "latest": _latest(person, channel),
    }


def _has_bot(discord: DiscordStandIn, channel: Channel) -> bool:
    guild = discord.world.guild_of(channel)
    return channel.kind is ChannelKind.DIRECT if guild is None else discord.world.is_joined(guild)


def _latest(person: Person, channel: Channel) -> str | None:
    """The newest message that this person can see."""
    newest_first = reversed(channel.timeline.values())
    return next((str(message.id) for message in newest_first if message.visible_to(person.user.id)), None)
