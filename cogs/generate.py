"""One slash command a workflow: write the job down, answer with its status, and let that tell the rest."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import discord
from discord import app_commands
from discord.ui import LayoutView

from bot.bugs import Bug, contained
from bot.client import FILE_TYPES, localised_by
from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError
from bot.generation import Order
from bot.jobs.inputs import Attachment
from bot.jobs.job import MessageRef, Ticket
from bot.jobs.store import StoreUnavailable
from bot.workflows import Option, Workflow
from cogs._command_line import Value, command_line
from cogs._errors import Choices, Errors
from cogs._names import Names
from cogs._options import describe, file_types, fixed_choices, matching, parameter_name, parameters, rename
from cogs._service import AnyCommand, AnyInteraction, Service, place_of, reply_of, who

log = logging.getLogger(__name__)

SUBMISSIONS_AT_ONCE = 50
"""Of a thousand commands at once the first are answered early, not all of them late."""

Callback = Callable[..., Coroutine[Any, Any, None]]


class Statuses(Protocol):
    async def opening(self, ticket: Ticket) -> LayoutView | None:
        """The first status of a job, as the answer to the command; None: it has ended already."""
        ...

    def follow(self, job_id: UUID, message: MessageRef | None) -> None:
        """Keep the status moving; ``message`` shows it, None where that was lost and is still to be learnt."""
        ...

    def leave_to_another(self, job_id: UUID) -> None:
        """Another process answered the command, and keeps the status moving."""
        ...


class Generate:
    def __init__(
        self,
        service: Service,
        statuses: Statuses,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        names: Names,
        language: str | None,
    ) -> None:
        self._service = service
        self._statuses = statuses
        self._acknowledger = acknowledger
        self._errors = errors
        self._names = names
        self._language = language
        self._room = asyncio.Semaphore(SUBMISSIONS_AT_ONCE)

    def commands(self) -> Sequence[AnyCommand]:
        return [self._command(workflow) for workflow in self._service.workflows.values()]

    async def _run(
        self, interaction: AnyInteraction, workflow: Workflow, given: Mapping[str, Value | discord.Attachment]
    ) -> None:
        async with self._errors.answered(interaction, command_line(interaction, workflow)):
            self._names.learn(interaction.user.id, interaction.user.display_name)
            order = Order(
                workflow=workflow.name,
                values={
                    name: each for name, each in given.items() if not isinstance(each, discord.Attachment)
                },
                interaction_id=interaction.id,
                place=place_of(interaction, self._language),
                reply=reply_of(interaction),
                attachments={
                    name: Attachment(each.url, each.filename, each.size)
                    for name, each in given.items()
                    if isinstance(each, discord.Attachment)
                },
            )
            async with self._acknowledger.in_time(interaction, ephemeral=False), self._room:
                ticket = await self._service.submit(order)
            await self._show(interaction, ticket)

    async def _show(self, interaction: AnyInteraction, ticket: Ticket) -> None:
        """The job is written down: whatever happens to the answer, it stays and its status is followed."""
        job_id = ticket.job_id
        log.info("job %s: asked for by %s", job_id, who(interaction))
        shown = await contained(f"the first status of job {job_id}", self._opened(interaction, ticket))
        # one that Discord delivered to us before was answered by nobody else
        if ticket.created and self._acknowledger.answered_elsewhere(interaction):
            log.warning("job %s: another process on this token answered first", job_id)
            self._statuses.leave_to_another(job_id)
        else:
            self._statuses.follow(job_id, None if isinstance(shown, Bug) else shown)

    async def _opened(self, interaction: AnyInteraction, ticket: Ticket) -> MessageRef | None:
        try:
            view = await self._statuses.opening(ticket)
            if view is not None:
                return await self._acknowledger.answer(interaction, view, ephemeral=False)
        except (TooLate, DiscordError, StoreUnavailable) as error:
            log.warning("job %s: its first status was not shown: %s", ticket.job_id, error)
        return None

    def _command(self, workflow: Workflow) -> AnyCommand:
        command: AnyCommand = app_commands.Command(
            name=localised_by(workflow.name, workflow.name_localisations),
            description=localised_by(workflow.description, workflow.description_localisations),
            callback=self._callback(workflow),
            extras={FILE_TYPES: file_types(workflow.options)},
        )
        for index, option in enumerate(workflow.options):
            if option.autocomplete:
                command.autocomplete(parameter_name(index))(self._suggestions(workflow.name, option))
        return command

    def _callback(self, workflow: Workflow) -> Callback:
        names = {parameter_name(index): option.name for index, option in enumerate(workflow.options)}

        async def callback(interaction: AnyInteraction, **given: Value | discord.Attachment | None) -> None:
            answers = {names[key]: value for key, value in given.items() if value is not None}
            await self._run(interaction, workflow, answers)

        who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=AnyInteraction)
        # discord.py reads a command's options off its callback's signature
        callback.__dict__["__signature__"] = inspect.Signature([who, *parameters(workflow.options)])
        described = app_commands.describe(**describe(workflow.options))(callback)
        renamed = app_commands.rename(**rename(workflow.options))(described)
        return app_commands.choices(**fixed_choices(workflow.options))(renamed)

    def _suggestions(
        self, workflow: str, option: Option
    ) -> Callable[[AnyInteraction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._matching(workflow, option, typed))

        return suggest

    async def _matching(self, workflow: str, option: Option, typed: str) -> Choices:
        return matching(self._service.choices(workflow, option.name), typed)
