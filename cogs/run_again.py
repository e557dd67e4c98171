"""**Run it again with changes**, a button under what **Read workflow** tells."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import discord
from discord.ui import Button, DynamicItem, Item

from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere
from bot.inputs.fetching import Origins
from bot.texts import text
from bot.workflows import Workflow
from cogs._again import AGAIN_ID, Recipes, again_form, typed_again, with_changes
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._pictures import files_of
from cogs._recipe_layout import API_FILE
from cogs._service import AnyInteraction, Service, actor_of
from cogs._submitting import Submissions

FORM = re.compile(AGAIN_ID)
READ_SECONDS = 2.0
"""A form cannot be announced: it has to be there within Discord's three seconds."""


class RunAgain:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        recipes: Recipes,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        origins: Origins,
    ) -> None:
        self._service = service
        self._submissions = submissions
        self._recipes = recipes
        self._acknowledger = acknowledger
        self._errors = errors
        self._origins = origins

    async def open(self, interaction: AnyInteraction, source: str) -> None:
        """The button was pressed. ``source``: see :data:`cogs._again.AGAIN_ID`."""
        async with self._errors.answered(interaction):
            try:
                async with asyncio.timeout(READ_SECONDS):
                    workflow, before = await self._before(interaction, source)
            except TimeoutError as error:
                raise NotThere(text("again-slow")) from error
            form = again_form(f"again:{source}", workflow, before, interaction.locale.value)
            await self._acknowledger.open_form(interaction, form)

    async def submit(self, interaction: AnyInteraction, source: str, form: Submitted) -> None:
        """The form came back."""
        async with self._errors.answered(interaction, form.words.get("prompt")):
            async with self._acknowledger.in_time(interaction, ephemeral=False):
                workflow, before = await self._before(interaction, source)
            line = typed_again(workflow, before, form, interaction.locale.value)
            async with self._errors.answered(interaction, line):
                values, files = with_changes(workflow, before, form)
                await self._submissions.submit(interaction, workflow.name, values, files)

    async def _before(self, interaction: AnyInteraction, source: str) -> tuple[Workflow, Mapping[str, str]]:
        """The workflow, and what was chosen for it then.

        Raises:
            UserError: it is not known any more, or cannot be run now.
        """
        if source == "file":
            name, values = await self._in_file(interaction)
        else:
            job = await self._service.seen(UUID(source), actor_of(interaction))
            name, values = job.workflow, job.values
        workflow = self._service.workflows.get(name)
        if workflow is None:
            raise NotThere(self._service.why_not(name) or text("workflow-unavailable", workflow=name))
        return workflow, values

    async def _in_file(self, interaction: AnyInteraction) -> tuple[str, Mapping[str, str]]:
        """Of the message under which the button is: the file lies there, so nobody has to remember it."""
        shown = files_of(interaction.message) if interaction.message else ()
        files = [each.within(self._origins) for each in shown if each.filename == API_FILE]
        found = [each for each in files if each is not None]
        if not found:
            raise NotThere(text("job-forgotten"))
        made = (await self._recipes.read(found)).recipe.made_by
        if made is None:
            raise NotThere(text("again-changed"))
        return made.workflow, made.values


def again_button(run_again: RunAgain) -> type[DynamicItem[Button[Any]]]:
    class AgainButton(DynamicItem[Button[Any]], template=AGAIN_ID):
        def __init__(self, source: str) -> None:
            super().__init__(Button(custom_id=f"again:{source}"))
            self.source = source

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "AgainButton":
            return cls(match["job"])

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await run_again.open(interaction, self.source)

    return AgainButton
