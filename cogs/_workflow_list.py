"""``/workflow list``, ``show``, ``edit``, ``history``, and the panels that they open."""

import re
from collections.abc import Sequence

from discord import app_commands
from discord.ui import LayoutView

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.generation.adding import Adding
from bot.jobs.guild_workflow import GuildWorkflow
from bot.texts import text
from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._errors import Errors
from cogs._moderators import subcommand
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyInteraction, Subcommand
from cogs._workflow_access import access_of
from cogs._workflow_adders import Adder, may_add
from cogs._workflow_drafts import brought_of
from cogs._workflow_edit import WorkflowEdit
from cogs._workflow_list_layout import (
    CHANGE_ID,
    HISTORY_ID,
    LIST_ID,
    PICK_ID,
    SHOW_ID,
    Shown,
    history_panel,
    list_panel,
    one_panel,
)


class WorkflowList:
    def __init__(
        self,
        own: OwnWorkflows,
        adding: Adding,
        edit: WorkflowEdit,
        acknowledger: Acknowledger,
        errors: Errors,
    ) -> None:
        self._own = own
        self._adding = adding
        self._edit = edit
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return (self._list_command(), self._show_command(), self._edit_command(), self._history_command())

    def controls(self) -> Sequence[AnyItem]:
        return (
            pressed_button(LIST_ID, self._all_again, self._errors),
            chosen_in_menu(PICK_ID, self._pick, self._errors),
            pressed_button(SHOW_ID, self._show_again, self._errors),
            pressed_button(CHANGE_ID, self._begin_edit, self._errors),
            pressed_button(HISTORY_ID, self._history, self._errors),
        )

    async def one(self, interaction: AnyInteraction, workflow: GuildWorkflow) -> LayoutView:
        """The panel of one workflow."""
        version = await self._own.version_of(workflow, None)
        versions = await self._own.store.workflow_versions(workflow.guild_id, workflow.id)
        preview = await self._adding.preview(brought_of(version))
        access = await access_of(self._own.settings, workflow.guild_id, workflow.name)
        no_room = None
        if workflow.is_offered:
            no_room = await self._own.rooms.why_no_room(workflow.guild_id, workflow.name)
        shown = Shown(workflow, versions, preview, access, no_room)
        return one_panel(shown, interaction.locale.value)

    async def versions(self, interaction: AnyInteraction, workflow: GuildWorkflow) -> LayoutView:
        versions = await self._own.store.workflow_versions(workflow.guild_id, workflow.id)
        return history_panel(workflow, versions, interaction.locale.value)

    def _list_command(self) -> Subcommand:
        async def list_(interaction: AnyInteraction) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    view = await self._all(interaction)
                await self._acknowledger.answer(interaction, view)

        return subcommand(text("workflow-list-name"), text("workflow-list-description"), list_)

    def _show_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("workflow-list-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def show(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    _, workflow = await self._own.named(interaction, name)
                    view = await self.one(interaction, workflow)
                await self._acknowledger.answer(interaction, view)

        command = subcommand(text("workflow-show-name"), text("workflow-show-description"), show)
        return self._own.suggesting(command, self._errors)

    def _edit_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("workflow-list-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def edit(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    adder, workflow = await self._own.named(interaction, name)
                    view = await self._edited(interaction, adder, workflow)
                await self._acknowledger.answer(interaction, view)

        command = subcommand(text("workflow-edit-command-name"), text("workflow-edit-description"), edit)
        return self._own.suggesting(command, self._errors)

    def _history_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("workflow-list-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def history(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    _, workflow = await self._own.named(interaction, name)
                    view = await self.versions(interaction, workflow)
                await self._acknowledger.answer(interaction, view)

        command = subcommand(text("workflow-history-name"), text("workflow-history-description"), history)
        return self._own.suggesting(command, self._errors)

    async def _edited(self, interaction: AnyInteraction, adder: Adder, workflow: GuildWorkflow) -> LayoutView:
        """The panel of its draft, which begins here if there is none yet."""
        if workflow.draft is None:  # none begins of what cannot be read
            await self._edit.panel(interaction, await self._own.version_of(workflow, None))
        draft = await self._own.store.begin_edit(adder.guild_id, workflow.id, adder.user_id)
        return await self._edit.panel(interaction, draft)

    async def _all(self, interaction: AnyInteraction) -> LayoutView:
        adder = await may_add(interaction, self._own.settings)
        return list_panel(await self._own.store.guild_workflows(adder.guild_id), interaction.locale.value)

    async def _all_again(self, interaction: AnyInteraction, _match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            view = await self._all(interaction)
        await self._acknowledger.update(interaction, view)

    async def _pick(self, interaction: AnyInteraction, _match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            _, workflow = await self._own.numbered(interaction, choice_of(interaction))
            view = await self.one(interaction, workflow)
        await self._acknowledger.update(interaction, view)

    async def _show_again(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            _, workflow = await self._own.numbered(interaction, match["workflow"])
            view = await self.one(interaction, workflow)
        await self._acknowledger.update(interaction, view)

    async def _begin_edit(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            adder, workflow = await self._own.numbered(interaction, match["workflow"])
            view = await self._edited(interaction, adder, workflow)
        await self._acknowledger.update(interaction, view)

    async def _history(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            _, workflow = await self._own.numbered(interaction, match["workflow"])
            view = await self.versions(interaction, workflow)
        await self._acknowledger.update(interaction, view)
