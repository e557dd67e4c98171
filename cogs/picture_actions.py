"""What can be made of one picture of a result: 🎨 ⬆ 🖌 🎬, and the choice of which picture is meant."""

import re
from pathlib import PurePosixPath
from uuid import UUID

import discord
from discord import ui

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.action_rows import picture_row
from bot.delivery.actions import STARTS, STRENGTHS, offered
from bot.delivery.marks import short_id
from bot.errors import NotAllowed, NotThere, Refused
from bot.generation.earlier_files import output_of
from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment, MadeOutput
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.texts import render, text
from bot.workflows import Option, Workflow
from bot.workflows.after import OF_A_PICTURE, Button
from bot.workflows.following import carried_over, following
from bot.workflows.one_picture import OnePicture, one_picture
from cogs._buttons import choice_of, job_id_in, press_key
from cogs._command_line import Value
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._input_form import WORKFLOW, Offer, answers, input_form, typed_again
from cogs._notices import framed
from cogs._pictures import files_of
from cogs._service import AnyInteraction, Service, actor_of, guild_of
from cogs._submitting import Submissions


class PictureActions:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        origins: Origins,
    ) -> None:
        """``origins``: where files may come from."""
        self._service = service
        self._submissions = submissions
        self._acknowledger = acknowledger
        self._errors = errors
        self._origins = origins

    async def start(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """Vary, upscale and animate need no more words."""
        job, picture = await self._picture(interaction, job_id_in(match), int(match["number"]))
        button = STARTS[match["start"]]
        target, options = await self._target(interaction, job, button)
        values: dict[str, Value] = dict(
            carried_over(await self._service.version(job.workflow), job.values, target, options)
        )
        if options.prompt is not None:
            values |= await self._words(job, options.prompt)
        if options.strength is not None and match["start"] in STRENGTHS:
            values[options.strength.name] = _within(options.strength, STRENGTHS[match["start"]])
        origin = Origin(job.id, OF_A_PICTURE[button], picture.number)
        await self._submissions.submit(
            interaction,
            target.name,
            values,
            {options.picture.name: picture},
            origin=origin,
            action_key=press_key(interaction, match),
        )

    async def open_inpaint(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        job, picture = await self._picture(interaction, job_id_in(match), int(match["number"]))
        target, options = await self._target(interaction, job, Button.INPAINT)
        offer = Offer({target.name: target}, {target.name: options})
        shown = {picture.filename: Attachment("", picture.filename, None)}
        form = input_form(match.string, offer, shown, interaction.locale.value)
        await self._acknowledger.open_form(interaction, form)

    async def submit_inpaint(
        self, interaction: AnyInteraction, match: re.Match[str], form: Submitted
    ) -> None:
        """The form came back."""
        name, locale = form.words.get(WORKFLOW, ""), interaction.locale.value
        workflow = await self._service.usable(name, guild_of(interaction))
        options = one_picture(workflow)
        if options is None:
            raise NotThere(text("workflow-unavailable", workflow=workflow.command))
        job, picture = await self._picture(interaction, job_id_in(match), int(match["number"]))
        shown = {picture.filename: Attachment("", picture.filename, None)}
        async with self._errors.answered(interaction, typed_again(workflow, options, form, shown, locale)):
            given = answers(workflow, options, form)
            origin = Origin(job.id, Action.INPAINT, picture.number)
            files = {**given.files, given.picture: picture}
            await self._submissions.submit(interaction, name, given.values, files, origin=origin)

    async def pick(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """One picture of several, and what can be made of it, for one person's eyes."""
        chosen = choice_of(interaction)
        job, picture = await self._picture(
            interaction, job_id_in(match), int(chosen) if chosen.isdecimal() else 0
        )
        source, others = (
            await self._service.version(job.workflow),
            self._service.workflows_in(guild_of(interaction)),
        )
        buttons = offered(job, source, others, showcase=False).picture
        if not buttons:
            raise NotThere(text("after-nothing"))
        locale = interaction.locale.value
        words = render(text("picture-of", number=picture.number, count=len(job.outputs)), locale)
        items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(f"**{words}**")]
        if picture.posted is not None:
            items.append(ui.MediaGallery(discord.MediaGalleryItem(picture.posted.url, spoiler=job.spoiler)))
        items.append(picture_row(buttons, job.id, picture.number, locale))
        await self._acknowledger.answer(interaction, framed(*items))

    async def _picture(
        self, interaction: AnyInteraction, job_id: UUID, number: int
    ) -> tuple[Job, MadeOutput]:
        """The job and its picture, as a new job can start from it.

        Raises:
            NotThere: the job, or this picture of it, is not known (any more).
            NotAllowed: it is another person's.
        """
        job = await self._service.seen(job_id, actor_of(interaction))
        if job.place.user_id != interaction.user.id:
            raise NotAllowed(text("picture-not-yours"))
        output = output_of(job, number)
        if output is None:
            raise NotThere(text("picture-gone"))
        posted = self._posted(interaction, f"{short_id(job.id)}-{number}")
        return job, MadeOutput(job.id, number, output.filename, posted)

    def _posted(self, interaction: AnyInteraction, stem: str) -> Attachment | None:
        """The picture as the message shows it."""
        shown = files_of(interaction.message) if interaction.message else ()
        named = (each for each in shown if PurePosixPath(each.filename).stem == stem)
        return next((each.within(self._origins) for each in named), None)

    async def _target(
        self, interaction: AnyInteraction, job: Job, button: Button
    ) -> tuple[Workflow, OnePicture]:
        workflows = self._service.workflows_in(guild_of(interaction))
        key = following(await self._service.version(job.workflow), workflows).get(button)
        options = None if key is None else one_picture(workflows[key])
        if key is None or options is None:
            raise NotThere(text("after-nothing"))
        return workflows[key], options

    async def _words(self, job: Job, prompt: Option) -> dict[str, Value]:
        words = await self._service.past.words_of(job)
        if words is None:
            if prompt.required:
                raise Refused(text("after-needs-words"))
            return {}
        return {prompt.name: words}


def _within(option: Option, value: float) -> float:
    lowest = value if option.minimum is None else option.minimum
    highest = value if option.maximum is None else option.maximum
    return min(max(value, lowest), highest)
