"""One slash command a workflow: write the job down, answer with its status, and let that tell the rest."""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.client import FILE_TYPES, localised_by
from bot.jobs.inputs import Attachment
from bot.workflows import Option, Workflow
from cogs._command_line import Value, command_line
from cogs._errors import Choices, Errors
from cogs._options import describe, file_types, fixed_choices, matching, parameter_name, parameters, rename
from cogs._service import AnyCommand, AnyInteraction, Service
from cogs._submitting import Submissions

Callback = Callable[..., Coroutine[Any, Any, None]]


class Generate:
    def __init__(self, service: Service, submissions: Submissions, errors: Errors) -> None:
        self._service = service
        self._submissions = submissions
        self._errors = errors

    def commands(self) -> list[AnyCommand]:
        return [self._command(workflow) for workflow in self._service.workflows.values()]

    async def _run(
        self, interaction: AnyInteraction, workflow: Workflow, given: Mapping[str, Value | discord.Attachment]
    ) -> None:
        async with self._errors.answered(interaction, command_line(interaction, workflow)):
            values = {name: each for name, each in given.items() if not isinstance(each, discord.Attachment)}
            attachments = {
                name: Attachment(each.url, each.filename, each.size)
                for name, each in given.items()
                if isinstance(each, discord.Attachment)
            }
            await self._submissions.submit(interaction, workflow.name, values, attachments)

    def _command(self, workflow: Workflow) -> AnyCommand:
        command: AnyCommand = app_commands.Command(
            name=localised_by(workflow.name, workflow.name_localisations),
            description=localised_by(workflow.description, workflow.description_localisations),
            callback=self._callback(workflow),
            extras={FILE_TYPES: file_types(workflow.in_command)},
        )
        for index, option in enumerate(workflow.in_command):
            if option.autocomplete:
                command.autocomplete(parameter_name(index))(self._suggestions(workflow.name, option))
        return command

    def _callback(self, workflow: Workflow) -> Callback:
        options = workflow.in_command
        names = {parameter_name(index): option.name for index, option in enumerate(options)}

        async def callback(interaction: AnyInteraction, **given: Value | discord.Attachment | None) -> None:
            answers = {names[key]: value for key, value in given.items() if value is not None}
            await self._run(interaction, workflow, answers)

        who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=AnyInteraction)
        # discord.py reads a command's options off its callback's signature
        callback.__dict__["__signature__"] = inspect.Signature([who, *parameters(options)])
        described = app_commands.describe(**describe(options))(callback)
        renamed = app_commands.rename(**rename(options))(described)
        return app_commands.choices(**fixed_choices(options))(renamed)

    def _suggestions(
        self, workflow: str, option: Option
    ) -> Callable[[AnyInteraction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._matching(workflow, option, typed))

        return suggest

    async def _matching(self, workflow: str, option: Option, typed: str) -> Choices:
        return matching(self._service.choices(workflow, option.name), typed)
