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
from cogs._own_options import (
    EVERY,
    REPEAT,
    own_descriptions,
    own_names,
    own_options,
    own_parameters,
)
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
        self,
        interaction: AnyInteraction,
        workflow: Workflow,
        given: Mapping[str, Value | discord.Attachment],
        own: Mapping[str, object],
    ) -> None:
        async with self._errors.answered(interaction, command_line(interaction, workflow)):
            values = {name: each for name, each in given.items() if not isinstance(each, discord.Attachment)}
            attachments = {
                name: Attachment(each.url, each.filename, each.size)
                for name, each in given.items()
                if isinstance(each, discord.Attachment)
            }
            repeat, every = own.get(REPEAT.key), own.get(EVERY.key)
            await self._submissions.submit_several(
                interaction,
                self._submissions.order(interaction, workflow.name, values, attachments),
                repeat=repeat if isinstance(repeat, int) else 1,
                every=every is True,
            )

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
        own = own_options(workflow)

        async def callback(interaction: AnyInteraction, **given: Value | discord.Attachment | None) -> None:
            answers = {key: value for key, value in given.items() if value is not None}
            of_workflow = {names[key]: value for key, value in answers.items() if key in names}
            ours = {key: value for key, value in answers.items() if key not in names}
            await self._run(interaction, workflow, of_workflow, ours)

        who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=AnyInteraction)
        # discord.py reads a command's options off its callback's signature
        asked = [*parameters(workflow.options), *own_parameters(own)]
        callback.__dict__["__signature__"] = inspect.Signature([who, *asked])
        described = app_commands.describe(**describe(workflow.options), **own_descriptions(own))(callback)
        renamed = app_commands.rename(**rename(workflow.options), **own_names(own))(described)
        return app_commands.choices(**fixed_choices(workflow.options))(renamed)

    def _suggestions(
        self, workflow: str, option: Option
    ) -> Callable[[AnyInteraction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._matching(workflow, option, typed))

        return suggest

    async def _matching(self, workflow: str, option: Option, typed: str) -> Choices:
        return matching(self._service.choices(workflow, option.name), typed)
