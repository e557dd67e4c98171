"""Permissions: the bits, and how roles and a channel's overwrites add up."""

from collections.abc import Iterable
from enum import IntEnum, IntFlag

from msgspec import Struct

from bot.sandbox.discord.wire import Json


class Permission(IntFlag):
    """The bits that matter to a bot without voice."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


NONE = Permission(0)
ALL = Permission((1 << 53) - 1)

MEMBER_DEFAULT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)

IN_DIRECT_MESSAGES = (
    Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
)
"""What ``app_permissions`` says of a direct message with the bot; no bit for sending, which needs none there."""


class OverwriteKind(IntEnum):
    ROLE = 0
    MEMBER = 1


class Overwrite(Struct, frozen=True):
    """What a channel allows or denies one role or one member."""

    id: int
    kind: OverwriteKind
    allow: Permission = NONE
    deny: Permission = NONE

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "type": int(self.kind),
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


def add_up(
    granted: Permission,
    overwrites: Iterable[Overwrite],
    *,
    everyone_id: int,
    role_ids: frozenset[int],
    user_id: int,
) -> Permission:
    """Apply a channel's overwrites to what the roles grant: everyone first, then roles together, then the member."""
    if Permission.ADMINISTRATOR in granted:
        return ALL
    # Plain numbers: this runs several times for each interaction, and flags are slow to combine.
    everyone, roles, member = (0, 0), (0, 0), (0, 0)
    for overwrite in overwrites:
        if overwrite.id == everyone_id:
            everyone = (overwrite.allow.value, overwrite.deny.value)
        elif overwrite.kind is OverwriteKind.ROLE and overwrite.id in role_ids:
            roles = (roles[0] | overwrite.allow.value, roles[1] | overwrite.deny.value)
        elif overwrite.kind is OverwriteKind.MEMBER and overwrite.id == user_id:
            member = (overwrite.allow.value, overwrite.deny.value)
    bits = granted.value
    for allow, deny in (everyone, roles, member):
        bits = (bits & ~deny) | allow
    return Permission(bits)
