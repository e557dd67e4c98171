"""Messages of a channel, by the bot's own right."""

from collections.abc import Sequence

from bot.sandbox.discord import errors
from bot.sandbox.discord.channels import Channel, ChannelKind
from bot.sandbox.discord.errors import Refused, refuse_if
from bot.sandbox.discord.judging import before_edit, file_names, refuse_heavy_files
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Draft, Posting
from bot.sandbox.discord.routes.places import visible_channel
from bot.sandbox.discord.routing import NO_CONTENT, Answer, Call, Route
from bot.sandbox.discord.rules import check_message
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"


class MessageRoutes:
    def __init__(self, world: World, posting: Posting) -> None:
        self._world = world
        self._posting = posting
        self.closed_to_bots: set[int] = set()
        """Ids of persons who take no direct messages."""

    def routes(self) -> list[Route]:
        return [
            Route("POST", _MESSAGES, self.create),
            Route("GET", _MESSAGES, self.listed),
            Route("GET", _MESSAGE, self.single),
            Route("PATCH", _MESSAGE, self.edit),
            Route("DELETE", _MESSAGE, self.delete),
            Route("POST", "/channels/{channel_id}/typing", self.typing),
        ]

    def create(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        self._need_right_to_send(channel, with_files=bool(call.body.files))
        refuse_heavy_files(call.body, self._posting.limit_in(channel))
        refuse_if(check_message(call.body.json, file_names=file_names(call.body)))
        if already := self._posting.posted_with_nonce(channel, call.json):
            return Answer(json=already.to_json())
        message = self._posting.post(
            channel,
            Draft(self._without_forbidden_embeds(channel, call), call.body.files),
            author=self._world.bot,
            reply_to=self._replied_to(channel, call),
        )
        return Answer(json=message.to_json())

    def listed(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        if not self._may(channel, Permission.READ_MESSAGE_HISTORY):
            return Answer(json=[])
        readable = [message for message in channel.messages if not message.ephemeral]
        return Answer(json=[self._posting.readable(message) for message in _page(readable, call)])

    def single(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        if not self._may(channel, Permission.READ_MESSAGE_HISTORY):
            raise Refused.because(errors.MISSING_ACCESS)
        return Answer(json=self._posting.readable(public_message(channel, call)))

    def edit(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        message = public_message(channel, call)
        if message.author != self._world.bot:
            raise Refused.because(errors.NOT_THE_AUTHOR)
        refuse_heavy_files(call.body, self._posting.limit_in(channel))
        before = before_edit(message)
        refuse_if(check_message(call.body.json, file_names=file_names(call.body), before=before))
        self._posting.edit(message, Draft(call.json, call.body.files))
        return Answer(json=message.to_json())

    def delete(self, call: Call) -> Answer:
        channel = visible_channel(self._world, call)
        message = public_message(channel, call)
        if message.author != self._world.bot and not self._may(channel, Permission.MANAGE_MESSAGES):
            raise Refused.because(errors.MISSING_PERMISSIONS)
        self._posting.delete(message)
        return NO_CONTENT

    def typing(self, call: Call) -> Answer:
        self._need_right_to_send(visible_channel(self._world, call), with_files=False)
        return NO_CONTENT

    def _may(self, channel: Channel, permission: Permission) -> bool:
        return permission in self._world.permissions_of(self._world.bot.id, channel)

    def _need_right_to_send(self, channel: Channel, *, with_files: bool) -> None:
        if channel.kind is ChannelKind.DIRECT:
            if channel.recipient and channel.recipient.id in self.closed_to_bots:
                raise Refused.because(errors.CANNOT_MESSAGE_USER)
            return
        sending = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        needed = sending | (Permission.ATTACH_FILES if with_files else Permission(0))
        if not self._may(channel, needed):
            raise Refused.because(errors.MISSING_PERMISSIONS)

    def _without_forbidden_embeds(self, channel: Channel, call: Call) -> Json:
        """Who may not embed links loses the embeds of a message, and the message that is nothing else."""
        body = call.json
        if not body.get("embeds") or self._may(channel, Permission.EMBED_LINKS):
            return body
        rest = {key: value for key, value in body.items() if key != "embeds"}
        if not (rest.get("content") or rest.get("components") or call.body.files):
            raise Refused.because(errors.MISSING_PERMISSIONS)
        return rest

    def _replied_to(self, channel: Channel, call: Call) -> Message | None:
        reference = call.json.get("message_reference")
        if not reference:
            return None
        if not self._may(channel, Permission.READ_MESSAGE_HISTORY):
            raise Refused.because(errors.NO_HISTORY_PERMISSION)
        found = channel.find(int(reference["message_id"]))
        if found is None and reference.get("fail_if_not_exists", True):
            raise errors.invalid_field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return found


def public_message(channel: Channel, call: Call) -> Message:
    message = channel.find(call.number("message_id"))
    if message is None or message.ephemeral:
        raise Refused.because(errors.UNKNOWN_MESSAGE)
    return message


def _page(messages: Sequence[Message], call: Call) -> list[Message]:
    """Newest first, as asked by ``limit`` and one of ``before``, ``after``, ``around``."""
    limit = _query_number(call, "limit", 50)
    if not 1 <= limit <= 100:
        raise errors.invalid_field("limit", "NUMBER_TYPE_MAX", "Value must be between 1 and 100.")
    if "before" in call.query:
        edge = _query_number(call, "before", 0)
        page = [message for message in messages if message.id < edge][-limit:]
    elif "after" in call.query:
        edge = _query_number(call, "after", 0)
        page = [message for message in messages if message.id > edge][:limit]
    elif "around" in call.query:
        edge = _query_number(call, "around", 0)
        earlier = [message for message in messages if message.id < edge][-(limit // 2) or len(messages) :]
        page = [*earlier, *[message for message in messages if message.id >= edge]][:limit]
    else:
        page = list(messages[-limit:])
    return page[::-1]


def _query_number(call: Call, name: str, default: int) -> int:
    value = call.query.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit():
        raise errors.invalid_field(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    return int(value)
