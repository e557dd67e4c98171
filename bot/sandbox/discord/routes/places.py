"""Reading guilds, channels, members and users; opening direct messages."""

from collections.abc import Callable

from bot.sandbox.discord import errors
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.routing import NO_CONTENT, Answer, Call, Route
from bot.sandbox.discord.world import World


class PlaceRoutes:
    def __init__(self, world: World, throw_out: Callable[[Guild], None]) -> None:
        """``throw_out``: takes the bot out of a guild, and lets it know."""
        self._world = world
        self._throw_out = throw_out

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/channels/{channel_id}", self.channel),
            Route("GET", "/guilds/{guild_id}", self.guild),
            Route("GET", "/guilds/{guild_id}/channels", self.channels),
            Route("GET", "/guilds/{guild_id}/roles", self.roles),
            Route("GET", "/guilds/{guild_id}/members/{user_id}", self.member),
            Route("GET", "/users/@me/guilds", self.my_guilds),
            Route("DELETE", "/users/@me/guilds/{guild_id}", self.leave),
            Route("GET", "/users/{user_id}", self.user),
            Route("POST", "/users/@me/channels", self.open_direct_message),
        ]

    def channel(self, call: Call) -> Answer:
        return Answer(json=visible_channel(self._world, call).to_json())

    def guild(self, call: Call) -> Answer:
        return Answer(json=self._guild(call).to_json())

    def channels(self, call: Call) -> Answer:
        found = self._guild(call).channels_by_id.values()
        return Answer(json=[channel.to_json() for channel in found if not channel.is_thread])

    def roles(self, call: Call) -> Answer:
        return Answer(json=[role.to_json() for role in self._guild(call).roles.values()])

    def member(self, call: Call) -> Answer:
        found = self._guild(call).members.get(call.number("user_id"))
        if found is None:
            raise Refused.because(errors.UNKNOWN_MEMBER)
        return Answer(json=found.to_json())

    def my_guilds(self, _call: Call) -> Answer:
        bot_id = self._world.bot.id
        return Answer(
            json=[
                {
                    "id": str(guild.id),
                    "name": guild.name,
                    "icon": None,
                    "banner": None,
                    "owner": guild.owner_id == bot_id,
                    "permissions": str(int(guild.permissions_of(bot_id))),
                    "features": [],
                }
                for guild in self._world.guilds.values()
                if self._world.is_joined(guild)
            ]
        )

    def leave(self, call: Call) -> Answer:
        self._throw_out(self._guild(call))
        return NO_CONTENT

    def user(self, call: Call) -> Answer:
        found = self._world.users.get(call.number("user_id"))
        if found is None:
            raise Refused.because(errors.UNKNOWN_USER)
        return Answer(json=found.to_json())

    def open_direct_message(self, call: Call) -> Answer:
        given = str(call.json.get("recipient_id"))
        user = self._world.users.get(int(given)) if given.isdigit() else None
        if user is None:
            raise errors.invalid_field("recipient_id", "INVALID_RECIPIENT", "Unknown recipient.")
        if user.bot:
            raise Refused.because(errors.CANNOT_MESSAGE_USER)
        return Answer(json=self._world.direct_channel(user).to_json())

    def _guild(self, call: Call) -> Guild:
        found = self._world.guilds.get(call.number("guild_id"))
        if found is None or not self._world.is_joined(found):
            raise Refused.because(errors.UNKNOWN_GUILD)
        return found


def visible_channel(world: World, call: Call) -> Channel:
    """The channel of the path, if there is one and the bot may see it."""
    channel = world.channels.get(call.number("channel_id"))
    if channel is None:
        raise Refused.because(errors.UNKNOWN_CHANNEL)
    if Permission.VIEW_CHANNEL not in world.permissions_of(world.bot.id, channel):
        raise Refused.because(errors.MISSING_ACCESS)
    return channel
