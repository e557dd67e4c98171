"""Workflows that people take along from another server: the zip of a folder becomes what is kept of a workflow."""

from pathlib import Path

from bot.errors import Refused
from bot.generation.adding import Adding
from bot.generation.editing import Editing
from bot.generation.first_file import FirstFile
from bot.generation.reasons import told_to_people
from bot.jobs.inputs import Attachment
from bot.workflows import WorkflowError
from bot.workflows.bringing import Brought
from bot.workflows.folder_zip import from_zip
from bot.workflows.sources import read_workflow
from bot.workflows.sources.writing import written


class Importing:
    def __init__(self, files: FirstFile, adding: Adding, editing: Editing) -> None:
        self._files = files
        self._adding = adding
        self._editing = editing

    async def take_in(self, file: Attachment, name: str | None) -> Brought:
        """What is kept of the folder in a zip, with the command that is written there. ``name``: None, the folder's.

        Raises:
            UserError: it is no such zip, or its workflow may not run here.
        """
        _, brought = await self._files.read([file], _folder_in)
        if name is not None:
            brought, _ = await self._editing.change(brought, lambda made: made.template, name=name)
        preview = await self._adding.preview(brought)
        if preview.refused:
            raise Refused(told_to_people(preview.refused))
        return brought


def _folder_in(path: Path) -> Brought:
    try:
        name, source, command = from_zip(path.read_bytes())
    except WorkflowError as error:
        raise Refused(error.message) from error
    return Brought(name, written(read_workflow(source)), command)
