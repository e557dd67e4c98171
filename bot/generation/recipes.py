"""Reads what made a file that somebody posted. Knows nothing of who asks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bot.generation.first_file import FirstFile
from bot.jobs.inputs import Attachment
from bot.workflows import Workflow
from bot.workflows.recipe import Recipe, recipe_of
from bot.workflows.sources import OnlySettings, read_workflow


class ReadRecipe(Struct, frozen=True):
    filename: str
    recipe: Recipe


class RecipeReader:
    def __init__(self, files: FirstFile) -> None:
        self._files = files

    async def read(self, files: Sequence[Attachment], workflows: Mapping[str, Workflow]) -> ReadRecipe:
        """What made the first of the files that tells it. At least one is given.

        ``workflows``: those that are offered where somebody asks; one of them may have made it.

        Raises:
            UserError: none does, or none can be had; the sentence is about the first.
        """
        offered = tuple(workflows.values())
        filename, recipe = await self._files.read(files, lambda path: _read(path, offered))
        return ReadRecipe(filename, recipe)


def _read(path: Path, workflows: Sequence[Workflow]) -> Recipe:
    with path.open("rb") as file:
        try:
            found = read_workflow(file)
        except OnlySettings as other:
            return Recipe(notes=other.settings)
    return recipe_of(found, workflows)
