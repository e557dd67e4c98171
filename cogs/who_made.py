"""**Who made this**, in the menu of each message, for moderators: whose job it is, and what they can do about it."""

import discord
from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.guild_log_layout import LogEntry, entry_layout
from bot.delivery.marks import short_id
from bot.errors import NotThere
from bot.jobs.job import Job
from bot.texts import text
from cogs._errors import Errors
from cogs._moderators import BY_GUILDS, IN_GUILDS, SEEN_BY, moderator_of
from cogs._service import AnyInteraction, Service, actor_of


class WhoMade:
    def __init__(self, service: Service, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> InMenu:
        async def who_made_this(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    moderator_of(interaction)
                    job = await self._service.told_by(message.id, actor_of(interaction))
                    if job is None:
                        raise NotThere(text("message-without-job"))
                view = entry_layout(_told(job), interaction.locale.value)
                await self._acknowledger.answer(interaction, view)

        menu = app_commands.ContextMenu(
            name=localised(text("menu-who-made-this")),
            callback=who_made_this,
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
        )
        menu.default_permissions = SEEN_BY
        return menu


def _told(job: Job) -> LogEntry:
    words = text(
        "who-made-this",
        who=f"<@{job.place.user_id}>",
        when=str(int(job.created_at)),
        workflow=job.command,
        id=short_id(job.id),
    )
    return LogEntry(
        words,
        cancels=None if job.ended else job.id,
        deletes=job.id if job.ended else None,
        blocks=job.place.user_id,
    )
