"""The objects behind the ids that an interaction carries."""

from msgspec import Struct

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.guilds import Role
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World


class Resolved(Struct):
    """Everything that was named in one interaction so far; each ``add`` returns the id to carry."""

    world: World
    channel: Channel
    body: dict[str, dict[str, Json]] = {}

    def add_user(self, user: User) -> str:
        self._add("users", user.id, user.to_json())
        guild = self.world.guild_of(self.channel)
        if guild and (member := guild.members.get(user.id)):
            permissions = guild.permissions_of(user.id, self.channel)
            self._add("members", user.id, {**member.to_partial_json(), "permissions": str(int(permissions))})
        return str(user.id)

    def add_channel(self, channel: Channel, person: User) -> str:
        permissions = str(int(self.world.permissions_of(person.id, channel)))
        own = str(int(self.world.permissions_of(self.world.bot.id, channel)))
        body = {**channel.to_json(), "permissions": permissions, "app_permissions": own}
        return self._add("channels", channel.id, body)

    def add_role(self, role: Role) -> str:
        return self._add("roles", role.id, role.to_json())

    def add_attachment(self, attachment_id: int, body: Json) -> str:
        return self._add("attachments", attachment_id, body)

    def add_message(self, message_id: int, body: Json) -> str:
        return self._add("messages", message_id, body)

    def _add(self, kind: str, identity: int, body: Json) -> str:
        self.body.setdefault(kind, {})[str(identity)] = body
        return str(identity)
