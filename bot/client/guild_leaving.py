"""The bot leaves guilds that may not have it, where the operator wants that; and single ones by command."""

import logging
from typing import NoReturn

import discord

from bot.client.connection import ComfycordClient
from bot.delivery.discord_errors import DiscordError, NoAccess, translated
from bot.jobs.store import JobStore, Topic
from bot.moderation.allowed_guilds import AllowedGuilds

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0


class GuildLeaving:
    """Looks at the guilds that this process is connected for."""

    def __init__(
        self,
        client: ComfycordClient,
        store: JobStore,
        allowed: AllowedGuilds,
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._client = client
        self._store = store
        self._allowed = allowed
        self._look_seconds = look_seconds

    async def run(self) -> NoReturn:
        """Leave again and again until cancelled. What came last is known first: a ruling before the settings' list."""
        await self._client.logged_in.wait()
        while True:
            await self._allowed.look()
            for guild in [each for each in self._client.guilds if not self._allowed.allows(each.id)]:
                try:
                    await leave_guild(self._client, guild.id)
                except DiscordError as error:
                    log.warning(
                        "guild %d may not have the bot, and could not be left yet: %s", guild.id, error
                    )
                else:
                    log.warning(
                        "left guild %d: it is not on the list of those that may have the bot", guild.id
                    )
            await self._store.wait(Topic.OPERATOR, self._look_seconds)


async def leave_guild(client: discord.Client, guild_id: int) -> bool:
    """False: the bot is no member there.

    Raises:
        DiscordError: it still is, as far as is known.
    """
    try:
        with translated():
            await client.http.leave_guild(guild_id)
    except NoAccess:
        return False
    return True
