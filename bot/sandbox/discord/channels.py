"""A channel: a place in a guild, a thread under one, or private messages; with its timeline."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.permissions import Overwrite
from bot.sandbox.discord.snowflakes import moment_of, timestamp
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json

_KEPT_MESSAGES = 5000


class ChannelKind(IntEnum):
    TEXT = 0
    DIRECT = 1
    GROUP = 3
    PUBLIC_THREAD = 11


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    kind: ChannelKind
    name: str = ""
    guild_id: int | None = None
    position: int = 0
    age_restricted: bool = False
    parent: "Channel | None" = field(default=None, repr=False)
    """Of a thread, the channel that it belongs to."""
    owner_id: int | None = None
    """Of a thread or a group, who opened it."""
    recipient: User | None = None
    """Of a direct message, the person on the other side."""
    group: tuple[User, ...] = ()
    """Of private messages among several, who they are; no bot is ever one of them."""
    own_overwrites: dict[int, Overwrite] = field(repr=False, default_factory=dict[int, Overwrite])
    timeline: OrderedDict[int, Message] = field(repr=False, default_factory=OrderedDict[int, Message])
    last_message_id: int | None = None

    @property
    def is_thread(self) -> bool:
        return self.kind is ChannelKind.PUBLIC_THREAD

    @property
    def is_private(self) -> bool:
        """Whether it is in no guild."""
        return self.kind in {ChannelKind.DIRECT, ChannelKind.GROUP}

    @property
    def context(self) -> int:
        """As commands and interactions count places."""
        return {ChannelKind.DIRECT: 1, ChannelKind.GROUP: 2}.get(self.kind, 0)

    @property
    def overwrites(self) -> Iterable[Overwrite]:
        """A thread has its parent's."""
        return (self.parent or self).own_overwrites.values()

    @property
    def is_age_restricted(self) -> bool:
        return (self.parent or self).age_restricted

    @property
    def messages(self) -> list[Message]:
        """Those that still stand, oldest first, ephemeral ones included."""
        return [message for message in self.timeline.values() if not message.deleted]

    def add(self, message: Message) -> None:
        self.timeline[message.id] = message
        self.last_message_id = message.id
        while len(self.timeline) > _KEPT_MESSAGES:
            self.timeline.popitem(last=False)

    def find(self, message_id: int) -> Message | None:
        """A message that still stands."""
        message = self.timeline.get(message_id)
        return None if message is None or message.deleted else message

    def to_json(self) -> Json:
        shared: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "flags": 0,
            "last_message_id": None if self.last_message_id is None else str(self.last_message_id),
        }
        match self.kind:
            case ChannelKind.DIRECT:
                return {**shared, "recipients": [self.recipient.to_json()] if self.recipient else []}
            case ChannelKind.GROUP:
                return {
                    **shared,
                    "name": self.name,
                    "icon": None,
                    "owner_id": str(self.owner_id),
                    "recipients": [user.to_json() for user in self.group],
                }
            case ChannelKind.TEXT:
                return {**shared, **self._text_json()}
            case ChannelKind.PUBLIC_THREAD:
                return {**shared, **self._thread_json()}

    def _text_json(self) -> Json:
        return {
            "guild_id": str(self.guild_id),
            "name": self.name,
            "position": self.position,
            "parent_id": None,
            "topic": None,
            "nsfw": self.age_restricted,
            "rate_limit_per_user": 0,
            "permission_overwrites": [each.to_json() for each in self.overwrites],
        }

    def _thread_json(self) -> Json:
        opened = timestamp(moment_of(self.id))
        return {
            "guild_id": str(self.guild_id),
            "name": self.name,
            "parent_id": str(self.parent.id) if self.parent else None,
            "owner_id": str(self.owner_id),
            "rate_limit_per_user": 0,
            "message_count": len(self.timeline),
            "member_count": 1,
            "total_message_sent": len(self.timeline),
            "thread_metadata": {
                "archived": False,
                "archive_timestamp": opened,
                "auto_archive_duration": 1440,
                "locked": False,
                "create_timestamp": opened,
            },
        }
