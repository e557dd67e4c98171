"""Messages as Discord's HTTP API has them: edit, post, look for. Knows no job; every failure is a ``DiscordError``."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

import discord
from discord.abc import GuildChannel
from discord.ui import LayoutView
from msgspec import Struct

from bot.delivery.contents import Content, size_of
from bot.delivery.discord_errors import THREAD_EXISTS, UNKNOWN_CHANNEL, NoAccess, retry_if_dropped, translated
from bot.jobs.job import MessageRef, Reply

ORIGINAL = "@original"
LOOK_BACK = 500
"""Messages that are looked through for one of our own."""
ANSWER_SECONDS = 60.0
"""A request takes no longer, discord.py's own waits for a rate limit and after 5xx included; beside its files' time."""
SLOWEST_BYTES_A_SECOND = 64 * 1024
_T = TypeVar("_T")


class Attached(Struct, frozen=True):
    """A file to be uploaded. Each try starts from its first byte again."""

    name: str
    content: Content
    alt: str | None = None
    """What it shows, for those who do not see it; None: nothing of its own."""

    @property
    def size_bytes(self) -> int:
        return size_of(self.content)

    def to_file(self) -> discord.File:
        """To be closed, which discord.py does when it has sent it. What lies on disk is read piece by piece."""
        source = self.content if isinstance(self.content, Path) else io.BytesIO(self.content)
        return discord.File(source, self.name)


class Standing(Struct, frozen=True):
    """What the bot may do in a channel, as the gateway told it."""

    permissions: discord.Permissions
    in_thread: bool
    has_threads: bool = False
    """Whether a message there can begin one."""


class Messages:
    """Talks to Discord as soon as ``logged_in`` is set; needs no gateway."""

    def __init__(
        self,
        client: discord.Client,
        logged_in: asyncio.Event,
        *,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._client = client
        self._logged_in = logged_in
        self._answer_seconds = answer_seconds

    async def available(self) -> None:
        await self._logged_in.wait()

    async def edit_reply(self, reply: Reply, view: LayoutView, files: Sequence[Attached] = ()) -> MessageRef:
        """Edit the reply to an interaction by its token. ``files`` replace those of before."""
        webhook = discord.Webhook.partial(reply.application_id, reply.token, client=self._client)
        # discord.py declares an int, and puts whatever it gets into the path
        original = cast("int", ORIGINAL)
        message = await self._answered(
            lambda: webhook.edit_message(
                original, view=_unlistened(view), attachments=[each.to_file() for each in files]
            ),
            files,
        )
        return MessageRef(channel_id=message.channel.id, message_id=message.id)

    async def edit(self, message: MessageRef, view: LayoutView, files: Sequence[Attached] = ()) -> None:
        """Edit the bot's own message by its own right. ``files`` replace those of before."""
        channel = self._client.get_partial_messageable(message.channel_id)
        await self._answered(
            lambda: channel.get_partial_message(message.message_id).edit(
                view=_unlistened(view), attachments=[each.to_file() for each in files]
            ),
            files,
        )

    async def post(
        self, channel_id: int, view: LayoutView, files: Sequence[Attached], *, nonce: str, mention: int | None
    ) -> discord.Message:
        """Post a message in which nobody but ``mention`` is notified. The same nonce soon again posts nothing.

        Returns the message that Discord has now: with a known nonce, the one of then.
        """
        channel = self._client.get_partial_messageable(channel_id)
        users = [] if mention is None else [discord.Object(mention)]
        only = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)
        return await self._answered(
            lambda: channel.send(
                view=_unlistened(view),
                files=[each.to_file() for each in files],
                nonce=nonce,
                allowed_mentions=only,
            ),
            files,
        )

    async def open_thread(self, message: MessageRef, name: str) -> int:
        """The thread that begins with a message, which has one at most: opened now, or before.

        Raises:
            NoAccess: there is no such channel, or not the right to. Other DiscordErrors: not now.
        """
        channel = self._client.get_channel(message.channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise NoAccess(UNKNOWN_CHANNEL)

        async def open_now() -> int:
            try:
                thread = await channel.get_partial_message(message.message_id).create_thread(name=name)
            except discord.HTTPException as error:
                if error.code != THREAD_EXISTS:
                    raise
                return message.message_id
            return thread.id

        return await self._answered(open_now)

    async def delete(self, message: MessageRef) -> None:
        """Delete one of the bot's own messages."""
        channel = self._client.get_partial_messageable(message.channel_id)
        await self._answered(lambda: channel.get_partial_message(message.message_id).delete())

    async def find_own(
        self, channel_id: int, *, after: int, wanted: Callable[[discord.Message], bool]
    ) -> list[discord.Message]:
        """The bot's own messages since ``after`` that are wanted; newest first, out of the last ``LOOK_BACK``."""
        channel = self._client.get_partial_messageable(channel_id)
        me = self._client.user
        with translated():
            async with asyncio.timeout(self._answer_seconds):
                return [
                    message
                    async for message in channel.history(
                        limit=LOOK_BACK, after=discord.Object(after), oldest_first=False
                    )
                    if me is not None and message.author.id == me.id and wanted(message)
                ]

    def locale_of(self, channel_id: int) -> str | None:
        """Of the guild that the channel is in, as the gateway told it."""
        guild = getattr(self._client.get_channel(channel_id), "guild", None)
        return guild.preferred_locale.value if isinstance(guild, discord.Guild) else None

    def guild_name(self, guild_id: int) -> str | None:
        """As the gateway told it."""
        guild = self._client.get_guild(guild_id)
        return None if guild is None else guild.name

    async def direct_channel(self, user_id: int) -> int:
        return (await self._answered(lambda: self._client.create_dm(discord.Object(user_id)))).id

    @property
    def knows_channels(self) -> bool:
        """Whether the gateway has told what the bot may do where."""
        return self._client.is_ready()

    def standing(self, channel_id: int) -> Standing | None:
        """What the bot may do there. None: in a direct message, and where the gateway has not told yet."""
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, (GuildChannel, discord.Thread)):
            return None
        in_thread = isinstance(channel, discord.Thread)
        me = cast("discord.Member | None", channel.guild.me)  # None until the guild's own data came
        if me is None or (in_thread and channel.parent is None):
            return None
        return Standing(
            channel.permissions_for(me), in_thread, has_threads=isinstance(channel, discord.TextChannel)
        )

    def is_age_restricted(self, channel_id: int) -> bool:
        """Whether all readers of the channel are adults; a thread is where its channel is. Of an unknown one: no."""
        channel = self._client.get_channel(channel_id)
        has_age = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)
        return isinstance(channel, has_age) and channel.is_nsfw()

    async def _answered(self, call: Callable[[], Awaitable[_T]], files: Sequence[Attached] = ()) -> _T:
        """The answer, which does not come over a connection that is half open: nobody says so there.

        Raises:
            DiscordError: of any kind; :class:`TryAgain` where it took too long.
        """
        seconds = self._answer_seconds + sum(each.size_bytes for each in files) / SLOWEST_BYTES_A_SECOND
        with translated():
            async with asyncio.timeout(seconds):
                return await retry_if_dropped(call)


def _unlistened(view: LayoutView) -> LayoutView:
    """A view that discord.py does not remember: clicks reach the DynamicItems, which survive a restart."""
    view.stop()
    return view
