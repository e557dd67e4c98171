"""A result that a moderator decides about first: shown in the guild's log channel, and in no other before the decision.

The decision is one write of the ledger's (:mod:`bot.jobs.reviews`); what follows from it is the delivery as it ever is.
Until then the files are kept here, so that what is approved is what is posted, whatever becomes of ComfyUI meanwhile.
"""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.delivery.discord_errors import DiscordError, TryAgain
from bot.delivery.messages import Messages
from bot.delivery.post_rates import PostRates
from bot.delivery.result_posting import Again, Result
from bot.delivery.results import Results
from bot.delivery.review_layout import card_layout, refusal_of
from bot.delivery.review_posts import ReviewPosts
from bot.delivery.rights import lacking
from bot.delivery.status_layout import InReview
from bot.delivery.statuses import StatusKeeper
from bot.jobs.job import Job, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.review_store import Review, ReviewState
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import DAY_SECONDS, LOG_CHANNEL, RETENTION_DAYS
from bot.texts import Text, text

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 60.0
"""Until the next try where somebody has to name a log channel first, or give the bot a right there."""


class Undecided(Exception):
    """No moderator has decided yet. The ledger knows when the delivery is due again; nothing is left to do."""


class Keeps(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    async def is_for_adults(self, job: Job) -> bool: ...

    async def keep_outputs(self, jobs: Sequence[Job]) -> None: ...


class Reviewing:
    def __init__(
        self,
        *,
        store: JobStore,
        settings: GuildSettings,
        generation: Keeps,
        messages: Messages,
        statuses: StatusKeeper,
        rates: PostRates,
        most_seconds: float,
    ) -> None:
        """``most_seconds``: so long a result waits for a decision, or less by a guild's own retention."""
        self._store = store
        self._settings = settings
        self._generation = generation
        self._messages = messages
        self._statuses = statuses
        self._rates = rates
        self._most_seconds = most_seconds

    async def refusal(self, result: Result, results: Results) -> Text | None:
        """Why the result is not to be shown, in words for the requester; None: it may be.

        Raises:
            Undecided: nobody has decided yet.
            Again: neither, and the status has to be told so once more.
            DiscordError, ServersAway, OutputsGone, …: it could not be shown to moderators.
        """
        job = result.job
        if job.review is None or job.place.guild_id is None:
            return None
        review = await self._begun(result)
        if review.state is ReviewState.WAITING:
            await self._wait(result, review, results)
            raise Undecided
        await self._close_card(job, review)
        return refusal_of(review)

    async def _begun(self, result: Result) -> Review:
        delivery = result.delivery
        chosen = await when_available(lambda: self._settings.at(result.job.place))
        days = chosen.of(RETENTION_DAYS)
        seconds = min(self._most_seconds, days * DAY_SECONDS) if days else self._most_seconds
        review = await when_available(lambda: self._store.begin_review(delivery, seconds))
        if review is not None and review.state is ReviewState.WAITING:
            review = await when_available(lambda: self._store.end_review(delivery))
        if review is None:  # the delivery is another's by now
            raise Undecided
        return review

    async def _wait(self, result: Result, review: Review, results: Results) -> None:
        """Have moderators see it, and sleep until they decided."""
        delivery, message = result.delivery, review.message
        if message is None:
            await self._generation.keep_outputs(result.members or (result.job,))
            message = await self._shown(result, review, results)
            if message is None:
                await when_available(lambda: self._store.postpone(delivery, LOOK_AGAIN_SECONDS))
                return
            log.info("job %s: waits for a moderator's decision", result.job.id)
        await when_available(lambda: self._store.await_decision(delivery, message))

    async def _shown(self, result: Result, review: Review, results: Results) -> MessageRef | None:
        """What moderators decide with; None: there is no place for it, which the requester is told."""
        job = result.job
        chosen = await when_available(lambda: self._settings.at(job.place))
        channel_id = chosen.of(LOG_CHANNEL)
        missing = (
            text("review-no-log-channel") if channel_id is None else await self._lacking(channel_id, job)
        )
        if channel_id is None or missing is not None:
            log.warning("job %s: no moderator can decide about it, for want of a usable log channel", job.id)
            await self._tell(job, missing)
            return None
        posts = ReviewPosts(result.delivery, self._store, self._messages, self._rates)
        await posts.look(channel_id)
        await results.show_moderators(result, posts, channel_id)
        message = await posts.post_card(channel_id, card_layout(job, review))
        await self._tell(job, None)
        return message

    async def _lacking(self, channel_id: int, job: Job) -> Text | None:
        if not self._messages.knows_channels:
            raise TryAgain("the gateway has not told yet whether the bot may post to the log channel")
        standing = self._messages.standing(channel_id)
        if standing is None:
            return text("review-log-channel-gone")
        if right := lacking(standing.permissions, in_thread=standing.in_thread):
            return text("review-log-channel-right", right=right)
        if self._messages.is_age_restricted(channel_id):
            return None
        for_adults = await when_available(lambda: self._generation.is_for_adults(job))
        return text("review-log-channel-age") if for_adults else None

    async def _tell(self, job: Job, missing: Text | None) -> None:
        status = InReview(missing, answers_directly=job.private)
        concluded = await self._statuses.conclude(job, status)
        if concluded.again_in_seconds is not None:
            raise Again(concluded.again_in_seconds)

    async def _close_card(self, job: Job, review: Review) -> None:
        """Whoever decided may have been the last to hear of it."""
        if review.message is None:
            return
        try:
            await self._messages.edit(review.message, card_layout(job, review))
        except DiscordError as error:
            log.info("job %s: the decision cannot be seen where it was asked for (%s)", job.id, error)
