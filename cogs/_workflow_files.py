"""``/workflow export`` and ``import``: a workflow's folder as a zip, for another server or for ``workflows/``."""

import asyncio
import logging
import re
from collections.abc import Sequence

import discord
from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.messages import Attached
from bot.errors import Refused
from bot.generation.adding import Adding
from bot.generation.editing import Editing
from bot.jobs.guild_workflow import WorkflowVersion
from bot.jobs.inputs import Attachment
from bot.texts import render, text
from bot.workflows.brought import Brought
from bot.workflows.folder_zip import to_zip
from bot.workflows.inference.naming import MAX_NAME
from cogs._buttons import AnyItem, pressed_button
from cogs._errors import Errors
from cogs._moderators import subcommand
from cogs._notices import framed
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyInteraction, Subcommand, who
from cogs._workflow_adders import Adder, may_add
from cogs._workflow_drafts import WorkflowDrafts
from cogs._workflow_list_layout import EXPORT_ID

log = logging.getLogger(__name__)


class WorkflowFiles:
    def __init__(
        self,
        own: OwnWorkflows,
        drafts: WorkflowDrafts,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        adding: Adding,
        editing: Editing,
    ) -> None:
        self._own = own
        self._adding = adding
        self._editing = editing
        self._drafts = drafts
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return (self._export_command(), self._import_command())

    def controls(self) -> Sequence[AnyItem]:
        return (pressed_button(EXPORT_ID, self._export_by_button, self._errors),)

    def _export_command(self) -> Subcommand:
        @app_commands.describe(
            name=localised(text("workflow-list-option-which")),
            version=localised(text("workflow-list-option-version-or-current")),
        )
        @app_commands.rename(
            name=localised(text("option-name-name")), version=localised(text("workflow-list-version-name"))
        )
        async def export(interaction: AnyInteraction, name: str, version: str | None = None) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    _, workflow = await self._own.named(interaction, name)
                    exported = await self._own.version_of(workflow, version)
                    file = await _zipped(exported)
                await self._hand_out(interaction, exported, file)

        command = subcommand(text("workflow-export-name"), text("workflow-export-description"), export)
        return self._own.suggesting_versions(command, self._errors)

    def _import_command(self) -> Subcommand:
        @app_commands.describe(
            file=localised(text("workflow-import-option-file")), name=localised(text("workflow-option-name"))
        )
        @app_commands.rename(
            file=localised(text("workflow-option-file-name")),
            name=localised(text("workflow-option-name-name")),
        )
        async def import_(
            interaction: AnyInteraction,
            file: discord.Attachment,
            name: app_commands.Range[str, 1, MAX_NAME] | None = None,
        ) -> None:
            async with self._errors.answered(interaction):
                adder = await may_add(interaction, self._own.settings)
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    given = Attachment(file.url, file.filename, file.size)
                    brought = await self._adding.take_in(given)
                    if name is not None:
                        brought = await self._editing.renamed(brought, name.strip().lower())
                    version = await self._kept(interaction, adder, brought)
                    log.info(
                        "workflow %s of guild %d was taken in by %s",
                        brought.name,
                        adder.guild_id,
                        who(interaction),
                    )
                    view = await self._drafts.panel(interaction, version)
                await self._acknowledger.answer(interaction, view)

        return subcommand(text("workflow-import-name"), text("workflow-import-description"), import_)

    async def _export_by_button(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            _, workflow = await self._own.numbered(interaction, match["workflow"])
            exported = await self._own.version_of(workflow, None)
            file = await _zipped(exported)
        await self._hand_out(interaction, exported, file)

    async def _hand_out(self, interaction: AnyInteraction, version: WorkflowVersion, file: Attached) -> None:
        words = text("workflow-exported", workflow=version.name, number=version.number)
        view = framed(
            ui.TextDisplay(render(words, interaction.locale.value)),
            ui.File[ui.LayoutView](f"attachment://{file.name}"),
        )
        await self._acknowledger.answer(interaction, view, [file])

    async def _kept(self, interaction: AnyInteraction, adder: Adder, brought: Brought) -> WorkflowVersion:
        """As a new draft: of the workflow that the server has under its name, else of a new one.

        Raises:
            Refused: the operator's has the name, or somebody is changing that workflow.
        """
        self._own.check_name(brought.name)
        store = self._own.store
        found = [each for each in await store.guild_workflows(adder.guild_id) if each.name == brought.name]
        if not found:
            return await store.add_guild_workflow(
                adder.guild_id,
                adder.user_id,
                interaction.id,
                name=brought.name,
                source=brought.source,
                command=brought.command,
            )
        if found[0].draft is not None:
            raise Refused(text("workflow-import-draft", workflow=brought.name))
        draft = await store.begin_edit(adder.guild_id, found[0].id, adder.user_id)
        return await self._drafts.keep(draft, brought)


async def _zipped(version: WorkflowVersion) -> Attached:
    """Discord drops letters that are not ASCII from a file's name."""
    content = await asyncio.to_thread(to_zip, version.name, version.source, version.command)
    stem = version.name if version.name.isascii() else f"workflow-{version.workflow_id}"
    return Attached(f"{stem}.zip", content)
