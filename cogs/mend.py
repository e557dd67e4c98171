"""The ways out under an error: each is an ordinary new job with the values that failed, changed as the button says."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.ways_out import way_of
from bot.errors import NotAllowed, NotThere, Refused, UserError
from bot.generation.remedies import Change, Remedy
from bot.jobs.job import Failed, Job
from bot.jobs.origin import Action, Origin
from bot.jobs.pending import DIRECTLY, Answers, NewReminder, PendingOrder
from bot.jobs.pending_store import MOST_REMINDERS
from bot.texts import render, text
from bot.workflows import Workflow
from bot.workflows.key import spoken
from cogs._edit_form import as_typed, known_answers, order_of
from cogs._errors import Errors
from cogs._notices import notice, words_in_frame
from cogs._orders import kept_unless_made
from cogs._own_options import Chosen
from cogs._service import AnyInteraction, Service, actor_of, guest_of, guild_of
from cogs._submitting import Submissions

log = logging.getLogger(__name__)

MOST_MISSING = 10


class _Source(Struct, frozen=True):
    """What came to nothing: a job, or an order that was refused."""

    id: UUID
    workflow: str
    """Its key."""
    job: Job | None = None
    order: PendingOrder | None = None
    private: bool = False


class Mend:
    def __init__(
        self, service: Service, submissions: Submissions, acknowledger: Acknowledger, errors: Errors
    ) -> None:
        self._service = service
        self._submissions = submissions
        self._acknowledger = acknowledger
        self._errors = errors

    async def press(self, interaction: AnyInteraction, source_id: UUID, way: str) -> None:
        """A button. ``way``: see :data:`bot.delivery.ways_out.WAY_ID`."""
        async with self._errors.answered(interaction):
            match way:
                case "remind":
                    await self._remind(interaction, source_id)
                case "install":
                    await self._tell_missing(interaction, source_id)
                case _:
                    source = await self._found(interaction, source_id)
                    await self._run(interaction, source, way, await self._changes(source, way))

    async def choose(self, interaction: AnyInteraction, source_id: UUID, option: str, value: str) -> None:
        """Another value was chosen in a menu. Whether it is allowed is found out as of every value."""
        async with self._errors.answered(interaction):
            source = await self._found(interaction, source_id)
            await self._run(interaction, source, f"choose-{option}-{value}", {option: value})
            if source.job is not None and not source.job.ended:
                await self._replace(interaction, source.job)

    async def _changes(self, source: _Source, way: str) -> Mapping[str, str]:
        """What the button changes.

        Raises:
            NotThere: it would change something else by now.
        """
        if way == "again":
            if source.job is not None and not source.job.ended:
                raise Refused(text("mend-still-open"))
            return {}
        ways = await self._ways(source)
        found = next((each for each in ways if isinstance(each, Change) and way_of(each) == way), None)
        if found is None:
            raise NotThere(text("mend-changed"))
        return found.values

    async def _ways(self, source: _Source) -> tuple[Remedy, ...]:
        if source.order is not None:
            await self._service.version(source.workflow)  # a former version is known from now on
            return self._service.ways_out_of_order(source.order)
        job = source.job
        if job is None or not isinstance(job.outcome, Failed):
            return ()
        return await self._service.ways_out(job, job.outcome.reason)

    async def _run(
        self, interaction: AnyInteraction, source: _Source, way: str, changes: Mapping[str, str]
    ) -> None:
        workflow = await self._service.usable(source.workflow, guild_of(interaction))
        if not changes.keys() <= {option.name for option in workflow.options}:
            raise NotThere(text("mend-changed"))
        answers, origin = await self._before(source, workflow)
        answers = replace(answers, values={**answers.values, **changes})
        key = f"mend:{source.id.hex}:{way}:{interaction.user.id}"
        line = as_typed(workflow, answers, interaction.locale.value)
        pending, order = self._service.pending, source.order
        async with self._errors.answered(interaction, line):
            if order is not None:  # of two who try, one gets it
                order = await pending.take_pending(order.id, interaction.user.id)
                if order is None:
                    raise NotThere(text("mend-gone"))
            async with kept_unless_made(pending, order):
                values, files = order_of(workflow, answers)
                await self._submissions.submit(
                    interaction,
                    workflow.name,
                    values,
                    files,
                    Chosen(private=source.private),
                    origin=origin,
                    action_key=key,
                )

    async def _before(self, source: _Source, workflow: Workflow) -> tuple[Answers, Origin | None]:
        if source.job is None:
            order = source.order
            if order is None:
                raise NotThere(text("mend-gone"))
            return known_answers(workflow, order.chosen.values, order.chosen.files), order.origin
        job = source.job
        kept = await self._service.past.files_of(job)
        return known_answers(workflow, job.values, kept), Origin(job.id, Action.MEND)

    async def _replace(self, interaction: AnyInteraction, job: Job) -> None:
        """Who chose another model for their own job that waits for one does not wait for that any more."""
        if job.place.user_id == interaction.user.id:
            with suppress(UserError):
                await self._service.cancel(job.id, actor_of(interaction))
                log.info("job %s: given up for another with other values", job.id)

    async def _remind(self, interaction: AnyInteraction, source_id: UUID) -> None:
        source = await self._found(interaction, source_id)
        needs = self._service.needs_of(source.workflow) if source.job is None else source.job.needs
        if self._service.can_run(needs):
            await self._acknowledger.answer(interaction, notice(text("remind-back"), interaction.locale))
            return
        channel_id = interaction.channel_id if guest_of(interaction) is None else None
        reminder = NewReminder(source.id, interaction.user.id, channel_id or DIRECTLY, needs)
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            kept = await self._service.pending.keep_reminder(reminder)
        if not kept:
            raise Refused(text("remind-too-many", most=MOST_REMINDERS))
        await self._acknowledger.answer(interaction, notice(text("remind-kept"), interaction.locale))

    async def _tell_missing(self, interaction: AnyInteraction, source_id: UUID) -> None:
        if not actor_of(interaction).may_moderate:
            raise NotAllowed(text("install-moderators"))
        source = await self._found(interaction, source_id)
        missing = self._service.missing(source.workflow, source.job)
        if not missing:
            raise NotThere(text("install-nothing", workflow=spoken(source.workflow)))
        locale = interaction.locale.value
        head = render(text("install-missing", workflow=spoken(source.workflow)), locale)
        lines = [f"**{head}**", *(f"- {render(each, locale)}" for each in missing[:MOST_MISSING])]
        await self._acknowledger.answer(interaction, words_in_frame("\n".join(lines)))

    async def _found(self, interaction: AnyInteraction, source_id: UUID) -> _Source:
        """What the button is of.

        Raises:
            NotThere: it is not known any more, or not this person's to see.
        """
        order = await self._service.pending.pending(source_id, interaction.user.id)
        if order is not None:
            return _Source(source_id, order.workflow, order=order, private=order.private)
        try:
            job = await self._service.seen(source_id, actor_of(interaction))
        except NotThere as error:
            raise NotThere(text("mend-gone")) from error
        return _Source(source_id, job.workflow, job=job, private=job.private)
