"""A guild with its roles, members and channels, as REST and the gateway describe it."""

from dataclasses import dataclass, field

from msgspec import Struct

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.permissions import ALL, NONE, Permission, add_up
from bot.sandbox.discord.snowflakes import timestamp
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json

_MEBIBYTE = 1024 * 1024
_UPLOAD_LIMITS = {0: 10 * _MEBIBYTE, 1: 10 * _MEBIBYTE, 2: 50 * _MEBIBYTE, 3: 100 * _MEBIBYTE}


class Role(Struct, frozen=True):
    id: int
    name: str
    permissions: Permission
    position: int = 0
    bot_id: int | None = None
    """Of the role that a bot brought along."""

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
            **({"tags": {"bot_id": str(self.bot_id)}} if self.bot_id else {}),
        }


class Member(Struct, frozen=True):
    user: User
    roles: tuple[Role, ...]
    joined_at: float
    timed_out_until: float | None = None

    def to_json(self) -> Json:
        return {"user": self.user.to_json(), **self.to_partial_json()}

    def to_partial_json(self) -> Json:
        """Without the user, as resolved data and message events have it."""
        return {
            "roles": [str(role.id) for role in self.roles],
            "nick": None,
            "avatar": None,
            "banner": None,
            "joined_at": timestamp(self.joined_at),
            "premium_since": None,
            "communication_disabled_until": None
            if self.timed_out_until is None
            else timestamp(self.timed_out_until),
            "pending": False,
            "mute": False,
            "deaf": False,
            "flags": 0,
        }


@dataclass(slots=True, eq=False)
class Guild:
    """The role with the guild's own id is everyone's."""

    id: int
    name: str
    owner_id: int
    joined_at: float
    locale: str = "en-US"
    boost_tier: int = 0
    roles: dict[int, Role] = field(repr=False, default_factory=dict[int, Role])
    members: dict[int, Member] = field(repr=False, default_factory=dict[int, Member])
    channels_by_id: dict[int, Channel] = field(repr=False, default_factory=dict[int, Channel])
    shown_commands: dict[str, frozenset[int]] = field(repr=False, default_factory=dict[str, frozenset[int]])
    """Command → the roles to which an administrator shows it (Server Settings → Integrations), whatever it asks for."""

    @property
    def channels(self) -> dict[str, Channel]:
        """By name."""
        return {channel.name: channel for channel in self.channels_by_id.values()}

    @property
    def upload_limit_bytes(self) -> int:
        return _UPLOAD_LIMITS[self.boost_tier]

    def permissions_of(self, user_id: int, channel: Channel | None = None) -> Permission:
        if user_id == self.owner_id:
            return ALL
        member = self.members.get(user_id)
        if member is None:
            return NONE
        granted = self.roles[self.id].permissions
        for role in member.roles:
            granted |= role.permissions
        return add_up(
            granted,
            channel.overwrites if channel else (),
            everyone_id=self.id,
            role_ids=frozenset(role.id for role in member.roles),
            user_id=user_id,
        )

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "preferred_locale": self.locale,
            "premium_tier": self.boost_tier,
            "roles": [role.to_json() for role in self.roles.values()],
            **_PLAIN,
        }

    def to_create_json(self, bot_id: int) -> Json:
        """As GUILD_CREATE brings it to a bot without the members intent: of the members, only the bot itself."""
        channels = self.channels_by_id.values()
        return {
            **self.to_json(),
            "joined_at": timestamp(self.joined_at),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [self.members[bot_id].to_json()],
            "channels": [channel.to_json() for channel in channels if not channel.is_thread],
            "threads": [channel.to_json() for channel in channels if channel.is_thread],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


_PLAIN: Json = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}
"""What every guild here has in common."""
