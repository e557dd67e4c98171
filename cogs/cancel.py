"""``/cancel``, and **Cancel job** in the menu of each message: one's own jobs; for moderators, any job of the server."""

import logging
from typing import Any
from uuid import UUID

import discord
from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.marks import short_id
from bot.delivery.words import clipped, shortened
from bot.errors import NotThere
from bot.generation import Actor, spoken_for
from bot.jobs.job import Standing, State
from bot.texts import Text, render, text
from cogs._errors import Choices, Errors
from cogs._names import Names
from cogs._notices import notice
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyCommand, AnyInteraction, Service, actor_of, who

log = logging.getLogger(__name__)

NAME_CHARACTERS = 20
PROMPT_CHARACTERS = 30
"""Of the 100 that a suggestion may have: what comes after them must still be seen."""


class Cancel:
    def __init__(self, service: Service, acknowledger: Acknowledger, errors: Errors, names: Names) -> None:
        self._service = service
        self._acknowledger = acknowledger
        self._errors = errors
        self._names = names

    def command(self) -> AnyCommand:
        @app_commands.describe(job=localised(text("option-job-description")))
        @app_commands.rename(job=localised(text("option-job-name")))
        async def cancel(interaction: AnyInteraction, job: str) -> None:
            await self._cancel(interaction, job)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self.choices(interaction, typed))

        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=localised(text("command-cancel-name")),
            description=localised(text("command-cancel-description")),
            callback=cancel,
        )
        command.autocomplete("job")(suggest)
        return command

    def menu(self) -> InMenu:
        """**Cancel job**, in the menu of each message: the job that it tells of."""

        async def cancel_job(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    job = await self._service.told_by(message.id, actor_of(interaction))
                    if job is None:
                        raise NotThere(text("message-without-job"))
                    done = await cancelled(self._service, interaction, job.id)
                await self._acknowledger.answer(interaction, notice(done, interaction.locale))

        return app_commands.ContextMenu(name=localised(text("menu-cancel-job")), callback=cancel_job)

    async def _cancel(self, interaction: AnyInteraction, job: str) -> None:
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                done = await cancelled(self._service, interaction, job_named(job))
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def choices(self, interaction: AnyInteraction, typed: str) -> Choices:
        """The open jobs that this person may cancel here."""
        actor, locale = actor_of(interaction), interaction.locale.value
        offered = [
            app_commands.Choice(name=self._label(standing, actor, locale), value=spoken_for(standing.job).hex)
            for standing in await self._service.cancellable(actor)
        ]
        return [choice for choice in offered if typed.casefold() in choice.name.casefold()][:MAX_CHOICES]

    def _label(self, standing: Standing, actor: Actor, locale: str) -> str:
        """Whose job it is, where others' are on the list, and what distinguishes it from the rest."""
        job = standing.job
        if job.state is State.PREPARING:
            doing = text("cancel-choice-wording") if job.rewordings else text("cancel-choice-preparing")
            where = render(doing, locale)
        elif standing.position is None:
            where = render(text("cancel-choice-running"), locale)
        else:
            where = render(text("cancel-choice-queued", number=standing.position.ahead + 1), locale)
        whose = self._whose(job.place.user_id, locale) if actor.may_moderate else ""
        words = clipped(" ".join((job.prompt or "").split()), PROMPT_CHARACTERS)
        several = (
            "" if job.group is None else render(text("cancel-choice-group", count=job.group.count), locale)
        )
        parts = [
            job.command,
            several,
            clipped(whose, NAME_CHARACTERS),
            words,
            where,
            short_id(spoken_for(job)),
        ]
        return shortened(" · ".join(filter(None, parts)), MAX_CHOICE)

    def _whose(self, user_id: int, locale: str) -> str:
        """A name, or enough of a number to tell those apart whose names nobody has told since the start."""
        unnamed = text("cancel-choice-someone", digits=str(user_id)[-4:])
        return self._names.of(user_id) or render(unnamed, locale)


async def cancelled(service: Service, interaction: AnyInteraction, job_id: UUID) -> Text:
    done = await service.cancel(job_id, actor_of(interaction))
    log.info("job %s: cancelled by %s", job_id, who(interaction))
    return done


def job_named(typed: str) -> UUID:
    """What was chosen among :meth:`Cancel.choices`.

    Raises:
        NotThere: something else was typed.
    """
    try:
        return UUID(typed.strip())
    except ValueError as error:
        raise NotThere(text("cancel-unknown")) from error
