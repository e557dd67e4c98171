"""``/workflow edit``, and all that its panel can do: thin over :class:`bot.generation.editing.Editing`."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

from discord.ui import LayoutView, Modal

from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere
from bot.generation.editing import Editing
from bot.jobs.guild_workflow import WorkflowVersion
from bot.texts import text
from bot.workflows import Template
from bot.workflows.edited import Edited
from bot.workflows.editing import Asked, asked, moved, place_of
from cogs._buttons import AnyItem, Press, choice_of, chosen_in_menu, pressed_button
from cogs._errors import Errors
from cogs._forms import Submit, Submitted
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyInteraction
from cogs._workflow_access import access_of, allow, keep_access
from cogs._workflow_drafts import WorkflowDrafts, brought_of
from cogs._workflow_edit_forms import (
    ACCESS_FORM,
    CHOOSE_FORM,
    COMMAND_FORM,
    WORDS_FORM,
    access_form,
    access_in,
    choose_form,
    chosen_of,
    command_form,
    command_of,
    name_in,
    worded,
    words_form,
)
from cogs._workflow_edit_panel import (
    ACCESS_ID,
    ASKED_ID,
    BACK_ID,
    CHOOSE_ID,
    COMMAND_ID,
    MOVE_ID,
    PICK_ID,
    VALUES_ID,
    WORDS_ID,
    command_panel,
    option_panel,
)
from cogs._workflow_preview import EDIT_ID, DraftRef
from cogs._workflow_values_form import VALUES_FORM, values_form, with_values

READ_SECONDS = 2.0
"""A form cannot be announced: it has to be there within Discord's three seconds."""


class WorkflowEdit:
    def __init__(
        self,
        own: OwnWorkflows,
        editing: Editing,
        drafts: WorkflowDrafts,
        acknowledger: Acknowledger,
        errors: Errors,
    ) -> None:
        self._own = own
        self._editing = editing
        self._drafts = drafts
        self._acknowledger = acknowledger
        self._errors = errors

    def controls(self) -> Sequence[AnyItem]:
        errors = self._errors
        return (
            pressed_button(EDIT_ID, self._open, errors),
            pressed_button(BACK_ID, self._open, errors),
            chosen_in_menu(PICK_ID, self._pick, errors),
            chosen_in_menu(ASKED_ID, self._ask_so, errors),
            pressed_button(MOVE_ID, self._move, errors),
            pressed_button(CHOOSE_ID, self._opening(choose_form), errors),
            pressed_button(COMMAND_ID, self._opening(command_form), errors),
            pressed_button(WORDS_ID, self._opening(words_form), errors),
            pressed_button(VALUES_ID, self._opening(values_form), errors),
            pressed_button(ACCESS_ID, self._open_access, errors),
        )

    def forms(self) -> Mapping[re.Pattern[str], Submit]:
        return {
            CHOOSE_FORM: self._submit_choose,
            COMMAND_FORM: self._submit_command,
            WORDS_FORM: self._submit_words,
            VALUES_FORM: self._submit_values,
            ACCESS_FORM: self._submit_access,
        }

    async def panel(self, interaction: AnyInteraction, version: WorkflowVersion) -> LayoutView:
        """The panel of a draft.

        Raises:
            UserError: its command cannot be read.
        """
        return await self._command_panel(interaction, version, await self._look(version))

    async def _command_panel(
        self, interaction: AnyInteraction, version: WorkflowVersion, made: Edited
    ) -> LayoutView:
        access = await access_of(self._own.settings, version.guild_id, version.name)
        return command_panel(_ref(version), made, access, interaction.locale.value)

    async def _open(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            view = await self.panel(interaction, await self._draft(interaction, match))
        await self._acknowledger.update(interaction, view)

    async def _pick(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """An option was chosen."""
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._draft(interaction, match)
            made, locale = await self._look(version), interaction.locale.value
            view = option_panel(_ref(version), made, choice_of(interaction), locale)
        await self._acknowledger.update(interaction, view)

    async def _ask_so(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        how = choice_of(interaction)

        def change(made: Edited) -> Template:
            if how not in set(Asked):
                raise NotThere(text("button-unknown"))
            return asked(made.template, match["option"], Asked(how))

        await self._change(interaction, match, change)

    async def _move(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        by = -1 if match["way"] == "up" else 1

        def change(made: Edited) -> Template:
            place = place_of(made.template, match["option"])
            return moved(made.template, match["option"], place + by)

        await self._change(interaction, match, change)

    def _opening(self, make: Callable[[DraftRef, Edited, str, str], Modal]) -> Press:
        """What opens a form. ``make``: of which draft, what it says, which option, in which language."""

        async def press(interaction: AnyInteraction, match: re.Match[str]) -> None:
            version, made = await self._read(interaction, match)
            option, locale = match.groupdict().get("option", ""), interaction.locale.value
            await self._acknowledger.open_form(interaction, make(_ref(version), made, option, locale))

        return press

    async def _open_access(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        version = await self._draft(interaction, match)
        access = await access_of(self._own.settings, version.guild_id, version.name)
        form = access_form(_ref(version), version.name, access, interaction.locale.value)
        await self._acknowledger.open_form(interaction, form)

    async def _submit_choose(
        self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted
    ) -> None:
        await self._change_command(interaction, match, lambda made: chosen_of(made.template, sent))

    async def _submit_command(
        self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted
    ) -> None:
        locale = interaction.locale.value
        await self._change_command(
            interaction, match, lambda made: command_of(made.template, sent, locale), name=name_in(sent)
        )

    async def _submit_words(self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted) -> None:
        locale, name = interaction.locale.value, match["option"]
        await self._change(
            interaction,
            match,
            lambda made: worded(made.template, name, sent, locale),
            name=name_in(sent),
        )

    async def _submit_values(
        self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted
    ) -> None:
        await self._change(interaction, match, lambda made: with_values(made, match["option"], sent))

    async def _submit_access(
        self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted
    ) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._draft(interaction, match)
            # what holds for the operator's of that name is not theirs to say
            self._own.check_name(version.name)
            await allow(self._own.settings, version, access_in(sent), by=interaction.user.id)
            view = await self.panel(interaction, version)
        await self._acknowledger.update(interaction, view)

    async def _change_command(
        self,
        interaction: AnyInteraction,
        match: re.Match[str],
        change: Callable[[Edited], Template],
        *,
        name: str | None = None,
    ) -> None:
        """Change all of it, and show what it is now. ``name``: of the workflow from then on; None: as before."""
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._draft(interaction, match)
            if name is not None and name != version.name:
                self._own.check_name(name)
            brought, made = await self._editing.change(brought_of(version), change, name=name)
            kept = await self._drafts.keep(version, brought)
            if kept.name != version.name:
                await keep_access(self._own.settings, version, kept.name, by=interaction.user.id)
            view = await self._command_panel(interaction, kept, made)
        await self._acknowledger.update(interaction, view)

    async def _change(
        self,
        interaction: AnyInteraction,
        match: re.Match[str],
        change: Callable[[Edited], Template],
        *,
        name: str | None = None,
    ) -> None:
        """Change an option, and show what it is now. ``name``: what it is called then, if not as before."""
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._draft(interaction, match)
            brought, made = await self._editing.change(brought_of(version), change)
            kept = await self._drafts.keep(version, brought)
            is_there = any(each.name == match["option"] for each in made.template.options)
            option = match["option"] if is_there or name is None else name
            view = option_panel(_ref(kept), made, option, interaction.locale.value)
        await self._acknowledger.update(interaction, view)

    async def _read(
        self, interaction: AnyInteraction, match: re.Match[str]
    ) -> tuple[WorkflowVersion, Edited]:
        """In the time that a form has to be there."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                version = await self._draft(interaction, match)
                return version, await self._look(version)
        except TimeoutError as error:
            raise NotThere(text("edit-slow")) from error

    async def _draft(self, interaction: AnyInteraction, match: re.Match[str]) -> WorkflowVersion:
        """The draft that a control is about.

        Raises:
            NotAllowed: the person may not change it.
            NotThere: there is none (any more).
        """
        adder = await self._drafts.adder(interaction)
        return await self._drafts.draft(adder, DraftRef.of(match))

    async def _look(self, version: WorkflowVersion) -> Edited:
        return await self._editing.look(brought_of(version))


def _ref(version: WorkflowVersion) -> DraftRef:
    return DraftRef(version.workflow_id, version.number)
