"""What is told of a job's end: its result, why there is none, or why it is not shown.

Whatever keeps that from being told now is raised, for :mod:`bot.delivery.worker` to try again.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from bot.delivery.actions import offered
from bot.delivery.contents import Scratch
from bot.delivery.destinations import Place
from bot.delivery.discord_errors import TryAgain
from bot.delivery.group_ends import group_end
from bot.delivery.judging import ResultJudge
from bot.delivery.lineage import lineage_of
from bot.delivery.made import Made
from bot.delivery.messages import Messages
from bot.delivery.originals import Files, OutputsGone
from bot.delivery.posts import NeedsChange, Posts
from bot.delivery.result_posting import Again, Result, Shown
from bot.delivery.result_style import style_of
from bot.delivery.results import Results
from bot.delivery.reviewing import Keeps, Reviewing, Undecided
from bot.delivery.status_layout import Broken, Finished, Status, Withheld, link_of, stopped
from bot.delivery.statuses import StatusKeeper
from bot.generation.remedies import Remedy
from bot.jobs.job import Cancelled, Delivery, Done, Failed, Job
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import SHOWCASE_CHANNEL
from bot.texts import Text, text
from bot.workflows import Workflow

log = logging.getLogger(__name__)

CONCLUDE_TRIES = 6
"""So often a status message is given its last words; a result that is posted counts as shown after that."""
GONE_TRIES = 3
"""A file may be missing for a moment, behind a proxy for instance."""


class Ends(Files, Keeps, Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    def workflows_in(self, guild_id: int | None) -> Mapping[str, Workflow]: ...

    async def version(self, key: str) -> Workflow | None: ...

    async def ways_out(self, job: Job, reason: Text) -> tuple[Remedy, ...]: ...


class EndTeller:
    def __init__(
        self,
        *,
        store: JobStore,
        settings: GuildSettings,
        generation: Ends,
        messages: Messages,
        statuses: StatusKeeper,
        judge: ResultJudge,
        reviewing: Reviewing,
    ) -> None:
        self._store = store
        self._settings = settings
        self._generation = generation
        self._messages = messages
        self._statuses = statuses
        self._judge = judge
        self._reviewing = reviewing

    async def tell(self, delivery: Delivery, results: Results, posts: Posts) -> None:
        """Show it, and write down that it was shown.

        Raises:
            Again, Undecided, NeedsChange, Held, TryAgain, ServersAway, NotWholeYet, OutputsGone, DiskFull: not yet.
            HeldBack, Undeliverable: never.
        """
        job = delivery.job
        if (group := job.group) is not None:
            members = await when_available(lambda: self._store.members(group.group_id))
            await self._show_group(delivery, members, results, posts)
            return
        match job.outcome:
            case Done(outputs, texts):
                await self._show_made(delivery, Made(outputs, texts), None, results, posts)
            case Failed(reason, outputs, texts) if outputs or texts:
                await self._show_made(delivery, Made(outputs, texts), reason, results, posts)
            case Failed(reason):
                await self._show_failure(delivery, reason, results, posts)
            case Cancelled(user_id):
                await self._conclude(job, stopped(job, user_id))
                await when_available(lambda: self._store.delivered(delivery, None))
            case None:
                raise AssertionError(f"job {job.id} was claimed for delivery and has not ended")

    async def _show_group(
        self, delivery: Delivery, members: Sequence[Job], results: Results, posts: Posts
    ) -> None:
        """Whatever came of any of them; where nothing did, why."""
        delivery = await self._as_one(delivery, members)
        end = group_end(members)
        if end.made is not None:
            await self._show_made(delivery, end.made, end.failure, results, posts, members=members)
        elif end.failure is not None:
            await self._show_failure(delivery, end.failure, results, posts)
        else:
            await self._conclude(delivery.job, stopped(delivery.job, end.cancelled_by))
            await when_available(lambda: self._store.delivered(delivery, None))

    async def _as_one(self, delivery: Delivery, members: Sequence[Job]) -> Delivery:
        """What is to be hidden of one, or looked at first, is so of all: while they were prepared each was by itself."""
        spoiler = any(each.spoiler for each in members)
        review = next((each.review for each in members if each.review is not None), None)
        if all((each.spoiler, each.review) == (spoiler, review) for each in members):
            return delivery
        job = await when_available(lambda: self._store.judged(delivery, spoiler=spoiler, review=review))
        if job is None:  # the delivery is another's by now
            raise Undecided
        return replace(delivery, job=job)

    async def _show_made(
        self,
        delivery: Delivery,
        made: Made,
        failure: Text | None,
        results: Results,
        posts: Posts,
        *,
        members: Sequence[Job] = (),
    ) -> None:
        job = delivery.job
        await self._check_age(job)
        workflow = await when_available(lambda: self._generation.version(job.workflow))
        chosen = await when_available(lambda: self._settings.at(job.place))
        showcase = chosen.of(SHOWCASE_CHANNEL) is not None
        others = self._generation.workflows_in(job.place.guild_id)
        able = offered(job, workflow, others, showcase=showcase)
        lineage = await when_available(lambda: lineage_of(job, self._store))
        async with Scratch() as scratch:
            result = Result(delivery, made, scratch, failure, able, lineage, members, style_of(chosen))
            await self._show_result(result, results, posts)

    async def _check_age(self, job: Job) -> None:
        """What is for adults alone is shown where all are, though that was so when it was asked for.

        Raises:
            NeedsChange: its channel is not age-restricted any more.
            TryAgain: that is not known yet.
        """
        if job.place.guild_id is None:
            return
        if not await when_available(lambda: self._generation.is_for_adults(job)):
            return
        if not self._messages.knows_channels:
            raise TryAgain("the gateway has not told yet whether the channel is age-restricted")
        if not self._messages.is_age_restricted(job.place.channel_id):
            raise NeedsChange(text("not-age-restricted"))

    async def _show_result(self, result: Result, results: Results, posts: Posts) -> None:
        delivery, job = result.delivery, result.job
        try:
            result, refusal = await self._judge.judged(result, results.originals)
            refusal = refusal or await self._reviewing.refusal(result, results)
            if refusal is not None:
                await self._withhold(result, refusal, results, posts)
                return
            shown = await results.show(result, posts)
        except OutputsGone:
            if result.failure is not None:
                await self._show_failure(delivery, result.failure, results, posts)
            elif delivery.tries + 1 < GONE_TRIES:
                raise
            else:
                await self._show_failure(delivery, text("failed-files-gone"), results, posts)
            return
        try:
            await self._conclude_shown(result, shown)
        except TryAgain as error:
            if delivery.tries < CONCLUDE_TRIES:
                raise
            log.warning("job %s: its status message does not take its last words (%s)", job.id, error)
        message_id = shown.message.message_id if shown.message else None
        thread_id = shown.message.channel_id if shown.message and shown.place is Place.THREAD else None
        await when_available(lambda: self._store.delivered(delivery, message_id, thread_id))
        log.info("job %s: result posted as message %s (%s)", job.id, message_id, shown.place)

    async def _withhold(self, result: Result, reason: Text, results: Results, posts: Posts) -> None:
        """Show nothing of it but why, and forget what was made: nothing that is pressed later brings it up."""
        delivery, job, message_id = result.delivery, result.job, None
        withheld = Withheld(reason)
        if posts.parts or not await self._conclude(job, withheld, with_prompt=False):
            shown = await results.tell_failure(job, withheld, posts)
            message_id = shown.message.message_id if shown.message else None
        for each in result.members or (job,):
            await when_available(lambda each=each: self._store.forget_outputs(each.id))
        await when_available(lambda: self._store.delivered(delivery, message_id))
        log.info("job %s: not shown (%s)", job.id, reason.id)

    async def _conclude_shown(self, result: Result, shown: Shown) -> None:
        job = result.job
        if shown.place is Place.STATUS:
            if (seconds := self._statuses.in_doubt_seconds(job)) is not None:
                raise Again(seconds)
            return
        link = None
        if shown.message is not None:
            link = link_of(job, shown.message)
        if result.failure is not None or shown.nothing is not None:
            reason = result.failure or text("nothing-shown", why=shown.nothing or "")
            await self._conclude(job, await self.broken(job, reason, link))
        elif not (_may_go(result, shown) and await self._statuses.remove(job)):
            await self._conclude(job, Finished(result.about.seconds, link, shown.notes))

    async def _show_failure(self, delivery: Delivery, reason: Text, results: Results, posts: Posts) -> None:
        """In the status message; where that is gone, in a message of its own."""
        job, message_id = delivery.job, None
        broken = await self.broken(job, reason)
        if posts.parts or not await self._conclude(job, broken):
            shown = await results.tell_failure(job, broken, posts)
            message_id = shown.message.message_id if shown.message else None
        await when_available(lambda: self._store.delivered(delivery, message_id))
        log.info("job %s: failure told", job.id)

    async def broken(self, job: Job, reason: Text, link: str | None = None) -> Broken:
        ways_out = await when_available(lambda: self._generation.ways_out(job, reason))
        return Broken(reason, link, ways_out)

    async def _conclude(self, job: Job, status: Status, *, with_prompt: bool = True) -> bool:
        """Make ``status`` the last one. False: there is no message any more to show it in."""
        concluded = await self._statuses.conclude(job, status, with_prompt=with_prompt)
        if concluded.again_in_seconds is not None:
            raise Again(concluded.again_in_seconds)
        return concluded.shown


def _may_go(result: Result, shown: Shown) -> bool:
    """Whether the status message says nothing that the result beside it does not say, and begins no thread."""
    return not result.style.keeps_status and shown.message is not None and shown.place is Place.CHANNEL
