"""What is done with a draft from its preview: tried, published, looked at again, discarded, and given another model."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence

from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere, Refused
from bot.jobs.pending import Answers
from bot.texts import Text, text
from bot.workflows import Workflow
from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._command_mention import mention_of
from cogs._edit_form import order_of
from cogs._edit_start import Start
from cogs._errors import Errors
from cogs._forms import Submit, Submitted
from cogs._notices import notice
from cogs._own_options import Chosen
from cogs._service import AnyInteraction, Service, who
from cogs._submitting import Submissions
from cogs._try_form import fits_try_form, needed, own_words, try_form
from cogs._workflow_drafts import WorkflowDrafts
from cogs._workflow_preview import (
    DISCARD_ID,
    DROP_ID,
    LOOK_ID,
    PUBLISH_ID,
    REPLACE_ID,
    TRY_ID,
    DraftRef,
    discard_question,
)
from cogs.edit import Edit

log = logging.getLogger(__name__)

FORM_SECONDS = 2.0
"""A form cannot be announced: it has to be there within Discord's three seconds."""


class WorkflowDraftActions:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        drafts: WorkflowDrafts,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        edit: Edit,
    ) -> None:
        """``edit``: asks page by page for what does not fit into one form."""
        self._edit = edit
        self._service = service
        self._drafts = drafts
        self._submissions = submissions
        self._acknowledger = acknowledger
        self._errors = errors

    def controls(self) -> Sequence[AnyItem]:
        return [
            pressed_button(TRY_ID, self._try, self._errors),
            pressed_button(PUBLISH_ID, self._publish, self._errors),
            pressed_button(LOOK_ID, self._look, self._errors),
            pressed_button(DISCARD_ID, self._ask_to_discard, self._errors),
            pressed_button(DROP_ID, self._discard, self._errors),
            chosen_in_menu(REPLACE_ID, self._replace, self._errors),
        ]

    def forms(self) -> Mapping[re.Pattern[str], Submit]:
        return {TRY_ID: self._submit_try}

    async def _try(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """At once where it needs nothing; else it is asked for what it needs."""
        try:
            async with asyncio.timeout(FORM_SECONDS):
                workflow = await self._runnable(interaction, match)
        except TimeoutError as error:
            raise NotThere(text("preview-slow")) from error
        options = needed(workflow)
        if not options:
            await self._run(interaction, workflow, Answers({}, {}))
        elif fits_try_form(options):
            form = try_form(match.string, workflow, interaction.locale.value)
            await self._acknowledger.open_form(interaction, form)
        else:
            start = Start(workflow, Answers(own_words(workflow), {}), private=True)
            await self._edit.begin(interaction, start, match.string)

    async def _submit_try(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            workflow = await self._runnable(interaction, match)
        await self._run(interaction, workflow, Answers(form.words, form.files))

    async def _runnable(self, interaction: AnyInteraction, match: re.Match[str]) -> Workflow:
        adder = await self._drafts.adder(interaction)
        version = await self._drafts.draft(adder, DraftRef.of(match))
        return await self._service.usable(version.key, adder.guild_id)

    async def _run(self, interaction: AnyInteraction, workflow: Workflow, answers: Answers) -> None:
        """For this person's eyes alone."""
        values, files = order_of(workflow, answers)
        await self._submissions.submit(interaction, workflow.name, values, files, Chosen(private=True))

    async def _publish(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """The preview gives way to the command; where it cannot run any more, the preview says why."""
        adder = await self._drafts.adder(interaction)
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._drafts.completed(await self._drafts.draft(adder, DraftRef.of(match)))
            if not (await self._drafts.preview(version)).can_run:
                await self._acknowledger.update(interaction, await self._drafts.panel(interaction, version))
                return
            if self._service.is_called(version.name, None):
                raise Refused(text("workflow-add-name-taken", name=version.name))
            no_room = await self._drafts.publish(adder, version)
        log.info("workflow %s was published by %s", version.name, who(interaction))
        if no_room is not None:
            await self._show(
                interaction, text("preview-published-by-run", workflow=version.name, why=no_room)
            )
            return
        await self._show(interaction, text("preview-published", command=f"/{version.name}"))
        mention = await mention_of(interaction, adder.guild_id, version.name)
        if mention is not None:
            await self._show(interaction, text("preview-published", command=mention))

    async def _look(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """What was missing may have been installed a moment ago."""
        adder = await self._drafts.adder(interaction)
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._drafts.draft(adder, DraftRef.of(match))
            # so that servers which are asked node by node are asked for its own
            await self._service.version(version.key)
            await self._service.reread()
            version = await self._drafts.completed(version)
            view = await self._drafts.panel(interaction, version)
        await self._acknowledger.update(interaction, view)

    async def _replace(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """A model that no server has gives way to the one that was chosen."""
        adder = await self._drafts.adder(interaction)
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._drafts.draft(adder, DraftRef.of(match))
            version = await self._drafts.replaced(version, match["place"], choice_of(interaction))
            view = await self._drafts.panel(interaction, version)
        await self._acknowledger.update(interaction, view)

    async def _ask_to_discard(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        adder, ref = await self._drafts.adder(interaction), DraftRef.of(match)
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._drafts.draft(adder, ref)
        view = discard_question(ref, version.name, interaction.locale.value)
        await self._acknowledger.update(interaction, view)

    async def _discard(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        adder, ref = await self._drafts.adder(interaction), DraftRef.of(match)
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            version = await self._drafts.draft(adder, ref)
            await self._drafts.discard(adder, version)
        await self._show(interaction, text("preview-discarded", workflow=version.name))

    async def _show(self, interaction: AnyInteraction, words: Text) -> None:
        """In the place of the preview."""
        await self._acknowledger.update(interaction, notice(words, interaction.locale))
