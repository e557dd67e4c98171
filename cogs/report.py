"""**Report**, in the menu of each message: anybody tells the moderators of something that the bot posted."""

import re

import discord
from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.guild_log_layout import MAX_REASON
from bot.errors import Refused
from bot.jobs.report_store import NewReport, Reported
from bot.jobs.store import JobStore
from bot.texts import Text, render, text
from cogs._errors import Errors
from cogs._forms import Submitted, form, words_field
from cogs._moderators import BY_GUILDS, IN_GUILDS
from cogs._notices import notice
from cogs._service import AnyInteraction, Service, actor_of

FORM_ID = re.compile(r"report:(?P<channel>[0-9]{1,20}):(?P<message>[0-9]{1,20})")
_REASON = "reason"


class Report:
    def __init__(self, service: Service, store: JobStore, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._store = store
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> InMenu:
        async def report(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                if message.author.id != interaction.application_id:
                    raise Refused(text("report-not-the-bots"))
                locale = interaction.locale.value
                why = words_field(
                    _REASON,
                    render(text("report-why"), locale),
                    render(text("report-why-about"), locale),
                    in_lines=True,
                )
                custom_id = f"report:{message.channel.id}:{message.id}"
                title = render(text("report-title"), locale)
                await self._acknowledger.open_form(interaction, form(custom_id, title, [why]))

        return app_commands.ContextMenu(
            name=localised(text("menu-report")),
            callback=report,
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
        )

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            told = await self._reported(interaction, match, sent.words.get(_REASON, ""))
        await self._acknowledger.answer(interaction, notice(told, interaction.locale))

    async def _reported(self, interaction: AnyInteraction, match: re.Match[str], reason: str) -> Text:
        actor, message_id = actor_of(interaction), int(match["message"])
        if actor.guild_id is None:
            raise Refused(text("mod-only-in-servers"))
        job = await self._service.told_by(message_id, actor)
        report = NewReport(
            guild_id=actor.guild_id,
            channel_id=int(match["channel"]),
            message_id=message_id,
            job_id=None if job is None else job.id,
            about_id=None if job is None else job.place.user_id,
            reported_by=actor.user_id,
            reason=reason[:MAX_REASON].strip(),
        )
        match await self._store.report(report):
            case Reported.KEPT:
                return text("report-done")
            case Reported.BEFORE:
                return text("report-before")
            case Reported.TOO_MANY:
                raise Refused(text("report-too-many"))
