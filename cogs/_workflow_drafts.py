"""The drafts of a server's workflows, for whoever may change them: brought, found, kept, and shown as a preview."""

from collections.abc import Container, Sequence
from typing import Protocol

from discord.ui import LayoutView

from bot.errors import NotThere
from bot.generation.adding import Adding
from bot.jobs.guild_workflow import WorkflowVersion
from bot.jobs.guild_workflow_store import GuildWorkflowStore
from bot.jobs.inputs import Attachment
from bot.texts import Text, text
from bot.workflows.brought import Brought
from bot.workflows.preview import Preview
from cogs._service import AnyInteraction, ChosenIn
from cogs._workflow_adders import Adder, may_add
from cogs._workflow_preview import DraftRef, place_of, preview_panel


class Rooms(Protocol):
    """Of :class:`cogs._guild_commands.GuildCommands`, what Discord takes."""

    async def why_no_room(self, guild_id: int, name: str) -> Text | None: ...


class WorkflowDrafts:
    def __init__(self, store: GuildWorkflowStore, settings: ChosenIn, adding: Adding, rooms: Rooms) -> None:
        self._store = store
        self._settings = settings
        self._adding = adding
        self._rooms = rooms

    async def adder(self, interaction: AnyInteraction) -> Adder:
        """See :func:`may_add`."""
        return await may_add(interaction, self._settings)

    async def names(self, adder: Adder) -> Sequence[str]:
        """Of all workflows that were added in their server, drafts too."""
        return [each.name for each in await self._store.guild_workflows(adder.guild_id)]

    async def add(
        self,
        adder: Adder,
        interaction: AnyInteraction,
        files: Sequence[Attachment],
        *,
        name: str | None,
        description: str | None,
        taken: Container[str],
    ) -> WorkflowVersion:
        """Keep what the first of the files with a workflow has, as a draft; see :meth:`Adding.bring`.

        Raises:
            UserError: nothing is kept.
        """
        brought = await self._adding.bring(files, name=name, description=description, taken=taken)
        return await self._store.add_guild_workflow(
            adder.guild_id,
            adder.user_id,
            interaction.id,
            name=brought.name,
            source=brought.source,
            command=brought.command,
        )

    async def draft(self, adder: Adder, ref: DraftRef) -> WorkflowVersion:
        """
        Raises:
            NotThere: it is no draft of their server (any more).
        """  # noqa: D205, D212  # the name says the rest
        workflow = await self._store.guild_workflow(adder.guild_id, ref.workflow_id)
        version = await self._store.workflow_version(ref.workflow_id, ref.number)
        if workflow is None or version is None or workflow.draft != ref.number:
            raise NotThere(text("preview-gone"))
        return version

    async def completed(self, version: WorkflowVersion) -> WorkflowVersion:
        """With its options, where a server tells by now which there are."""
        return await self.keep(version, await self._adding.completed(brought_of(version)))

    async def replaced(self, version: WorkflowVersion, place: str, name: str) -> WorkflowVersion:
        """With another name of the server's list in an input that has none of it; as it was where that is so no more.

        ``place``: see :func:`place_of`.
        """
        for each in (await self.preview(version)).missing:
            if place_of(each.target) == place and name in each.names:
                return await self.keep(
                    version, await self._adding.replace(brought_of(version), each.target, name)
                )
        return version

    async def publish(self, adder: Adder, version: WorkflowVersion) -> Text | None:
        """Offer it from now on. Returns why it has no command of its own for now; None: it has, in a moment.

        Raises:
            UserError: it is not offered.
        """
        version = await self.keep(version, brought_of(version).settled())
        why = await self._rooms.why_no_room(adder.guild_id, version.name)
        await self._store.publish(adder.guild_id, version.workflow_id, version.number, adder.user_id)
        return why

    async def discard(self, adder: Adder, version: WorkflowVersion) -> None:
        await self._store.discard_draft(adder.guild_id, version.workflow_id)

    async def preview(self, version: WorkflowVersion) -> Preview:
        return await self._adding.preview(brought_of(version))

    async def panel(self, interaction: AnyInteraction, version: WorkflowVersion) -> LayoutView:
        """Its preview, to be shown to one person."""
        ref = DraftRef(version.workflow_id, version.number)
        return preview_panel(ref, await self.preview(version), interaction.locale.value)

    async def keep(self, version: WorkflowVersion, brought: Brought) -> WorkflowVersion:
        """The draft as it became.

        Raises:
            UserError: somebody else changed it meanwhile, or it cannot be called so.
        """
        if brought == brought_of(version):
            return version
        return await self._store.change_draft(
            version.guild_id,
            version.workflow_id,
            version.number,
            version.revision,
            name=brought.name,
            source=brought.source,
            command=brought.command,
        )


def brought_of(version: WorkflowVersion) -> Brought:
    return Brought(version.name, version.source, version.command)
