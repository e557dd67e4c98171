"""**Approve** and **Reject** under what waits in a guild's log channel, for its moderators."""

import logging
import re
from uuid import UUID

from discord import ui

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.review_layout import MAX_REASON, REJECT, card_layout, review_id
from bot.errors import NotAllowed, NotThere
from bot.jobs.job import Job
from bot.jobs.review_store import Review, ReviewState
from bot.jobs.store import JobStore
from bot.texts import render, text
from cogs._buttons import job_id_in
from cogs._forms import Submitted, form, words_field
from cogs._service import AnyInteraction, actor_of, who

log = logging.getLogger(__name__)

_REASON = "reason"


class Reviews:
    def __init__(self, store: JobStore, acknowledger: Acknowledger) -> None:
        self._store = store
        self._acknowledger = acknowledger

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """Rejecting asks for a reason first."""
        job_id = job_id_in(match)
        if match["how"] != REJECT:
            await self._decide(interaction, job_id, approved=True, reason=None)
            return
        job, review = await self._found(interaction, job_id)
        if review.state is ReviewState.WAITING:
            await self._acknowledger.open_form(interaction, _form(job_id, interaction.locale.value))
        else:
            await self._acknowledger.update(interaction, card_layout(job, review))

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted) -> None:
        """The form came back."""
        reason = sent.words.get(_REASON, "").strip() or None
        await self._decide(interaction, job_id_in(match), approved=False, reason=reason)

    async def _decide(
        self, interaction: AnyInteraction, job_id: UUID, *, approved: bool, reason: str | None
    ) -> None:
        """Whoever comes second is shown what was decided."""
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=True):
            job, _ = await self._found(interaction, job_id)
            decided = await self._store.decide(job_id, interaction.user.id, approved=approved, reason=reason)
            if decided is None:
                raise NotThere(text("review-none"))
        if decided.now:
            log.info("job %s: its review is %s, by %s", job_id, decided.review.state, who(interaction))
        await self._acknowledger.update(interaction, card_layout(job, decided.review))

    async def _found(self, interaction: AnyInteraction, job_id: UUID) -> tuple[Job, Review]:
        """What is to be decided about. A private result is its guild's matter here, too.

        Raises:
            NotThere: nothing, or it is another guild's.
            NotAllowed: not by this person.
        """
        actor, job = actor_of(interaction), await self._store.job(job_id)
        if job is None or actor.guild_id is None or job.place.guild_id != actor.guild_id:
            raise NotThere(text("job-forgotten"))
        if not actor.may_moderate:
            raise NotAllowed(text("review-not-moderator"))
        review = await self._store.review(job_id)
        if review is None:
            raise NotThere(text("review-none"))
        return job, review


def _form(job_id: UUID, locale: str) -> ui.Modal:
    title = render(text("review-reject-title"), locale)
    label = render(text("review-reject-reason"), locale)
    field = words_field(_REASON, label, most=MAX_REASON, required=True, in_lines=True)
    return form(review_id(REJECT, job_id), title, [field])
