"""The workflows of a server, as those find them who may change them: by what they are called, or by a control's custom id."""

import re

from discord import app_commands
from msgspec import Struct

from bot.errors import NotThere, Refused
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowVersion
from bot.jobs.guild_workflow_store import GuildWorkflowStore
from bot.moderation.guild_settings import GuildSettings
from bot.texts import text
from bot.workflows.own_names import wrong_own_name
from bot.workflows.spelling import did_you_mean
from cogs._errors import Choices, Errors
from cogs._options import MAX_CHOICES, matching
from cogs._service import AnyInteraction, Service, Subcommand
from cogs._workflow_adders import Adder, may_add
from cogs._workflow_drafts import Rooms
from cogs._workflow_list_layout import version_words


class OwnWorkflows(Struct, frozen=True):
    service: Service
    store: GuildWorkflowStore
    settings: GuildSettings
    rooms: Rooms

    def check_name(self, name: str) -> None:
        """What else the server's own are called, the ledger knows.

        Raises:
            Refused: no workflow can be called so, or the operator's is.
        """
        problem = wrong_own_name(name, [name] if self.service.is_called(name, None) else ())
        if problem is not None:
            raise Refused(problem)

    async def named(self, interaction: AnyInteraction, name: str) -> tuple[Adder, GuildWorkflow]:
        """Who asks, and the workflow of their server that is called so.

        Raises:
            NotAllowed: they may not change workflows.
            NotThere: there is none.
        """
        adder = await may_add(interaction, self.settings)
        workflows = await self.store.guild_workflows(adder.guild_id)
        wanted = name.strip().removeprefix("/")
        found = next((each for each in workflows if each.name == wanted), None)
        if found is None:
            if not workflows:
                raise NotThere(text("workflow-list-none"))
            near = did_you_mean(wanted, [each.name for each in workflows])
            raise NotThere(text("workflow-list-no-such", name=wanted, near=near))
        return adder, found

    async def numbered(self, interaction: AnyInteraction, number: str) -> tuple[Adder, GuildWorkflow]:
        """The same for what a control is about, or what was chosen in one.

        Raises:
            NotAllowed, NotThere: as above.
        """
        adder = await may_add(interaction, self.settings)
        found = await self.store.guild_workflow(adder.guild_id, int(number) if number.isdecimal() else 0)
        if found is None:
            raise NotThere(text("guild-workflow-gone"))
        return adder, found

    def suggesting(self, command: Subcommand, errors: Errors) -> Subcommand:
        """The command, with names of workflows suggested for its option ``name``."""

        async def names(interaction: AnyInteraction, typed: str) -> Choices:
            adder = await may_add(interaction, self.settings)
            return matching([each.name for each in await self.store.guild_workflows(adder.guild_id)], typed)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await errors.suggested(interaction, names(interaction, typed))

        command.autocomplete("name")(suggest)
        return command

    def suggesting_versions(self, command: Subcommand, errors: Errors) -> Subcommand:
        """And with those of its versions that were published, for its option ``version``."""

        async def numbers(interaction: AnyInteraction, typed: str) -> Choices:
            _, workflow = await self.named(interaction, str(interaction.namespace.name or ""))
            versions = await self.store.workflow_versions(workflow.guild_id, workflow.id)
            fitting = [each for each in versions if str(each.number).startswith(typed.strip())]
            return [
                app_commands.Choice(
                    name=version_words(each, workflow, interaction.locale.value), value=str(each.number)
                )
                for each in fitting
                if each.published_at is not None
            ][:MAX_CHOICES]

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await errors.suggested(interaction, numbers(interaction, typed))

        command.autocomplete("version")(suggest)
        return self.suggesting(command, errors)

    async def version_of(self, workflow: GuildWorkflow, typed: str | None) -> WorkflowVersion:
        """The version of which somebody typed the number; None: the current one, or the draft of one that has none.

        Raises:
            NotThere: there is none (any more).
        """
        number = workflow.current or workflow.draft or 0
        if typed is not None:
            number = int(typed) if re.fullmatch(r"[0-9]{1,9}", typed.strip()) else 0
        version = await self.store.workflow_version(workflow.id, number)
        if version is None:
            raise NotThere(
                text("workflow-list-no-version", workflow=workflow.name, version=typed or str(number))
            )
        return version
