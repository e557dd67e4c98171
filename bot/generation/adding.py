"""Workflows that members bring: from a file to what is kept of it, and what would become of that on the servers.

What takes long (fetching, converting, looking for options) is done in threads, of a few at a time.
"""

from collections.abc import Callable, Container, Sequence
from pathlib import Path

from bot.comfy import ObjectInfo
from bot.errors import NotThere, Refused
from bot.generation.first_file import FirstFile
from bot.generation.offerings import Offerings
from bot.generation.orders import Rules
from bot.generation.reasons import told_to_people
from bot.jobs.inputs import Attachment
from bot.texts import text
from bot.workflows import InputRef, WorkflowError
from bot.workflows.brought import Brought, without_options
from bot.workflows.discord_rules import wrong_description
from bot.workflows.offering import Offering
from bot.workflows.own_names import name_for, wrong_own_name
from bot.workflows.preview import Preview
from bot.workflows.sources import read_workflow
from bot.workflows.sources.writing import written


class Adding:
    def __init__(self, files: FirstFile, knowledge: Callable[[], Sequence[ObjectInfo]], rules: Rules) -> None:
        """``knowledge``: what the servers have that have told."""
        self._files = files
        self.offerings = Offerings(knowledge, rules)

    async def bring(
        self,
        files: Sequence[Attachment],
        *,
        name: str | None,
        description: str | None,
        taken: Container[str],
    ) -> Brought:
        """What is kept of the first of the files that has a workflow, with the options that are found in it.

        ``name``: None, it is called after the file. ``taken``: what other workflows are called there.

        Raises:
            UserError: there is no workflow, or one that may not run here; it cannot be called or described so.
        """
        problem = None if name is None else wrong_own_name(name, taken)
        if problem is None and description is not None and (wrong := wrong_description(description)):
            problem = text("workflow-add-description", problem=wrong)
        if problem is not None:
            raise Refused(problem)
        filename, source = await self._files.read(files, _source_in)
        called = name or name_for(filename, taken)
        brought = await self.completed(without_options(called, source, description))
        preview = await self.preview(brought)
        if preview.refused:
            raise Refused(told_to_people(preview.refused))
        return brought

    async def take_in(self, file: Attachment) -> Brought:
        """What is kept of the folder in a zip, with the name and the command that it has.

        Raises:
            UserError: it is no such zip, or its workflow may not run here.
        """
        _, brought = await self._files.read([file], _folder_in)
        preview = await self.preview(brought)
        if preview.refused:
            raise Refused(told_to_people(preview.refused))
        return brought

    async def completed(self, brought: Brought) -> Brought:
        """With its options, as soon as a server can tell which there are.

        Raises:
            UserError: it is wrong, whatever a server has.
        """
        from bot.workflows.bringing import with_options  # noqa: PLC0415  # a bot to which nobody adds starts sooner without it

        return await self.offerings.ask(lambda offering: with_options(brought, offering), without=brought)

    async def preview(self, brought: Brought) -> Preview:
        """What would become of it on the server that comes closest to running it."""
        from bot.workflows.previewing import previewed  # noqa: PLC0415  # as above

        waiting = Preview(brought.name, lacks=(text("workflow-waits-for-server"),), has_known_options=False)

        def look(offering: Offering) -> Preview:
            try:
                return previewed(brought, offering)
            except WorkflowError as error:
                return Preview(brought.name, refused=(error.message,), has_known_options=False)

        return await self.offerings.ask(look, without=waiting)

    async def replace(self, brought: Brought, target: InputRef, name: str) -> Brought:
        """With another name (of a model, say) in an input.

        Raises:
            UserError: there is no such input, or no server to tell what it takes.
        """
        from bot.workflows.bringing import with_name  # noqa: PLC0415  # as above

        found = await self.offerings.ask(
            lambda offering: with_name(brought, target, name, offering), without=None
        )
        if found is None:
            raise NotThere(text("workflow-waits-for-server"))
        return found


def _folder_in(path: Path) -> Brought:
    from bot.workflows.folder_zip import from_zip  # noqa: PLC0415  # a bot into which nobody brings any starts sooner without it

    try:
        name, source, command = from_zip(path.read_bytes())
    except WorkflowError as error:
        raise Refused(error.message) from error
    return Brought(name, written(read_workflow(source)), command)


def _source_in(path: Path) -> bytes:
    with path.open("rb") as file:
        return written(read_workflow(file))
