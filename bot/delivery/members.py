"""Who is a member of a guild, asked of Discord one by one: without the members intent nobody tells. Knows no job."""

import asyncio

import discord

from bot.delivery.discord_errors import translated
from bot.delivery.messages import ANSWER_SECONDS

UNKNOWN_MEMBER = 10007


class Members:
    """Talks to Discord as soon as ``logged_in`` is set; needs no gateway."""

    def __init__(self, client: discord.Client, logged_in: asyncio.Event) -> None:
        self._client = client
        self._logged_in = logged_in

    async def available(self) -> None:
        await self._logged_in.wait()

    @property
    def own_id(self) -> int:
        """The bot's own, once it is logged in."""
        return 0 if self._client.user is None else self._client.user.id

    async def is_member(self, guild_id: int, user_id: int) -> bool:
        """
        Raises:
            DiscordError: it cannot be told; the bot may have left the guild itself.
        """  # noqa: D205, D212  # the name says the rest
        with translated():
            async with asyncio.timeout(ANSWER_SECONDS):
                try:
                    await self._client.http.get_member(guild_id, user_id)
                except discord.NotFound as error:
                    if error.code == UNKNOWN_MEMBER:
                        return False
                    raise
        return True
