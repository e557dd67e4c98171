"""``/owner workflow``: what the servers added, of which one may be for all of them, and another for nobody."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import app_commands

from bot.client import localised
from bot.delivery.words import shortened
from bot.errors import NotThere, Refused
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowState
from bot.jobs.store import JobStore
from bot.texts import Text, render, text
from bot.workflows.loading import RESERVED_NAMES
from cogs._errors import Choices
from cogs._options import MAX_CHOICE
from cogs._owner_commands import OwnerCommands, subcommand
from cogs._owner_layout import guild_name, workflow_list
from cogs._service import AnyInteraction, Service, Subcommand, who

log = logging.getLogger(__name__)

Do = Callable[[GuildWorkflow, int], Awaitable[Text]]
"""What the operator wants of a workflow, and who they are; what it came to."""
Fits = Callable[[GuildWorkflow], bool]


class OwnerWorkflows:
    def __init__(self, service: Service, store: JobStore, commands: OwnerCommands) -> None:
        self._service = service
        self._store = store
        self._commands = commands

    def command(self) -> app_commands.Group:
        group = app_commands.Group(
            name=localised(text("command-owner-workflow-name")),
            description=localised(text("command-owner-workflow-description")),
        )
        for each in (
            self._list(),
            self._subcommand(
                text("command-owner-workflow-share-name"),
                text("command-owner-workflow-share-description"),
                self._share,
                lambda each: each.is_offered and not each.shared,
            ),
            self._subcommand(
                text("command-owner-workflow-unshare-name"),
                text("command-owner-workflow-unshare-description"),
                self._unshare,
                lambda each: each.shared,
            ),
            self._subcommand(
                text("command-owner-workflow-remove-name"),
                text("command-owner-workflow-remove-description"),
                self._take_away,
                lambda each: not each.taken_away,
            ),
            self._subcommand(
                text("command-owner-workflow-restore-name"),
                text("command-owner-workflow-restore-description"),
                self._give_back,
                lambda each: each.taken_away,
            ),
        ):
            group.add_command(each)
        return group

    def _list(self) -> Subcommand:
        async def show(interaction: AnyInteraction) -> None:
            async def told() -> str:
                found = await self._store.guild_workflows(None)
                names = {guild.id: guild.name for guild in interaction.client.guilds}
                return workflow_list(found, names, interaction.locale.value)

            await self._commands.answer(interaction, told)

        return subcommand(
            text("command-owner-workflow-list-name"), text("command-owner-workflow-list-description"), show
        )

    def _subcommand(self, name: Text, description: Text, do: Do, fits: Fits) -> Subcommand:
        @app_commands.describe(workflow=localised(text("option-owner-workflow-description")))
        @app_commands.rename(workflow=localised(text("option-owner-workflow-name")))
        async def change(interaction: AnyInteraction, workflow: str) -> None:
            async def told() -> str:
                found = await self._named(workflow)
                done = await do(found, interaction.user.id)
                log.info(
                    "workflow %d of guild %d: %s by %s", found.id, found.guild_id, done.id, who(interaction)
                )
                return render(done, interaction.locale.value)

            await self._commands.answer(interaction, told)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._commands.suggested(
                interaction, typed, lambda: self._choices(interaction.client, fits)
            )

        command = subcommand(name, description, change)
        command.autocomplete("workflow")(suggest)
        return command

    async def _choices(self, client: discord.Client, fits: Fits) -> Choices:
        names = {guild.id: guild.name for guild in client.guilds}
        return [
            app_commands.Choice(
                name=shortened(f"/{each.name} · {guild_name(each.guild_id, names)}", MAX_CHOICE),
                value=str(each.id),
            )
            for each in await self._store.guild_workflows(None)
            if fits(each)
        ]

    async def _named(self, typed: str) -> GuildWorkflow:
        """By its number, as it is offered; or by its name, where only one has it."""
        found: Sequence[GuildWorkflow] = [
            each
            for each in await self._store.guild_workflows(None)
            if typed.strip().removeprefix("/") in {str(each.id), each.name}
        ]
        if len(found) != 1:
            raise NotThere(text("owner-workflow-none", name=shortened(typed, MAX_CHOICE)))
        return found[0]

    async def _share(self, workflow: GuildWorkflow, by: int) -> Text:
        if workflow.name in RESERVED_NAMES or self._service.is_called(workflow.name, None):
            raise Refused(text("owner-workflow-own-name", name=workflow.name))
        shared = await self._store.share_workflow(workflow.id, shared=True, by=by)
        if shared.state is WorkflowState.DISABLED:
            return text("owner-workflow-shared-disabled", name=shared.name)
        return text("owner-workflow-shared", name=shared.name)

    async def _unshare(self, workflow: GuildWorkflow, by: int) -> Text:
        await self._store.share_workflow(workflow.id, shared=False, by=by)
        return text("owner-workflow-unshared", name=workflow.name)

    async def _take_away(self, workflow: GuildWorkflow, by: int) -> Text:
        await self._store.take_away(workflow.id, taken_away=True, by=by)
        return text("owner-workflow-removed", name=workflow.name)

    async def _give_back(self, workflow: GuildWorkflow, by: int) -> Text:
        await self._store.take_away(workflow.id, taken_away=False, by=by)
        return text("owner-workflow-restored", name=workflow.name)
