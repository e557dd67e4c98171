"""``/compare``: one or two options of a workflow over several values, on one labelled sheet."""

from collections.abc import Mapping

import discord
from discord import app_commands
from msgspec.structs import replace

from bot.client import localised
from bot.errors import NotThere, Refused
from bot.generation import Order, compared
from bot.jobs.inputs import Attachment
from bot.texts import text
from bot.workflows import OptionKind, Workflow
from cogs._axes import axis_of, suggestions
from cogs._command_line import Value, command_line
from cogs._errors import Choices, Errors
from cogs._service import AnyCommand, AnyInteraction, Service
from cogs._submitting import Submissions
from cogs._typed_options import typed_options
from cogs._workflow_names import workflow_meant, workflows_suggested


class Compare:
    def __init__(self, service: Service, submissions: Submissions, errors: Errors) -> None:
        self._service = service
        self._submissions = submissions
        self._errors = errors

    def command(self) -> AnyCommand:
        @app_commands.rename(
            workflow=localised(text("option-workflow-name")),
            x=localised(text("option-x-name")),
            y=localised(text("option-y-name")),
            prompt=localised(text("option-compare-prompt-name")),
            image=localised(text("option-compare-image-name")),
            values=localised(text("option-values-name")),
            private=localised(text("own-private-name")),
        )
        @app_commands.describe(
            workflow=localised(text("option-workflow-description")),
            x=localised(text("option-x-description")),
            y=localised(text("option-y-description")),
            prompt=localised(text("option-compare-prompt-description")),
            image=localised(text("option-compare-image-description")),
            values=localised(text("option-values-description")),
            private=localised(text("own-private-description")),
        )
        async def compare(
            interaction: AnyInteraction,
            *,
            workflow: str,
            x: str,
            y: str | None = None,
            prompt: str | None = None,
            image: discord.Attachment | None = None,
            values: str | None = None,
            private: bool = False,
        ) -> None:
            async with self._errors.answered(interaction, command_line(interaction)):
                found = workflow_meant(self._service, interaction, workflow)
                given = {**typed_options(found, values or ""), **_words(found, prompt)}
                order = await self._submissions.order(interaction, found.name, given, _picture(found, image))
                await self._compare(interaction, found, (x, y), replace(order, private=private))

        command: AnyCommand = app_commands.Command(
            name=localised(text("command-compare-name")),
            description=localised(text("command-compare-description")),
            callback=compare,
        )
        command.autocomplete("workflow")(self._suggest_workflow)
        for axis in ("x", "y"):
            command.autocomplete(axis)(self._suggest_axis)
        return command

    async def _compare(
        self,
        interaction: AnyInteraction,
        workflow: Workflow,
        axes: tuple[str, str | None],
        order: Order,
    ) -> None:
        locale = interaction.locale.value
        across = axis_of(workflow, axes[0], locale)
        down = None if axes[1] is None else axis_of(workflow, axes[1], locale)
        if down is not None and across.option == down.option:
            raise Refused(text("compare-same-option", option=across.option))
        await self._submissions.submit_orders(interaction, compared(order, across, down))

    async def _suggest_workflow(
        self, interaction: AnyInteraction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._errors.suggested(
            interaction, workflows_suggested(self._submissions, interaction, typed)
        )

    async def _suggest_axis(self, interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._errors.suggested(interaction, self._axes(interaction, typed))

    async def _axes(self, interaction: AnyInteraction, typed: str) -> Choices:
        try:
            workflow = workflow_meant(self._service, interaction, str(interaction.namespace.workflow or ""))
        except NotThere:
            return []
        found = suggestions(
            workflow,
            typed,
            interaction.locale.value,
            lambda option: self._service.choices(workflow.name, option),
        )
        return [app_commands.Choice(name=each, value=each) for each in found]


def _words(workflow: Workflow, prompt: str | None) -> Mapping[str, Value]:
    if prompt is None:
        return {}
    option = workflow.prompt_option or "prompt"
    if option not in {each.name for each in workflow.options}:
        raise Refused(text("compare-no-words", workflow=workflow.command))
    return {option: prompt}


def _picture(workflow: Workflow, image: discord.Attachment | None) -> Mapping[str, Attachment]:
    if image is None:
        return {}
    for option in workflow.options:
        if option.kind is OptionKind.IMAGE:
            return {option.name: Attachment(image.url, image.filename, image.size)}
    raise Refused(text("compare-no-picture", workflow=workflow.command))
