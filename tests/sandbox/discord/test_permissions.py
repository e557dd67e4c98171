"""How roles and a channel's overwrites add up (the order is Discord's documentation's)."""

from bot.sandbox.discord import Channel, DiscordStandIn, Permission
from bot.sandbox.discord.permissions import ALL, NONE, Overwrite, OverwriteKind, add_up

EVERYONE, KEEPERS, ROBIN = 1, 2, 3
SEND, ATTACH = Permission.SEND_MESSAGES, Permission.ATTACH_FILES


def rights(granted: Permission, *overwrites: Overwrite) -> Permission:
    return add_up(granted, overwrites, everyone_id=EVERYONE, role_ids=frozenset({KEEPERS}), user_id=ROBIN)


def role(identity: int, *, allow: Permission = NONE, deny: Permission = NONE) -> Overwrite:
    return Overwrite(identity, OverwriteKind.ROLE, allow, deny)


def member(*, allow: Permission = NONE, deny: Permission = NONE) -> Overwrite:
    return Overwrite(ROBIN, OverwriteKind.MEMBER, allow, deny)


def test_everyone_comes_before_roles_and_roles_before_the_member() -> None:
    assert rights(SEND | ATTACH) == SEND | ATTACH
    assert rights(SEND, role(EVERYONE, deny=SEND)) == NONE
    assert rights(SEND, role(EVERYONE, deny=SEND), role(KEEPERS, allow=SEND)) == SEND
    assert rights(SEND, role(KEEPERS, allow=SEND), member(deny=SEND)) == NONE
    assert rights(NONE, role(KEEPERS, deny=SEND), member(allow=SEND)) == SEND
    assert rights(SEND, role(99, deny=SEND)) == SEND


def test_administrators_are_denied_nothing() -> None:
    assert rights(Permission.ADMINISTRATOR, member(deny=SEND)) == ALL


def test_owners_may_everything_and_strangers_nothing(stand_in: DiscordStandIn, general: Channel) -> None:
    world = stand_in.world
    assert world.permissions_of(stand_in.administrator.user.id, general) == ALL
    assert world.permissions_of(12345, general) == NONE
    assert world.permissions_of(stand_in.second.user.id, stand_in.member.direct) == NONE


def test_what_is_denied_adds_up(stand_in: DiscordStandIn, general: Channel) -> None:
    stand_in.deny(general, Permission.SEND_MESSAGES)
    stand_in.deny(stand_in.channels["foxes"], Permission.ATTACH_FILES)
    left = stand_in.world.permissions_of(stand_in.world.bot.id, general)
    assert (SEND in left, ATTACH in left, Permission.EMBED_LINKS in left) == (False, False, True)
