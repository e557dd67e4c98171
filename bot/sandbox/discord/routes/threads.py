"""Opening a thread that begins with a message; it has the message's id, and each message begins one at most."""

from collections.abc import Callable

from bot.sandbox.discord import errors
from bot.sandbox.discord.channels import Channel, ChannelKind
from bot.sandbox.discord.errors import Refused, refuse_if
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.routes.messages import public_message
from bot.sandbox.discord.routes.places import visible_channel
from bot.sandbox.discord.routing import Answer, Call, Route
from bot.sandbox.discord.rules import check_thread
from bot.sandbox.discord.world import World


class ThreadRoutes:
    def __init__(self, world: World, announce: Callable[[str, Channel], None]) -> None:
        """``announce`` tells of an event that a channel met."""
        self._world = world
        self._announce = announce

    def routes(self) -> list[Route]:
        return [Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.open)]

    def open(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        message = public_message(channel, call)
        guild = self._world.guild_of(channel)
        if guild is None or channel.kind is not ChannelKind.TEXT:
            raise Refused.because(errors.WRONG_CHANNEL_TYPE)
        if Permission.CREATE_PUBLIC_THREADS not in self._world.permissions_of(self._world.bot.id, channel):
            raise Refused.because(errors.MISSING_PERMISSIONS)
        refuse_if(check_thread(call.body.json))
        if message.id in self._world.channels:
            raise Refused.because(errors.THREAD_EXISTS)
        thread = self._world.add_channel(guild, str(call.json["name"]), parent=channel, thread_id=message.id)
        thread.owner_id = self._world.bot.id
        self._announce("THREAD_CREATE", thread)
        return Answer(status=201, json=thread.to_json())
