"""``/run``: any workflow by its name, its options in a form. For guilds with more workflows than Discord takes commands."""

import re

from discord import app_commands

from bot.client import localised
from bot.jobs.pending import Answers
from bot.texts import text
from bot.workflows import Workflow
from cogs._command_line import command_line
from cogs._edit_start import Start
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._own_options import Chosen
from cogs._service import AnyCommand, AnyInteraction, Service, guild_of
from cogs._submitting import Submissions
from cogs._workflow_names import workflow_meant, workflows_suggested
from cogs.edit import Edit

FORM = re.compile(r"run:(?P<seen>all|me):(?P<key>.{1,80})", re.DOTALL)
"""The form's custom id: who is to see the result, and the key of the workflow, in the version that the form was made of."""


class Run:
    def __init__(self, service: Service, submissions: Submissions, edit: Edit, errors: Errors) -> None:
        self._service = service
        self._submissions = submissions
        self._edit = edit
        self._errors = errors

    def command(self) -> AnyCommand:
        @app_commands.rename(
            workflow=localised(text("option-workflow-name")), private=localised(text("own-private-name"))
        )
        @app_commands.describe(
            workflow=localised(text("run-option-workflow")),
            private=localised(text("own-private-description")),
        )
        async def run(interaction: AnyInteraction, workflow: str, *, private: bool = False) -> None:
            async with self._errors.answered(interaction, command_line(interaction)):
                found = workflow_meant(self._service, interaction, workflow)
                await self._begin(interaction, found, private=private)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            found = workflows_suggested(self._submissions, interaction, typed)
            return await self._errors.suggested(interaction, found)

        command: AnyCommand = app_commands.Command(
            name=localised(text("command-run-name")),
            description=localised(text("command-run-description")),
            callback=run,
        )
        command.autocomplete("workflow")(suggest)
        return command

    async def _begin(self, interaction: AnyInteraction, workflow: Workflow, *, private: bool) -> None:
        if workflow.options:
            custom_id = f"run:{'me' if private else 'all'}:{workflow.name}"
            await self._edit.begin(interaction, Start(workflow, Answers({}), private=private), custom_id)
        else:
            await self._submissions.submit(interaction, workflow.name, {}, {}, Chosen(private=private))

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        """The form came back."""
        async with self._errors.answered(interaction, form.words.get("prompt")):
            workflow = await self._service.usable(match["key"], guild_of(interaction))
            start = Start(workflow, Answers({}), private=match["seen"] == "me")
            await self._edit.finish(interaction, start, form)
