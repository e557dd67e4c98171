"""The world of the sandbox: who and what there is. All names are made up."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.discord.channels import Channel, ChannelKind
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.guilds import Guild, Member, Role
from bot.sandbox.discord.permissions import ALL, MEMBER_DEFAULT, NONE, Overwrite, OverwriteKind, Permission
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.users import User

_BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
)
"""What the invite link of a careful bot asks for."""


class TeamMember(Struct, frozen=True):
    user: User
    role: str
    """``admin``, ``developer`` or ``read_only``."""
    accepted: bool = True
    """The invitation to the team."""


class World:
    """Two guilds, four persons, one bot; each person has a direct message channel with the bot."""

    def __init__(self, snowflakes: Snowflakes, clock: Clock) -> None:
        self._snowflakes = snowflakes
        self._clock = clock
        self._born_at = clock.now()
        self.application_id = snowflakes.next()
        self.bot = User(self.application_id, "painter", "Painter", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.takes_user_installs = False
        """Whether the application may be installed by persons, too."""
        self.team: list[TeamMember] = []
        """To whom the application belongs besides its owner; empty: to the owner alone."""
        self._furnish()

    def user(self, name: str) -> User:
        return next(user for user in self.users.values() if user.username == name)

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def permissions_of(self, user_id: int, channel: Channel) -> Permission:
        """Both sides of a direct message may do everything that makes sense there."""
        guild = self.guild_of(channel)
        if channel.kind is ChannelKind.GROUP:
            return ALL if any(user.id == user_id for user in channel.group) else NONE
        if guild is None:
            return ALL if user_id in {self.bot.id, channel.recipient and channel.recipient.id} else NONE
        return guild.permissions_of(user_id, channel)

    def direct_channel(self, user: User) -> Channel:
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DIRECT and channel.recipient == user:
                return channel
        return self._register(Channel(self._snowflakes.next(), ChannelKind.DIRECT, recipient=user))

    def add_user(self, username: str, display_name: str) -> User:
        user = User(self._snowflakes.next(), username, display_name)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        owner: User,
        *,
        locale: str = "en-US",
        boost_tier: int = 0,
        with_bot: bool = True,
    ) -> Guild:
        self._snowflakes.begin_millisecond()  # so that guilds lie on one shard after the other
        guild = Guild(self._snowflakes.next(), name, owner.id, self._born_at, locale, boost_tier)
        guild.roles[guild.id] = Role(guild.id, "@everyone", MEMBER_DEFAULT)
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        if with_bot:
            bot_role = self.add_role(guild, self.bot.username, _BOT_PERMISSIONS, bot_id=self.bot.id)
            self.join(guild, self.bot, bot_role)
        return guild

    def add_group(self, name: str, users: Iterable[User]) -> Channel:
        """Private messages among several, where no bot can be."""
        group = tuple(users)
        return self._register(
            Channel(self._snowflakes.next(), ChannelKind.GROUP, name=name, owner_id=group[0].id, group=group)
        )

    def open_to_guests(self) -> None:
        """Persons may install the bot in their own account, and find places to use it where it is no member."""
        self.takes_user_installs = True
        persons = [user for user in self.users.values() if not user.bot]
        harbour = self.add_guild("Far Harbour", persons[0], with_bot=False)
        for user in persons:
            self.join(harbour, user)
        self.add_channel(harbour, "general")
        quiet = self.add_channel(harbour, "no-guests")
        everyone = Overwrite(harbour.id, OverwriteKind.ROLE, deny=Permission.USE_EXTERNAL_APPS)
        quiet.own_overwrites[everyone.id] = everyone
        self.add_group("Weekend walkers", persons)

    def add_role(
        self, guild: Guild, name: str, permissions: Permission, *, bot_id: int | None = None
    ) -> Role:
        role = Role(self._snowflakes.next(), name, permissions, len(guild.roles), bot_id)
        guild.roles[role.id] = role
        return role

    def join(self, guild: Guild, user: User, *roles: Role) -> None:
        guild.members[user.id] = Member(user, roles, self._born_at)

    def time_out(self, guild: Guild, user: User, seconds: float) -> None:
        """As a moderator does; Discord goes on to tell the bot of what the person does."""
        until = self._clock.now() + seconds
        guild.members[user.id] = replace(guild.members[user.id], timed_out_until=until)

    def add_channel(
        self,
        guild: Guild,
        name: str,
        *,
        age_restricted: bool = False,
        parent: Channel | None = None,
        thread_id: int | None = None,
    ) -> Channel:
        """A text channel; with a parent, a thread. ``thread_id``: the message that a thread begins with."""
        channel = Channel(
            id=thread_id or self._snowflakes.next(),
            kind=ChannelKind.PUBLIC_THREAD if parent else ChannelKind.TEXT,
            name=name,
            guild_id=guild.id,
            position=len(guild.channels_by_id),
            age_restricted=age_restricted,
            parent=parent,
            owner_id=guild.owner_id if parent else None,
        )
        guild.channels_by_id[channel.id] = channel
        return self._register(channel)

    def is_joined(self, guild: Guild) -> bool:
        """Whether the bot is a member; persons can bring it along where it is not."""
        return self.bot.id in guild.members

    def leave(self, guild: Guild, user: User | None = None) -> None:
        """A person leaves, of which no bot without the members intent hears; without one, the bot is thrown out."""
        del guild.members[(user or self.bot).id]

    def remove_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        for message in channel.messages:
            message.deleted_at = self._clock.now()
        if guild := self.guild_of(channel):
            del guild.channels_by_id[channel.id]

    def deny(self, channel: Channel, permissions: Permission) -> None:
        """Take permissions from the bot in one channel, and nothing else."""
        self._overwrite(channel, deny=permissions)

    def _overwrite(self, channel: Channel, *, deny: Permission) -> None:
        place = channel.parent or channel
        before = place.own_overwrites.get(self.bot.id, Overwrite(self.bot.id, OverwriteKind.MEMBER))
        place.own_overwrites[self.bot.id] = Overwrite(
            self.bot.id, OverwriteKind.MEMBER, allow=before.allow & ~deny, deny=before.deny | deny
        )

    def _register(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def _furnish(self) -> None:
        administrator = self.add_user("administrator", "Ada")
        moderator = self.add_user("moderator", "Mo")
        member = self.add_user("member", "Robin")
        second = self.add_user("second", "Kim")
        bay = self.add_guild("Lantern Bay", administrator)
        mill = self.add_guild("Paper Mill", administrator, locale="zh-CN")
        for guild in (bay, mill):
            may_moderate = self.add_role(guild, "Keepers", Permission.MANAGE_MESSAGES)
            self.join(guild, moderator, may_moderate)
            self.join(guild, member)
            self.join(guild, second)
            general = self.add_channel(guild, "general")
            self.add_channel(guild, "late-night", age_restricted=True)
            self.deny(self.add_channel(guild, "read-only"), Permission.SEND_MESSAGES)
            self.add_channel(guild, "foxes", parent=general)
        for user in (administrator, moderator, member, second):
            self.direct_channel(user)
