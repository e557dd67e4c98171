"""Messages come to be, change and go: from a request's body to versions, and the gateway is told."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.discord import components as layout
from bot.sandbox.discord.attachments import Attachment, AttachmentStore, described
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.intents import Intent
from bot.sandbox.discord.messages import (
    NO_FLAGS,
    Forwarded,
    Message,
    MessageFlag,
    MessageType,
    Version,
    settle_embeds,
)
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json, Upload
from bot.sandbox.discord.world import World

_MENTION = re.compile(r"<@!?(\d+)>")
_NONCE_SECONDS = 300.0
_KEPT_NONCES = 5000
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_COMPONENTS_V2
)
_SETTABLE_LATER = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2


class Draft(Struct, frozen=True):
    """What a request asks a message to be."""

    body: Json = {}
    files: Mapping[int, Upload] = {}
    """By the number in ``files[n]``."""


class Origin(Struct, frozen=True):
    """Of an answer to an interaction: what the message tells about it."""

    type: MessageType
    application_id: int
    metadata: Json
    interaction: Json | None = None


class Posting:
    def __init__(
        self,
        world: World,
        snowflakes: Snowflakes,
        clock: Clock,
        attachments: AttachmentStore,
        gateway: Gateway,
    ) -> None:
        self._world = world
        self._snowflakes = snowflakes
        self._clock = clock
        self._attachments = attachments
        self._accessway = gateway
        self._nonces: OrderedDict[tuple[int, str], Message] = OrderedDict()
        self.upload_limit_bytes: int | None = None
        """Overrides the guilds' own limits."""

    def limit_in(self, channel: Channel) -> int:
        if self.upload_limit_bytes is not None:
            return self.upload_limit_bytes
        guild = self._world.guild_of(channel)
        return guild.upload_limit_bytes if guild else 10 * 1024 * 1024

    def posted_with_nonce(self, channel: Channel, body: Json) -> Message | None:
        """The message that the same nonce made a few minutes ago, if the request wants to be told."""
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce"):
            return None
        found = self._nonces.get((channel.id, str(nonce)))
        if found is None or found.created_at + _NONCE_SECONDS < self._clock.now():
            return None
        return found

    def post(
        self,
        channel: Channel,
        draft: Draft,
        *,
        author: User,
        only_for: User | None = None,
        origin: Origin | None = None,
        reply_to: Message | None = None,
        forwards: Message | None = None,
        extra_flags: MessageFlag = NO_FLAGS,
    ) -> Message:
        flags = MessageFlag(draft.body.get("flags") or 0) & _SETTABLE | extra_flags
        if only_for is not None:
            flags |= MessageFlag.EPHEMERAL
        else:
            flags &= ~MessageFlag.EPHEMERAL
        now = self._clock.now()
        first = self._version(Version(now, flags=flags), draft, channel)
        message = Message(
            id=self._snowflakes.next(),
            channel_id=channel.id,
            guild_id=channel.guild_id,
            author=author,
            created_at=now,
            type=_type_of(origin, reply_to),
            only_for=only_for.id if only_for else None,
            application_id=origin.application_id if origin else None,
            interaction=origin.interaction if origin else None,
            interaction_metadata=origin.metadata if origin else None,
            nonce=draft.body.get("nonce"),
            reply_to=reply_to,
            forwarded=None if forwards is None else Forwarded(forwards, forwards.now),
        )
        message.versions.append(first)
        channel.add(message)
        self._remember_nonce(message)
        self._announce("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, draft: Draft) -> None:
        channel = self._world.channels[message.channel_id]
        before = message.now
        asked = MessageFlag(draft.body.get("flags") or 0) & _SETTABLE_LATER
        kept = before.flags & ~(MessageFlag.LOADING | MessageFlag.SUPPRESS_EMBEDS)
        if "flags" not in draft.body:
            kept |= before.flags & MessageFlag.SUPPRESS_EMBEDS
        after = self._version(replace(before, at=self._clock.now(), flags=kept | asked), draft, channel)
        message.versions.append(after)
        if not before.is_thinking:
            message.edited_at = after.at
        message.changed.wake()
        self._announce("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        message.deleted_at = self._clock.now()
        message.changed.wake()
        if message.ephemeral:
            return
        body: Json = {"id": str(message.id), "channel_id": str(message.channel_id)}
        if message.guild_id:
            body["guild_id"] = str(message.guild_id)
        self._accessway.dispatch("MESSAGE_DELETE", body, guild_id=message.guild_id)

    def _version(self, base: Version, draft: Draft, channel: Channel) -> Version:
        body = draft.body
        ephemeral = MessageFlag.EPHEMERAL in base.flags
        files = self._files(base.attachments, draft, channel, ephemeral=ephemeral)
        version = replace(
            base,
            content=(body["content"] or "") if "content" in body else base.content,
            attachments=files,
            embeds=settle_embeds(body["embeds"] or [], files) if "embeds" in body else base.embeds,
            components=(
                layout.settle(body["components"] or [], files, self._snowflakes)
                if "components" in body
                else base.components
            ),
        )
        return self._with_mentions(version, body.get("allowed_mentions"), channel)

    def _files(
        self, kept: Sequence[Attachment], draft: Draft, channel: Channel, *, ephemeral: bool
    ) -> tuple[Attachment, ...]:
        listed: list[Json] | None = draft.body.get("attachments")
        by_id = {each.id: each for each in kept}
        if listed is None:
            listed = [{"id": number} for number in (*by_id, *draft.files)]
        result: list[Attachment] = []
        for entry in listed:
            number = int(entry["id"])
            if number in by_id:
                result.append(described(by_id[number], entry))
            elif number in draft.files:
                result.append(self._stored(draft.files[number], entry, channel, ephemeral=ephemeral))
        return tuple(result)

    def _stored(self, upload: Upload, entry: Json, channel: Channel, *, ephemeral: bool) -> Attachment:
        return self._attachments.add(
            Upload(entry.get("filename") or upload.filename, upload.content),
            folder_id=channel.id,
            description=entry.get("description"),
            ephemeral=ephemeral,
            spoiler=bool(entry.get("is_spoiler")),
        )

    def _with_mentions(self, version: Version, allowed: Json | None, channel: Channel) -> Version:
        text = "\n".join([version.content, *layout.texts(version.components)])
        if "@" not in text:
            return replace(version, mentions=(), mentions_everyone=False)
        named = [self._world.users[int(each)] for each in dict.fromkeys(_MENTION.findall(text))
                 if int(each) in self._world.users]  # fmt: skip
        bot_may = Permission.MENTION_EVERYONE in self._world.permissions_of(self._world.bot.id, channel)
        everyone = bot_may and ("@everyone" in text or "@here" in text)
        if allowed is not None:
            kinds: list[str] = allowed.get("parse") or []
            ids: list[str | int] = allowed.get("users") or []
            users = set(map(int, ids))
            named = [user for user in named if "users" in kinds or user.id in users]
            everyone = everyone and "everyone" in kinds
        return replace(version, mentions=tuple(named), mentions_everyone=everyone)

    def _remember_nonce(self, message: Message) -> None:
        if message.nonce is None:
            return
        self._nonces[message.channel_id, str(message.nonce)] = message
        while len(self._nonces) > _KEPT_NONCES:
            self._nonces.popitem(last=False)

    def _announce(self, event: str, message: Message) -> None:
        """Ephemeral messages go to nobody but through the interaction's token."""
        if message.ephemeral or not self._accessway.anyone_wants(
            Intent.GUILD_MESSAGES if message.guild_id else Intent.DIRECT_MESSAGES
        ):
            return
        body = message.to_json()
        guild = self._world.guilds.get(message.guild_id or 0)
        if guild is not None:
            body["guild_id"] = str(guild.id)
            if member := guild.members.get(message.author.id):
                body["member"] = member.to_partial_json()
        self._accessway.dispatch(
            event, body, guild_id=message.guild_id, without_content=self._for_strangers(message, body)
        )

    def readable(self, message: Message) -> Json:
        """A message as the bot may read it by its own right: only an application's settings give it more.

        https://docs.discord.com/developers/events/gateway#message-content-intent
        """
        body = message.to_json()
        return self._for_strangers(message, body) or body

    def _for_strangers(self, message: Message, body: Json) -> Json | None:
        """What others write in a guild is read by those only who may, unless it speaks to the bot."""
        bot = self._world.bot
        if message.guild_id is None or message.author == bot or bot in message.now.mentions:
            return None
        return {**body, "content": "", "attachments": [], "embeds": [], "components": []}


def _type_of(origin: Origin | None, reply_to: Message | None) -> MessageType:
    if reply_to is not None:
        return MessageType.REPLY
    return origin.type if origin else MessageType.DEFAULT
