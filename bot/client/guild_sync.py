"""Commands that one guild alone has: told to Discord once a start, which costs nothing where they are there already."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NoReturn

import discord

from bot.backoff import Backoff
from bot.client.connection import ComfycordClient
from bot.client.payloads import AnyCommand
from bot.client.presence import Presence
from bot.delivery.discord_errors import DiscordError, translated

log = logging.getLogger(__name__)

PAUSES = Backoff(first_seconds=5.0, longest_seconds=1800.0)
"""After a try that failed: the bot may still be invited to that guild."""
LOOK_SECONDS = 1.0
"""Between two looks whether this bot is the one to tell Discord now."""

_GLOBAL_ONLY = frozenset({"contexts", "integration_types", "dm_permission"})
"""Fields that Discord knows of global commands only."""


class GuildCommandSync:
    def __init__(
        self, client: ComfycordClient, presence: Presence, guild_id: int, commands: Sequence[AnyCommand]
    ) -> None:
        self._client = client
        self._presence = presence
        self._guild = discord.Object(guild_id)
        self._commands = commands

    async def run(self) -> NoReturn:
        """Serve them, and have Discord know of them."""
        for command in self._commands:
            self._client.tree.add_command(command, guild=self._guild, override=True)
        await self._client.logged_in.wait()
        failures = 0
        while True:
            if not self._presence.leads:  # another bot tells Discord of the same commands
                await asyncio.sleep(LOOK_SECONDS)
            elif await self._synced():
                break
            else:
                failures += 1
                await PAUSES.pause(failures)
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")  # pragma: no cover

    async def _synced(self) -> bool:
        tree, http, application_id = self._client.tree, self._client.http, self._client.application_id
        translator = tree.translator
        if translator is None or application_id is None:
            raise AssertionError("both are known at login")
        told = [await each.get_translated_payload(tree, translator) for each in self._commands]
        wanted = [{key: value for key, value in each.items() if key not in _GLOBAL_ONLY} for each in told]
        try:
            with translated():
                await http.bulk_upsert_guild_commands(application_id, self._guild.id, wanted)
        except DiscordError as error:
            log.warning("the commands of guild %d (OWNER_GUILD) could not be told: %s", self._guild.id, error)
            return False
        log.info("the operator's commands are in guild %d", self._guild.id)
        return True
