"""🎛 Edit: a job's values in a form, to be changed and run again. More than a form can ask are asked page by page."""

import asyncio
import re
from uuid import UUID

from discord.ui import LayoutView
from msgspec.structs import replace

from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere
from bot.inputs.fetching import Origins
from bot.jobs.origin import Action, Origin
from bot.jobs.pending import PendingOrder
from bot.texts import Text, render, text
from bot.workflows import Workflow
from bot.workflows.option_groups import OptionGroup
from cogs._edit_form import (
    EDIT_ID,
    Recipes,
    answers_of,
    as_typed,
    changed,
    fits_one_form,
    known_answers,
    order_of,
    page_form,
    pages,
    whole_form,
)
from cogs._edit_start import Start, form_key, pending_order
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._orders import kept_unless_made
from cogs._own_options import Chosen
from cogs._panel import FORM_ID, form_id, panel
from cogs._pictures import files_of
from cogs._recipe_layout import API_FILE
from cogs._service import AnyInteraction, Service, actor_of, guild_of
from cogs._submitting import Submissions

FORM = re.compile(EDIT_ID)
PAGE_FORM = re.compile(FORM_ID)
READ_SECONDS = 2.0
"""A form cannot be announced: it has to be there within Discord's three seconds."""


class Edit:
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
        """The button was pressed. ``source``: see :data:`cogs._edit_form.EDIT_ID`."""
        async with self._errors.answered(interaction):
            try:
                async with asyncio.timeout(READ_SECONDS):
                    start = await self._start(interaction, source)
            except TimeoutError as error:
                raise NotThere(text("edit-slow")) from error
            title = text("edit-title", workflow=start.workflow.called(interaction.locale.value))
            if fits_one_form(start.workflow, start.answers):
                await self._open_form(interaction, start, f"edit:{source}", title)
            else:
                await self._open_panel(interaction, start)

    async def begin(self, interaction: AnyInteraction, start: Start, custom_id: str) -> None:
        """Ask for everything in a form of that id; where it does not fit into one, page by page."""
        if fits_one_form(start.workflow, start.answers):
            title = text("run-title", workflow=start.workflow.called(interaction.locale.value))
            await self._open_form(interaction, start, custom_id, title)
        elif interaction.message is not None:
            await self._open_panel(interaction, start)
        else:  # after a command the first page can come at once, and the panel with what it says
            order = pending_order(interaction, start)
            await self._service.pending.keep_pending(order)
            await self._open_page(interaction, order, start.workflow, pages(start.workflow, start.answers)[0])

    async def _open_form(
        self, interaction: AnyInteraction, start: Start, custom_id: str, title: Text
    ) -> None:
        locale = interaction.locale.value
        form = whole_form(custom_id, render(title, locale), start.workflow, start.answers, locale)
        await self._acknowledger.open_form(interaction, form)

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        """The form that asks for everything came back."""
        async with self._errors.answered(interaction, form.words.get("prompt")):
            async with self._acknowledger.in_time(interaction, ephemeral=False):
                start = await self._start(interaction, match["job"])
            await self.finish(interaction, start, form)

    async def finish(self, interaction: AnyInteraction, start: Start, form: Submitted) -> None:
        """Make a job of what the form says, which asked for everything."""
        start = replace(start, answers=changed(start.answers, form))
        await self._run(interaction, start, form_key(interaction, form))

    async def turn_to(self, interaction: AnyInteraction, order_id: UUID, key: str) -> None:
        """A page of the panel was chosen."""
        async with self._errors.answered(interaction):
            order = _found(await self._service.pending.pending(order_id, interaction.user.id))
            workflow = await self._workflow(interaction, order.workflow)
            page = next((each for each in pages(workflow, order.chosen) if each.key == key), None)
            if page is None:
                raise NotThere(text("edit-gone"))
            await self._open_page(interaction, order, workflow, page)

    async def _open_page(
        self, interaction: AnyInteraction, order: PendingOrder, workflow: Workflow, page: OptionGroup
    ) -> None:
        locale = interaction.locale.value
        form = page_form(form_id(order.id, page), workflow, page, order.chosen, locale)
        await self._acknowledger.open_form(interaction, form)

    async def submit_page(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        """A page's form came back."""
        async with self._errors.answered(interaction):
            pending, order_id = self._service.pending, UUID(match["order"])
            has_panel = interaction.message is not None
            async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=has_panel):
                found = await pending.answer_pending(order_id, interaction.user.id, form.words, form.files)
            await self._show_panel(interaction, _found(found))

    async def reset(self, interaction: AnyInteraction, order_id: UUID) -> None:
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
                found = await self._service.pending.reset_pending(order_id, interaction.user.id)
            await self._show_panel(interaction, _found(found))

    async def improve(self, interaction: AnyInteraction, order_id: UUID) -> None:
        """✨: better words for the prompt, to be looked at before they are run."""
        async with self._errors.answered(interaction):
            pending, user_id = self._service.pending, interaction.user.id
            async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
                order = _found(await pending.pending(order_id, user_id))
                option = (await self._workflow(interaction, order.workflow)).prompt_option or ""
                words = order.chosen.values.get(option, "")
                better = await self._service.improved(order.workflow, words)
                found = await pending.answer_pending(order_id, user_id, {option: better}, {})
            await self._show_panel(interaction, _found(found))

    async def run(self, interaction: AnyInteraction, order_id: UUID) -> None:
        """Make a job of what is chosen. Pressed twice, the second finds nothing."""
        async with self._errors.answered(interaction):
            pending, user_id = self._service.pending, interaction.user.id
            key = _found(await pending.pending(order_id, user_id)).workflow
            workflow = await self._workflow(interaction, key)
            order = _found(await pending.take_pending(order_id, user_id))
            start = Start(workflow, order.chosen, order.origin, order.private)
            await self._run(interaction, start, f"edit:{order.id.hex}", order)

    async def _run(
        self,
        interaction: AnyInteraction,
        start: Start,
        action_key: str,
        order: PendingOrder | None = None,
    ) -> None:
        """Make a job of it, or tell the person why not. ``order``: what they can mend in the panel then."""
        workflow = start.workflow
        line = as_typed(workflow, start.answers, interaction.locale.value)
        async with self._errors.answered(interaction, line), kept_unless_made(self._service.pending, order):
            values, files = order_of(workflow, start.answers)
            await self._submissions.submit(
                interaction,
                workflow.name,
                values,
                files,
                Chosen(private=start.private),
                origin=start.origin,
                action_key=action_key,
            )

    async def _open_panel(self, interaction: AnyInteraction, start: Start) -> None:
        order = pending_order(interaction, start)
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            await self._service.pending.keep_pending(order)
        await self._acknowledger.answer(interaction, self._panel(interaction, order, start.workflow))

    async def _show_panel(self, interaction: AnyInteraction, order: PendingOrder) -> None:
        view = self._panel(interaction, order, await self._workflow(interaction, order.workflow))
        if interaction.message is None:  # the first page was asked before there was a panel
            await self._acknowledger.answer(interaction, view)
        else:
            await self._acknowledger.update(interaction, view)

    def _panel(self, interaction: AnyInteraction, order: PendingOrder, workflow: Workflow) -> LayoutView:
        helps = self._service.helps_with_words
        return panel(order, workflow, interaction.locale.value, helps_with_words=helps)

    async def _start(self, interaction: AnyInteraction, source: str) -> Start:
        """What was chosen then.

        Raises:
            UserError: it is not known any more, or cannot be run now.
        """
        if source == "file":
            name, values = await self._in_file(interaction)
            workflow = await self._workflow(interaction, name)
            return Start(workflow, known_answers(workflow, values, {}), None)
        job = await self._service.seen(UUID(source), actor_of(interaction))
        workflow = await self._workflow(interaction, job.workflow)
        kept = await self._service.past.files_of(job)
        return Start(workflow, answers_of(job, workflow, kept), Origin(job.id, Action.EDIT), job.private)

    async def _workflow(self, interaction: AnyInteraction, key: str) -> Workflow:
        return await self._service.usable(key, guild_of(interaction))

    async def _in_file(self, interaction: AnyInteraction) -> tuple[str, dict[str, str]]:
        """Of the message under which the button is: the file lies there, so nobody has to remember it."""
        shown = files_of(interaction.message) if interaction.message else ()
        files = [each.within(self._origins) for each in shown if each.filename == API_FILE]
        found = [each for each in files if each is not None]
        if not found:
            raise NotThere(text("job-forgotten"))
        offered = self._service.workflows_in(guild_of(interaction))
        made = (await self._recipes.read(found, offered)).recipe.made_by
        if made is None:
            raise NotThere(text("edit-changed"))
        return made.workflow, dict(made.values)


def _found(order: PendingOrder | None) -> PendingOrder:
    if order is None:
        raise NotThere(text("edit-gone"))
    return order
