"""Reads what made a file that somebody posted. Knows where files lie, and nothing of who asks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Refused, UserError
from bot.inputs.blobs import Blobs
from bot.inputs.fetching import Fetcher
from bot.jobs.inputs import Attachment
from bot.workflows import Workflow
from bot.workflows.recipe import Recipe, recipe_of
from bot.workflows.sources import OnlySettings, SourceError, read_workflow

AT_ONCE = 2
"""Files that are fetched and read at the same moment."""
MOST_FILES = 5
"""Of one message: they were mostly made together, and tell the same."""


@dataclass(frozen=True, slots=True)
class ReadRecipe:
    filename: str
    recipe: Recipe


class RecipeReader:
    def __init__(
        self, fetcher: Fetcher, blobs: Blobs, workflows: Callable[[], Mapping[str, Workflow]]
    ) -> None:
        """``blobs``: for a place on the disk, where nothing is kept. ``workflows``: those that are offered now."""
        self._fetcher = fetcher
        self._blobs = blobs
        self._workflows = workflows
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, files: Sequence[Attachment]) -> ReadRecipe:
        """What made the first of the files that tells it. At least one is given.

        Raises:
            UserError: none does, or none can be had; the sentence is about the first.
        """
        problem: UserError | None = None
        for file in files[:MOST_FILES]:
            try:
                async with self._turns:
                    return ReadRecipe(file.filename, await self._recipe(file))
            except UserError as error:
                problem = problem or error
        raise problem or AssertionError("no file was given")

    async def _recipe(self, attachment: Attachment) -> Recipe:
        workflows = tuple(self._workflows().values())
        async with self._blobs.scratch() as folder:
            file = folder / "fetched"
            await self._fetcher.fetch(attachment, file)
            try:
                return await asyncio.to_thread(_read, file, workflows)
            except SourceError as error:
                raise Refused(error.message) from error


def _read(path: Path, workflows: Sequence[Workflow]) -> Recipe:
    with path.open("rb") as file:
        try:
            found = read_workflow(file)
        except OnlySettings as other:
            return Recipe(notes=other.settings)
    return recipe_of(found, workflows)
