"""One slash command a workflow: write the job down, answer with its status, and let that tell the rest."""

import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.client import FILE_TYPES, localised_by
from bot.jobs.inputs import Attachment, Source
from bot.workflows import Option, Workflow
from bot.workflows.own_options import OwnOption
from cogs._command_line import Value, command_line
from cogs._errors import Choices, Errors
from cogs._options import describe, file_types, fixed_choices, matching, parameter_name, parameters, rename
from cogs._own_options import Chosen, as_options
from cogs._service import AnyCommand, AnyInteraction

Callback = Callable[..., Coroutine[Any, Any, None]]
Suggest = Callable[[AnyInteraction, Workflow], Coroutine[Any, Any, Sequence[str]]]
"""What may be typed into one of the bot's own options."""


class Offers(Protocol):
    """Of the service, what a command is made of."""

    def workflows_in(self, guild_id: int | None) -> Mapping[str, Workflow]: ...

    def choices(self, workflow: str, option: str) -> tuple[str, ...]: ...


class Submits(Protocol):
    """What :class:`cogs._submitting.Submissions` does."""

    async def submit(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Source],
        chosen: Chosen,
    ) -> None: ...


class Generate:
    def __init__(
        self,
        service: Offers,
        submissions: Submits,
        errors: Errors,
        own: Mapping[OwnOption, Suggest | None],
    ) -> None:
        """``own``: the bot's own options that commands may have, and what suggests their values while one types."""
        self._service = service
        self._submissions = submissions
        self._errors = errors
        self._own = own
        self._made: list[tuple[Workflow, AnyCommand]] = []
        """The commands that were offered last."""

    def commands(self) -> Sequence[AnyCommand]:
        """Those that are offered everywhere. A workflow that is the same as before keeps its command."""
        before, self._made = self._made, []
        for workflow in self._service.workflows_in(None).values():
            known = next((command for made_of, command in before if made_of is workflow), None)
            self._made.append((workflow, known or self.command(workflow)))
        return [command for _, command in self._made]

    async def _run(
        self,
        interaction: AnyInteraction,
        workflow: Workflow,
        options: Sequence[Option],
        given: Mapping[str, Value | discord.Attachment],
    ) -> None:
        async with self._errors.answered(interaction, command_line(interaction, workflow, options)):
            names = {option.name for option in workflow.options}
            values = {
                name: each
                for name, each in given.items()
                if name in names and not isinstance(each, discord.Attachment)
            }
            attachments = {
                name: Attachment(each.url, each.filename, each.size)
                for name, each in given.items()
                if isinstance(each, discord.Attachment)
            }
            own = {
                name: each
                for name, each in given.items()
                if name not in names and not isinstance(each, discord.Attachment)
            }
            await self._submissions.submit(interaction, workflow.name, values, attachments, Chosen.of(own))

    def _options(self, workflow: Workflow) -> tuple[Option, ...]:
        """Of the command: the workflow's, then the bot's own."""
        return (*workflow.in_command, *as_options(workflow, self._own))

    def command(self, workflow: Workflow) -> AnyCommand:
        options = self._options(workflow)
        command: AnyCommand = app_commands.Command(
            name=localised_by(workflow.command, workflow.name_localisations),
            description=localised_by(workflow.description, workflow.description_localisations),
            callback=self._callback(workflow, options),
            nsfw=workflow.nsfw,
            extras={FILE_TYPES: file_types(workflow.options)},
        )
        for index, option in enumerate(options):
            if option.autocomplete:
                command.autocomplete(parameter_name(index))(self._suggestions(workflow, option))
        return command

    def _callback(self, workflow: Workflow, options: Sequence[Option]) -> Callback:
        names = {parameter_name(index): option.name for index, option in enumerate(options)}

        async def callback(interaction: AnyInteraction, **given: Value | discord.Attachment | None) -> None:
            answers = {names[key]: value for key, value in given.items() if value is not None}
            await self._run(interaction, workflow, options, answers)

        who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=AnyInteraction)
        # discord.py reads a command's options off its callback's signature
        callback.__dict__["__signature__"] = inspect.Signature([who, *parameters(options)])
        described = app_commands.describe(**describe(options))(callback)
        renamed = app_commands.rename(**rename(options))(described)
        return app_commands.choices(**fixed_choices(options))(renamed)

    def _suggestions(
        self, workflow: Workflow, option: Option
    ) -> Callable[[AnyInteraction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            found = self._matching(interaction, workflow, option, typed)
            return await self._errors.suggested(interaction, found)

        return suggest

    async def _matching(
        self, interaction: AnyInteraction, workflow: Workflow, option: Option, typed: str
    ) -> Choices:
        if option in workflow.options:
            return matching(self._service.choices(workflow.name, option.name), typed)
        suggest = self._own[OwnOption(option.name)]
        return [] if suggest is None else matching(await suggest(interaction, workflow), typed)
