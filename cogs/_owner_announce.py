"""``/owner announce``: words of the operator in the log channel of every guild that chose one."""

import logging

from discord import app_commands

from bot.client import localised
from bot.delivery.guild_log import GuildLog
from bot.delivery.guild_log_layout import LogEntry
from bot.jobs.audit_store import AuditAction
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import LOG_CHANNEL
from bot.texts import render, text
from cogs._owner_commands import OwnerCommands, subcommand
from cogs._service import AnyInteraction, Subcommand, who

log = logging.getLogger(__name__)

MAX_WORDS = 3000


class OwnerAnnounce:
    def __init__(
        self, store: JobStore, guild_log: GuildLog, settings: GuildSettings, commands: OwnerCommands
    ) -> None:
        self._store = store
        self._guild_log = guild_log
        self._settings = settings
        self._commands = commands

    def command(self) -> Subcommand:
        @app_commands.describe(words=localised(text("option-announce-words-description")))
        @app_commands.rename(words=localised(text("option-announce-words-name")))
        async def announce(interaction: AnyInteraction, words: app_commands.Range[str, 1, MAX_WORDS]) -> None:
            await self._commands.answer(interaction, lambda: self._announce(interaction, words))

        return subcommand(
            text("command-owner-announce-name"), text("command-owner-announce-description"), announce
        )

    async def _announce(self, interaction: AnyInteraction, words: str) -> str:
        guild_ids = [
            each
            for each in await self._store.guilds_that_chose(LOG_CHANNEL.name)
            if await self._has_log(each)
        ]
        entry = text("log-announcement", words=words.replace("\\n", "\n"))  # an option has one line
        for guild_id in guild_ids:
            await self._guild_log.tell_when_there_is_room(guild_id, LogEntry(entry))
        count = len(guild_ids)
        details = {"words": words, "guilds": str(count)}
        await self._store.audit(None, interaction.user.id, AuditAction.ANNOUNCE, details=details)
        log.info("%d guilds are told what %s announced", count, who(interaction))
        return render(text("owner-announced", count=count), interaction.locale.value)

    async def _has_log(self, guild_id: int) -> bool:
        return (await self._settings.of(guild_id)).of(LOG_CHANNEL) is not None
