"""One slash command a workflow: acknowledge, submit, and let the status message tell the rest."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol
from uuid import UUID

from discord import app_commands

from bot.client import localised_by
from bot.delivery.acknowledging import Acknowledger
from bot.generation import Order
from bot.workflows import Option, Workflow
from cogs._errors import Errors
from cogs._options import describe, fixed_choices, matching, parameter_name, parameters, rename
from cogs._service import AnyCommand, AnyInteraction, Service, place_of, reply_of

SUBMISSIONS_AT_ONCE = 50

Value = str | int | float | bool
Callback = Callable[..., Coroutine[Any, Any, None]]


class Statuses(Protocol):
    def follow(self, job_id: UUID) -> None: ...


class Generate:
    def __init__(
        self,
        service: Service,
        statuses: Statuses,
        acknowledger: Acknowledger,
        errors: Errors,
        language: str | None,
    ) -> None:
        self._service = service
        self._statuses = statuses
        self._acknowledger = acknowledger
        self._errors = errors
        self._language = language
        self._room = asyncio.Semaphore(SUBMISSIONS_AT_ONCE)

    def commands(self) -> Sequence[AnyCommand]:
        return [self._command(workflow) for workflow in self._service.workflows.values()]

    async def _run(self, interaction: AnyInteraction, workflow: str, values: dict[str, Value]) -> None:
        async with self._errors.answered(interaction):
            await self._acknowledger.defer(interaction, ephemeral=False)
            await self._acknowledger.calm()
            async with self._room:
                ticket = await self._service.submit(
                    Order(
                        workflow=workflow,
                        values=values,
                        interaction_id=interaction.id,
                        place=place_of(interaction, self._language),
                        reply=reply_of(interaction),
                    )
                )
            self._statuses.follow(ticket.job_id)

    def _command(self, workflow: Workflow) -> AnyCommand:
        command: AnyCommand = app_commands.Command(
            name=localised_by(workflow.name, workflow.name_localisations),
            description=localised_by(workflow.description, workflow.description_localisations),
            callback=self._callback(workflow),
        )
        for index, option in enumerate(workflow.options):
            if option.autocomplete:
                command.autocomplete(parameter_name(index))(self._suggestions(workflow.name, option))
        return command

    def _callback(self, workflow: Workflow) -> Callback:
        names = {parameter_name(index): option.name for index, option in enumerate(workflow.options)}

        async def callback(interaction: AnyInteraction, **given: Value | None) -> None:
            values = {names[key]: value for key, value in given.items() if value is not None}
            await self._run(interaction, workflow.name, values)

        who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=AnyInteraction)
        # discord.py reads a command's options off its callback's signature
        callback.__dict__["__signature__"] = inspect.Signature([who, *parameters(workflow.options)])
        described = app_commands.describe(**describe(workflow.options))(callback)
        renamed = app_commands.rename(**rename(workflow.options))(described)
        return app_commands.choices(**fixed_choices(workflow.options))(renamed)

    def _suggestions(
        self, workflow: str, option: Option
    ) -> Callable[[AnyInteraction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def suggest(_: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return matching(self._service.choices(workflow, option.name), typed)

        return suggest
