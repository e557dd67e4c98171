"""Which commands a client offers a person in a place, and by whose leave the bot is there."""

from msgspec import Struct

from bot.sandbox.discord.channels import Channel, ChannelKind
from bot.sandbox.discord.commands import Command
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.users import User
from bot.sandbox.discord.world import World

_NEEDED = Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS


class Offer(Struct, frozen=True, kw_only=True):
    """Of one channel to one person; ``brings_bot``: the person installed the bot."""

    world: World
    channel: Channel
    user: User
    brings_bot: bool

    def refusal(self, command: Command) -> str | None:
        """Why this command is not offered; None: it is."""
        is_private = self.channel.is_private
        if self.channel.context not in command.contexts:
            return "this command cannot be used here"
        if not self.owners(command):
            return "nobody installed the bot here"
        if command.adults_only and not (is_private or self.channel.is_age_restricted):
            return "this command can only be used in age-restricted channels"
        return None if is_private else self._missing_right(command)

    def owners(self, command: Command) -> dict[str, str]:
        """Who made it possible to use this command here, as interactions tell it."""
        owners: dict[str, str] = {}
        guild = self.world.guild_of(self.channel)
        is_member = self.world.is_joined(guild) if guild else self.channel.kind is ChannelKind.DIRECT
        if 0 in command.integrations and is_member:
            owners["0"] = str(guild.id if guild else 0)
        if 1 in command.integrations and self.brings_bot:
            owners["1"] = str(self.user.id)
        return owners

    def _missing_right(self, command: Command) -> str | None:
        granted = self.world.permissions_of(self.user.id, self.channel)
        if _NEEDED not in granted:
            return "you may not use commands in this channel"
        needed = command.default_permissions
        if needed is None or Permission.ADMINISTRATOR in granted or self._is_shown(command):
            return None
        return None if needed and needed & granted == needed else "you may not use this command"

    def _is_shown(self, command: Command) -> bool:
        """Whether an administrator shows it to a role of this person."""
        guild = self.world.guild_of(self.channel)
        member = None if guild is None else guild.members.get(self.user.id)
        if guild is None or member is None:
            return False
        return any(role.id in guild.shown_commands.get(command.name, ()) for role in member.roles)
