"""A message: what stays the same from its first to its last version, and every version it had.

Knows how a message looks in an answer; who may see or change it is decided elsewhere.
"""

from collections import deque
from collections.abc import Mapping
from enum import IntEnum, IntFlag

from msgspec import Struct, field

from bot.sandbox.discord import components as layout
from bot.sandbox.discord.attachments import Attachment, with_fresh_links
from bot.sandbox.discord.components import ATTACHMENT_SCHEME, ComponentType
from bot.sandbox.discord.links import unsigned
from bot.sandbox.discord.snowflakes import timestamp
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wakeup import WakeUp
from bot.sandbox.discord.wire import Json

_KEPT_VERSIONS = 2000
_EMBED_PICTURES = ("image", "thumbnail")


class MessageType(IntEnum):
    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Those that matter here."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


NO_FLAGS = MessageFlag(0)


class Version(Struct, frozen=True):
    """What a message said from one moment on."""

    at: float
    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    """Every file, those too that an embed or a component shows."""
    flags: MessageFlag = NO_FLAGS
    mentions: tuple[User, ...] = ()
    """The persons whom this version names and may name; only a first version pings them."""
    mentions_everyone: bool = False

    @property
    def text(self) -> str:
        """Everything a person can read in it, line by line."""
        lines = [self.content, *map(_embed_text, self.embeds), *layout.texts(self.components)]
        return "\n".join(line for line in lines if line)

    @property
    def is_thinking(self) -> bool:
        return MessageFlag.LOADING in self.flags

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the buttons that can be pressed; where one has none, its emoji."""
        return tuple(
            _label_of(item)
            for item in layout.walk(self.components)
            if item["type"] == ComponentType.BUTTON and not item.get("disabled")
        )

    @property
    def custom_ids(self) -> tuple[str, ...]:
        """Of all that can be used in it."""
        return tuple(item["custom_id"] for item in layout.walk(self.components) if item.get("custom_id"))

    @property
    def listed_attachments(self) -> tuple[Attachment, ...]:
        """What an answer lists: not those that an embed shows, and none in a message of components.

        https://github.com/discord/discord-api-docs/issues/1340 and /8277
        """
        if MessageFlag.IS_COMPONENTS_V2 in self.flags:
            return ()
        shown = {
            unsigned(embed[key]["url"]) for embed in self.embeds for key in _EMBED_PICTURES if key in embed
        }
        return tuple(each for each in self.attachments if each.link.address not in shown)


class Forwarded(Struct, frozen=True):
    """A message as it was when somebody forwarded it."""

    message: "Message"
    version: Version

    @property
    def reference(self) -> Json:
        return {"type": 1, **self.message.place}

    def to_json(self) -> Json:
        """Without who wrote it, as Discord keeps it."""
        return {"message": {"type": int(self.message.type), **self.message.said(self.version)}}


class Message(Struct, eq=False):
    id: int
    channel_id: int
    guild_id: int | None
    author: User
    created_at: float
    type: MessageType = MessageType.DEFAULT
    only_for: int | None = None
    """The id of the one person who sees it; None: everybody."""
    application_id: int | None = None
    """Set on answers to interactions."""
    interaction: Json | None = None
    interaction_metadata: Json | None = None
    nonce: str | int | None = None
    reply_to: "Message | None" = None
    forwarded: "Forwarded | None" = None
    deleted_at: float | None = None
    versions: deque[Version] = field(default_factory=lambda: deque(maxlen=_KEPT_VERSIONS))
    edited_at: float | None = None
    changed: WakeUp = field(default_factory=WakeUp)
    """Rings at every change of this message."""

    @property
    def now(self) -> Version:
        return self.versions[-1]

    @property
    def ephemeral(self) -> bool:
        return self.only_for is not None

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def text(self) -> str:
        return self.now.text

    @property
    def content(self) -> str:
        return self.now.content

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return self.now.attachments

    @property
    def labels(self) -> tuple[str, ...]:
        return self.now.labels

    @property
    def pinged(self) -> tuple[User, ...]:
        """Whom it really called: an edit calls nobody."""
        return self.versions[0].mentions

    def visible_to(self, user_id: int) -> bool:
        return not self.deleted and self.only_for in {None, user_id}

    def to_json(self) -> Json:
        body = self._body()
        if self.reply_to is not None:
            body["message_reference"] = {"type": 0, **self.reply_to.place}
            body["referenced_message"] = None if self.reply_to.deleted else self.reply_to.to_basic_json()
        return body

    def to_basic_json(self) -> Json:
        """Without the message that it answers."""
        return self._body()

    @property
    def place(self) -> Json:
        """Where it is, as others refer to it."""
        place: Json = {"channel_id": str(self.channel_id), "message_id": str(self.id)}
        return place | ({"guild_id": str(self.guild_id)} if self.guild_id else {})

    def said(self, version: Version) -> Json:
        """What a version says, and when."""
        return {
            "content": version.content,
            "timestamp": timestamp(self.created_at),
            "edited_timestamp": None if self.edited_at is None else timestamp(self.edited_at),
            "mentions": [user.to_json() for user in version.mentions],
            "mention_roles": [],
            "attachments": [each.to_json() for each in version.listed_attachments],
            "embeds": with_fresh_links(list(version.embeds), version.attachments),
            "components": with_fresh_links(list(version.components), version.attachments),
            "flags": int(version.flags),
        }

    def _body(self) -> Json:
        version = self.now
        body: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "type": int(self.type),
            "author": self.author.to_json(),
            "tts": False,
            "pinned": False,
            "mention_everyone": version.mentions_everyone,
            **self.said(version),
        }
        if self.forwarded is not None:
            body["message_reference"] = self.forwarded.reference
            body["message_snapshots"] = [self.forwarded.to_json()]
        if self.nonce is not None:
            body["nonce"] = self.nonce
        if self.application_id is not None:
            body["application_id"] = str(self.application_id)
            body["webhook_id"] = str(self.application_id)
        if self.interaction is not None:
            body["interaction"] = self.interaction
        if self.interaction_metadata is not None:
            body["interaction_metadata"] = self.interaction_metadata
        return body


def settle_embeds(embeds: list[Json], attachments: tuple[Attachment, ...]) -> tuple[Json, ...]:
    """Embeds as an answer shows them: typed, with the files they name looked up."""
    by_link = {ATTACHMENT_SCHEME + each.filename: each for each in attachments}
    return tuple(_settled_embed(embed, by_link) for embed in embeds)


def _settled_embed(embed: Json, by_link: Mapping[str, Attachment]) -> Json:
    settled: Json = {key: value for key, value in embed.items() if value is not None}
    settled["type"] = embed.get("type") or "rich"
    for key in _EMBED_PICTURES:
        if picture := embed.get(key):
            settled[key] = _picture(picture["url"], by_link)
    for key in ("author", "footer"):
        found = by_link.get(_part(embed, key).get("icon_url", ""))
        if found:
            settled[key] = {**embed[key], "icon_url": found.url, "proxy_icon_url": found.url}
    if fields := embed.get("fields"):
        settled["fields"] = [{"inline": False, **item} for item in fields]
    return settled


def _picture(link: str, by_link: Mapping[str, Attachment]) -> Json:
    found = by_link.get(link)
    if found is None:
        return {"url": link, "proxy_url": link}
    picture: Json = {"url": found.url, "proxy_url": found.url}
    optional = {"width": found.width, "height": found.height, "content_type": found.content_type}
    return picture | {key: value for key, value in optional.items() if value is not None}


def _embed_text(embed: Json) -> str:
    fields = [f"{item['name']}: {item['value']}" for item in embed.get("fields", ())]
    parts: list[str | None] = [
        _part(embed, "author").get("name"),
        embed.get("title"),
        embed.get("description"),
        *fields,
        _part(embed, "footer").get("text"),
    ]
    return "\n".join(part for part in parts if part)


def _part(embed: Json, key: str) -> Json:
    return embed.get(key) or {}


def _label_of(button: Json) -> str:
    emoji: Json = button.get("emoji") or {}
    return str(button.get("label") or emoji.get("name", ""))
