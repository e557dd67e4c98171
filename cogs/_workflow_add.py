"""``/workflow add``, and **Make a command of this** in the menu of each message: from a file to a draft, and its preview."""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere
from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment
from bot.texts import text
from bot.workflows.discord_rules import MAX_DESCRIPTION
from cogs._errors import Errors
from cogs._moderators import BY_GUILDS, IN_GUILDS, subcommand
from cogs._pictures import files_of
from cogs._service import AnyInteraction, Service, Subcommand
from cogs._workflow_drafts import WorkflowDrafts


class WorkflowAdd:
    def __init__(
        self,
        service: Service,
        drafts: WorkflowDrafts,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        origins: Origins,
    ) -> None:
        """``origins``: where files may come from."""
        self._service = service
        self._drafts = drafts
        self._acknowledger = acknowledger
        self._errors = errors
        self._origins = origins

    def commands(self) -> Sequence[Subcommand]:
        @app_commands.describe(
            file=localised(text("workflow-option-file")),
            name=localised(text("workflow-option-name")),
            description=localised(text("workflow-option-description")),
        )
        @app_commands.rename(
            file=localised(text("workflow-option-file-name")),
            name=localised(text("workflow-option-name-name")),
            description=localised(text("workflow-option-description-name")),
        )
        async def add(
            interaction: AnyInteraction,
            file: discord.Attachment,
            name: app_commands.Range[str, 1, 32] | None = None,
            description: app_commands.Range[str, 1, MAX_DESCRIPTION] | None = None,
        ) -> None:
            async with self._errors.answered(interaction):
                given = Attachment(file.url, file.filename, file.size)
                await self._add(interaction, [given], name and name.strip().lower(), description)

        return (subcommand(text("workflow-add-name"), text("workflow-add-about"), add),)

    def menu(self) -> InMenu:
        async def make_command(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                await self._add(interaction, self._files_in(message), None, None)

        return app_commands.ContextMenu(
            name=localised(text("menu-make-command")),
            callback=make_command,
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
        )

    async def _add(
        self,
        interaction: AnyInteraction,
        files: Sequence[Attachment],
        name: str | None,
        description: str | None,
    ) -> None:
        adder = await self._drafts.adder(interaction)
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            taken = _Taken(self._service, await self._drafts.names(adder))
            version = await self._drafts.add(
                adder, interaction, files, name=name, description=description, taken=taken
            )
            view = await self._drafts.panel(interaction, version)
        await self._acknowledger.answer(interaction, view)

    def _files_in(self, message: discord.Message) -> Sequence[Attachment]:
        """
        Raises:
            NotThere: the message shows no file, or none that may be fetched.
        """  # noqa: D205, D212  # the name says the rest
        shown = files_of(message)
        files = [file for file in (each.within(self._origins) for each in shown) if file is not None]
        if not shown:
            raise NotThere(text("workflow-add-no-file"))
        if not files:
            raise NotThere(text("menu-elsewhere"))
        return files


class _Taken:
    """What workflows are called in a server: the operator's and its own."""

    def __init__(self, service: Service, own: Sequence[str]) -> None:
        self._service = service
        self._own = own

    def __contains__(self, name: object) -> bool:
        return name in self._own or (isinstance(name, str) and self._service.is_called(name, None))
