"""``/workflow disable``, ``enable``, ``remove``, ``rollback``: what is offered of a server's workflows, and what is not."""

import logging
import re
from collections.abc import Sequence

from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowVersion
from bot.texts import text
from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._errors import Errors
from cogs._moderators import subcommand
from cogs._notices import notice
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyInteraction, Subcommand, who
from cogs._workflow_access import keep_access
from cogs._workflow_adders import Adder
from cogs._workflow_list import WorkflowList
from cogs._workflow_list_layout import REMOVE_ID, REMOVED_ID, ROLL_BACK_ID, SWITCH_ID, remove_panel

log = logging.getLogger(__name__)


class WorkflowChanges:
    def __init__(
        self, own: OwnWorkflows, listed: WorkflowList, acknowledger: Acknowledger, errors: Errors
    ) -> None:
        self._own = own
        self._listed = listed
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return (
            self._switch_command(enabled=False),
            self._switch_command(enabled=True),
            self._remove_command(),
            self._roll_back_command(),
        )

    def controls(self) -> Sequence[AnyItem]:
        return (
            pressed_button(SWITCH_ID, self._switch_in_place, self._errors),
            pressed_button(REMOVE_ID, self._ask_in_place, self._errors),
            pressed_button(REMOVED_ID, self._remove_in_place, self._errors),
            chosen_in_menu(ROLL_BACK_ID, self._roll_back_in_place, self._errors),
        )

    def _switch_command(self, *, enabled: bool) -> Subcommand:
        @app_commands.describe(name=localised(text("workflow-list-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def switch(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    adder, found = await self._own.named(interaction, name)
                    no_room = await self._own.rooms.why_no_room(adder.guild_id, found.name)
                    workflow = await self._switch(interaction, adder, found, enabled=enabled)
                done = text("workflow-disabled-now", workflow=workflow.name)
                if enabled and no_room is None:
                    done = text("workflow-enabled", workflow=workflow.name)
                elif enabled and no_room is not None:
                    done = text("workflow-enabled-by-run", workflow=workflow.name, why=no_room)
                await self._acknowledger.answer(interaction, notice(done, interaction.locale))

        name = text("workflow-enable-name") if enabled else text("workflow-disable-name")
        about = text("workflow-enable-description") if enabled else text("workflow-disable-description")
        return self._own.suggesting(subcommand(name, about, switch), self._errors)

    def _remove_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("workflow-list-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def remove(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    _, workflow = await self._own.named(interaction, name)
                await self._acknowledger.answer(interaction, remove_panel(workflow, interaction.locale.value))

        command = subcommand(text("workflow-remove-name"), text("workflow-remove-description"), remove)
        return self._own.suggesting(command, self._errors)

    def _roll_back_command(self) -> Subcommand:
        @app_commands.describe(
            name=localised(text("workflow-list-option-which")),
            version=localised(text("workflow-list-option-version")),
        )
        @app_commands.rename(
            name=localised(text("option-name-name")), version=localised(text("workflow-list-version-name"))
        )
        async def roll_back(interaction: AnyInteraction, name: str, version: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    adder, workflow = await self._own.named(interaction, name)
                    former = await self._own.version_of(workflow, version)
                    no_room = await self._own.rooms.why_no_room(adder.guild_id, former.name)
                    changed = await self._roll_back(interaction, adder, workflow, former)
                done = text("workflow-rolled-back", workflow=changed.name, number=former.number)
                if no_room is not None:
                    done = text(
                        "workflow-rolled-back-by-run",
                        workflow=changed.name,
                        number=former.number,
                        why=no_room,
                    )
                await self._acknowledger.answer(interaction, notice(done, interaction.locale))

        command = subcommand(text("workflow-rollback-name"), text("workflow-rollback-description"), roll_back)
        return self._own.suggesting_versions(command, self._errors)

    async def _switch_in_place(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            found = await self._own.numbered(interaction, match["workflow"])
            workflow = await self._switch(interaction, *found, enabled=match["what"] == "enable")
            view = await self._listed.one(interaction, workflow)
        await self._acknowledger.update(interaction, view)

    async def _ask_in_place(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            _, workflow = await self._own.numbered(interaction, match["workflow"])
        await self._acknowledger.update(interaction, remove_panel(workflow, interaction.locale.value))

    async def _remove_in_place(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            adder, workflow = await self._own.numbered(interaction, match["workflow"])
            await self._own.store.remove_guild_workflow(adder.guild_id, workflow.id, adder.user_id)
            _log("removed", workflow, interaction)
        done = text("workflow-removed", workflow=workflow.name)
        await self._acknowledger.update(interaction, notice(done, interaction.locale))

    async def _roll_back_in_place(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            adder, workflow = await self._own.numbered(interaction, match["workflow"])
            former = await self._own.version_of(workflow, choice_of(interaction))
            changed = await self._roll_back(interaction, adder, workflow, former)
            view = await self._listed.versions(interaction, changed)
        await self._acknowledger.update(interaction, view)

    async def _switch(
        self, interaction: AnyInteraction, adder: Adder, workflow: GuildWorkflow, *, enabled: bool
    ) -> GuildWorkflow:
        if enabled:
            self._own.check_name(workflow.name)
        changed = await self._own.store.set_enabled(
            adder.guild_id, workflow.id, adder.user_id, enabled=enabled
        )
        _log("enabled" if enabled else "disabled", workflow, interaction)
        return changed

    async def _roll_back(
        self, interaction: AnyInteraction, adder: Adder, workflow: GuildWorkflow, version: WorkflowVersion
    ) -> GuildWorkflow:
        self._own.check_name(version.name)
        await keep_access(self._own.settings, workflow, version.name, by=adder.user_id)
        changed = await self._own.store.roll_back(adder.guild_id, workflow.id, version.number, adder.user_id)
        _log(f"set back to version {version.number}", workflow, interaction)
        return changed


def _log(done: str, workflow: GuildWorkflow, interaction: AnyInteraction) -> None:
    log.info("workflow %s of guild %d was %s by %s", workflow.name, workflow.guild_id, done, who(interaction))
