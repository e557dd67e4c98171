"""How results are shown where a guild has rules about that: whose a moderator looks at first, and which are hidden."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.jobs.job import NewJob
from bot.moderation.chosen import Chosen
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import DAY_SECONDS, NEWCOMER_DAYS, NSFW_SPOILER, REVIEW
from bot.moderation.people import Requester
from bot.moderation.submission import Submission
from bot.moderation.values import Review, Switch
from bot.texts import Text, text


class ShowingRules:
    """Answers from memory. May raise ``StoreUnavailable``."""

    def __init__(self, settings: GuildSettings) -> None:
        self._settings = settings

    async def check(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check`: refuses nothing, and undoes nothing that an earlier one found."""
        job = submission.job
        if job.place.guild_id is None:
            return submission
        chosen = await self._settings.at(job.place)
        hidden = submission.workflow.nsfw and chosen.of(NSFW_SPOILER) is Switch.ON
        why = job.review or why_reviewed(chosen, submission.requester, job.reply.created_at)
        if not hidden and why is None:
            return submission
        return replace(submission, job=replace(job, spoiler=job.spoiler or hidden, review=why))


def why_reviewed(chosen: Chosen, who: Requester, now: float) -> Text | None:
    """Why a moderator looks at this person's results first; None: nobody has to.

    ``now``: by Discord's clock, as is what it tells of members. Of whom it does not tell when they joined is a newcomer.
    """
    match chosen.of(REVIEW):
        case Review.OFF:
            return None
        case Review.EVERYBODY:
            return text("review-why-everybody")
        case Review.NEWCOMERS:
            days = chosen.of(NEWCOMER_DAYS)
            is_known = who.joined_at is not None and who.joined_at <= now - days * DAY_SECONDS
            return None if is_known or who.is_moderator else text("review-why-newcomer", days=days)


def shown_as_one(jobs: Sequence[NewJob]) -> Sequence[NewJob]:
    """The jobs of a group, whose result is one: what is to be looked at or hidden of one is that of all."""
    if len(jobs) == 1:
        return jobs
    spoiler = any(job.spoiler for job in jobs)
    review = next((job.review for job in jobs if job.review is not None), None)
    return [replace(job, spoiler=spoiler, review=review) for job in jobs]
