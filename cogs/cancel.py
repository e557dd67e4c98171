"""``/cancel``: one's own jobs; with Manage Messages, any job of the server."""

from uuid import UUID

from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.marks import short_id
from bot.delivery.words import shortened
from bot.errors import NotThere
from bot.jobs.job import Standing
from bot.texts import render, text
from cogs._errors import Errors
from cogs._notices import notice
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyCommand, AnyInteraction, Service, actor_of


class Cancel:
    def __init__(self, service: Service, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> AnyCommand:
        @app_commands.describe(job=localised(text("option-job-description")))
        @app_commands.rename(job=localised(text("option-job-name")))
        async def cancel(interaction: AnyInteraction, job: str) -> None:
            await self._cancel(interaction, job)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._suggest(interaction, typed)

        command: AnyCommand = app_commands.Command(
            name=localised(text("command-cancel-name")),
            description=localised(text("command-cancel-description")),
            callback=cancel,
        )
        command.autocomplete("job")(suggest)
        return command

    async def _cancel(self, interaction: AnyInteraction, job: str) -> None:
        async with self._errors.answered(interaction):
            await self._acknowledger.defer(interaction, ephemeral=True)
            done = await self._service.cancel(_job_id(job), actor_of(interaction))
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def _suggest(self, interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
        standings = await self._service.cancellable(actor_of(interaction))
        offered = [
            app_commands.Choice(name=_label(standing, interaction.locale.value), value=standing.job.id.hex)
            for standing in standings
        ]
        return [choice for choice in offered if typed.casefold() in choice.name.casefold()][:MAX_CHOICES]


def _label(standing: Standing, locale: str) -> str:
    job = standing.job
    if standing.position is None:
        where = render(text("cancel-choice-running"), locale)
    else:
        where = render(text("cancel-choice-queued", number=standing.position.ahead + 1), locale)
    parts = [job.workflow, where, short_id(job.id), job.prompt or ""]
    return shortened(" · ".join(filter(None, parts)), MAX_CHOICE)


def _job_id(typed: str) -> UUID:
    try:
        return UUID(typed.strip())
    except ValueError as error:
        raise NotThere(text("cancel-unknown")) from error
