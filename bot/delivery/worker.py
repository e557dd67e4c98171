"""The outbox: takes ended jobs from the ledger and shows each one's end, until Discord has it.

May stop at any line and be started again; what has been shown is not shown twice. A bug in one delivery ends that one.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import Protocol

from bot.backoff import Backoff
from bot.bugs import Bug, contained, report
from bot.delivery.actions import offered
from bot.delivery.contents import Scratch, sweep_left_over
from bot.delivery.destinations import Place
from bot.delivery.discord_errors import DiscordError, HeldBack, NoAccess, Rejected, TryAgain
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.fitter import Fitter
from bot.delivery.group_ends import group_end
from bot.delivery.judging import ResultJudge
from bot.delivery.lineage import lineage_of
from bot.delivery.made import Made
from bot.delivery.messages import Messages
from bot.delivery.originals import DiskFull, Files, NotWholeYet, Originals, OutputsGone, Showing
from bot.delivery.outputs import OutputFetcher
from bot.delivery.post_rates import PostRates
from bot.delivery.posts import NeedsChange, Posts
from bot.delivery.result_posting import Again, Held, Result, Shown, Undeliverable
from bot.delivery.result_style import style_of
from bot.delivery.results import Results
from bot.delivery.reviewing import Keeps, Reviewing, Undecided
from bot.delivery.slots import Slots
from bot.delivery.status_layout import Broken, Finished, Status, Stopped, Unsent, Withheld, link_of
from bot.delivery.statuses import StatusKeeper
from bot.delivery.upload_limits import UploadLimits
from bot.generation import ServersAway
from bot.generation.remedies import Remedy
from bot.jobs.job import Cancelled, Delivery, Done, Failed, Job
from bot.jobs.log_context import about
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import SHOWCASE_CHANNEL
from bot.texts import Text, text
from bot.workflows import Workflow

log = logging.getLogger(__name__)

LEASE_SECONDS = 300.0
TRY_SECONDS = 270.0
"""Longer than any try should take, shorter than the lease: nobody else delivers at the same time."""
LOOK_SECONDS = 1.0
GIVE_UP_SECONDS = 24 * 3600.0
GIVE_UP_TRIES = 20
"""A day in which the machine slept is no day of trying."""
CONCLUDE_TRIES = 6
"""So often a status message is given its last words; a result that is posted counts as shown after that."""
AGAIN = Backoff(first_seconds=1.0, longest_seconds=300.0)
LOOK_AGAIN_SECONDS = 60.0
"""Until the next try where somebody has to give the bot a right first."""
OTHERS_FIRST_SECONDS = 10.0
"""For so long another process on this token, with a ledger of its own, that answered the command is left to show the end."""
MOST_REVIEW_SECONDS = 30 * 86_400.0
GONE_TRIES = 3
"""A file may be missing for a moment, behind a proxy for instance."""


class Ends(Files, Keeps, Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    @property
    def workflows(self) -> Mapping[str, Workflow]: ...

    async def ways_out(self, job: Job, reason: Text) -> tuple[Remedy, ...]: ...


class DeliveryWorker:
    def __init__(
        self,
        *,
        store: JobStore,
        name: str,
        generation: Ends,
        messages: Messages,
        statuses: StatusKeeper,
        showing: Showing,
        settings: GuildSettings,
        judge: ResultJudge,
        rates: PostRates | None = None,
        look_seconds: float = LOOK_SECONDS,
        most_review_seconds: float = MOST_REVIEW_SECONDS,
    ) -> None:
        """``name``: of this bot, to which what it may show falls. ``most_review_seconds``: see :class:`Reviewing`."""
        self._store = store
        self._settings = settings
        self._generation = generation
        self._messages = messages
        self._statuses = statuses
        self._showing = showing
        self._look = look_seconds
        self._name = name
        self._slots = Slots()
        self._rates = rates or PostRates()
        self._limits = UploadLimits()
        self._judge = judge
        self._reviewing = Reviewing(
            store=store,
            settings=self._settings,
            generation=generation,
            messages=messages,
            statuses=statuses,
            rates=self._rates,
            most_seconds=most_review_seconds,
        )

    async def run(self) -> None:
        """Deliver until cancelled. May be started again."""
        await self._messages.available()
        await asyncio.to_thread(sweep_left_over, Path(gettempdir()))
        with Fitter(self._showing.keep, Ffmpeg.named(self._showing.ffmpeg)) as fitter:
            results = Results(
                messages=self._messages,
                statuses=self._statuses,
                fetcher=OutputFetcher(Originals(self._generation, fitter, self._showing, self._settings)),
                rates=self._rates,
                limits=self._limits,
            )
            async with asyncio.TaskGroup() as deliveries:
                while True:
                    delivery = await self._claim()
                    if delivery is None:
                        await self._store.wait(Topic.ENDED, self._look)
                    else:
                        deliveries.create_task(
                            self._deliver_in_turn(delivery, results), name=f"deliver {delivery.job.id}"
                        )

    async def _claim(self) -> Delivery | None:
        if not self._slots.are_left:
            return None
        full = self._slots.full_channels
        return await when_available(lambda: self._store.claim_delivery(self._name, LEASE_SECONDS, full))

    async def _deliver_in_turn(self, first: Delivery, results: Results) -> None:
        """Deliver, and then whatever waits for the slot that becomes free: nobody has to be woken for it."""
        delivery: Delivery | None = first
        while delivery is not None:
            channel_id = delivery.job.place.channel_id
            with self._slots.taken(channel_id), about(delivery.job):
                await self._deliver(delivery, results)
                was_full = self._slots.are_full(channel_id)
            delivery = await self._claim() if was_full else None

    async def _deliver(self, delivery: Delivery, results: Results) -> None:
        where = f"the delivery of job {delivery.job.id}"
        bug = await contained(where, self._try(delivery, results))
        if isinstance(bug, Bug):
            told = await contained(where, self._give_up(delivery, text("bug", id=bug.id)))
            if isinstance(told, Bug):
                await when_available(lambda: self._store.undeliverable(delivery))

    async def _try(self, delivery: Delivery, results: Results) -> None:
        job_id = delivery.job.id
        left = self._statuses.is_left_to_another(job_id) and delivery.kept_by is None
        if left and not delivery.tries:
            await when_available(lambda: self._store.postpone(delivery, OTHERS_FIRST_SECONDS))
            return
        if not delivery.tries and delivery.kept_by not in {None, self._name}:
            self._statuses.doubt(job_id)  # its keeper may have an edit on its way
        if delivery.job.answered_by_token:
            delivery = replace(delivery, job=await self._statuses.settle(delivery.job))
        style = style_of(await when_available(lambda: self._settings.at(delivery.job.place)))
        posts = Posts(
            delivery,
            self._store,
            self._messages,
            self._rates,
            left_to_another=left,
            mentioned=style.mentions and delivery.wants_mention,
        )
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await self._show_end(delivery, results, posts)
        except (Held, Again) as error:
            await posts.settle()
            log.log(logging.INFO if isinstance(error, Again) else logging.DEBUG, "job %s: %s", job_id, error)
            seconds = error.seconds
            await when_available(lambda: self._store.postpone(delivery, seconds))
        except Undecided:
            log.debug("job %s: a moderator decides first", job_id)
        except NeedsChange as error:
            await posts.settle()
            await self._wait_for(delivery, error.reason)
        except (TryAgain, ServersAway, NotWholeYet, DiskFull, TimeoutError) as error:
            await self._try_later(delivery, error, posts)
        except HeldBack as error:
            log.warning("job %s: %s", delivery.job.id, error)
            await self._give_up(delivery, text("held-back"), with_prompt=False)
        except Undeliverable as error:
            await self._give_up_undeliverable(delivery, error)

    async def _show_end(self, delivery: Delivery, results: Results, posts: Posts) -> None:
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
                await self._conclude(job, Stopped(user_id))
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
            await self._conclude(delivery.job, Stopped(end.cancelled_by))
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
        self._check_age(job)
        chosen = await when_available(lambda: self._settings.at(job.place))
        showcase = chosen.of(SHOWCASE_CHANNEL) is not None
        able = offered(job, self._generation.workflows, showcase=showcase)
        lineage = await when_available(lambda: lineage_of(job, self._store))
        async with Scratch() as scratch:
            result = Result(delivery, made, scratch, failure, able, lineage, members, style_of(chosen))
            await self._show_result(result, results, posts)

    def _check_age(self, job: Job) -> None:
        """What is for adults alone is shown where all are, though that was so when it was asked for.

        Raises:
            NeedsChange: its channel is not age-restricted any more.
            TryAgain: that is not known yet.
        """
        workflow = self._generation.workflows.get(job.workflow)
        if job.place.guild_id is None or workflow is None or not workflow.nsfw:
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
        except OutputsGone as error:
            if result.failure is not None:
                await self._show_failure(delivery, result.failure, results, posts)
            elif delivery.tries + 1 < GONE_TRIES:
                await self._try_later(delivery, error, posts)
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
            await self._conclude(job, await self._broken(job, reason, link))
        elif not (_may_go(result, shown) and await self._statuses.remove(job)):
            await self._conclude(job, Finished(result.about.seconds, link, shown.notes))

    async def _show_failure(self, delivery: Delivery, reason: Text, results: Results, posts: Posts) -> None:
        """In the status message; where that is gone, in a message of its own."""
        job, message_id = delivery.job, None
        broken = await self._broken(job, reason)
        if posts.parts or not await self._conclude(job, broken):
            shown = await results.tell_failure(job, broken, posts)
            message_id = shown.message.message_id if shown.message else None
        await when_available(lambda: self._store.delivered(delivery, message_id))
        log.info("job %s: failure told", job.id)

    async def _broken(self, job: Job, reason: Text, link: str | None = None) -> Broken:
        ways_out = await when_available(lambda: self._generation.ways_out(job, reason))
        return Broken(reason, link, ways_out)

    async def _conclude(self, job: Job, status: Status, *, with_prompt: bool = True) -> bool:
        """Make ``status`` the last one. False: there is no message any more to show it in."""
        concluded = await self._statuses.conclude(job, status, with_prompt=with_prompt)
        if concluded.again_in_seconds is not None:
            raise Again(concluded.again_in_seconds)
        return concluded.shown

    async def _try_later(self, delivery: Delivery, error: Exception, posts: Posts) -> None:
        job = delivery.job
        if not isinstance(error, TimeoutError):  # of what was cut off nobody knows whether it was carried out
            await posts.settle()
        since = delivery.first_tried_at if delivery.first_tried_at is not None else self._store.now()
        if delivery.tries >= GIVE_UP_TRIES and self._store.now() > since + GIVE_UP_SECONDS:
            await self._give_up(delivery, text("delivery-given-up"))
            return
        said = error.retry_after_seconds if isinstance(error, TryAgain) else 0.0
        pause = max(said, AGAIN.seconds(delivery.tries + 1))
        log.warning("job %s: not delivered yet, again in %.0f s (%s)", job.id, pause, error)
        await when_available(lambda: self._store.postpone(delivery, pause))

    async def _wait_for(self, delivery: Delivery, reason: Text) -> None:
        """Somebody has to change something first: say what, and wait for it."""
        since = delivery.first_tried_at if delivery.first_tried_at is not None else self._store.now()
        if self._store.now() > since + GIVE_UP_SECONDS:
            await self._give_up(delivery, reason)
            return
        log.warning("job %s: its end cannot be shown: %s", delivery.job.id, reason.id)
        try:
            await self._statuses.conclude(delivery.job, Unsent(reason))
        except DiscordError as error:
            log.info("job %s: nor can that be told (%s)", delivery.job.id, error)
        await when_available(lambda: self._store.postpone(delivery, LOOK_AGAIN_SECONDS))

    async def _give_up_undeliverable(self, delivery: Delivery, error: Undeliverable) -> None:
        match error.why:
            case Rejected() as wrong:
                await self._give_up(delivery, text("bug", id=report(wrong, f"job {delivery.job.id}").id))
            case NoAccess(sees_channel=False) if not self._statuses.token_lives(delivery.job):
                log.warning("job %s: nobody can be told of its end: %s", delivery.job.id, error)
                await self._statuses.leave(delivery.job.id)
                await when_available(lambda: self._store.undeliverable(delivery))
            case _:
                await self._give_up(delivery, text("no-right-to-post"))

    async def _give_up(self, delivery: Delivery, reason: Text, *, with_prompt: bool = True) -> None:
        job = delivery.job
        log.warning("job %s: cannot be delivered, given up: %s", job.id, reason.id)
        try:
            await self._statuses.conclude(job, await self._broken(job, reason), with_prompt=with_prompt)
        except DiscordError as error:
            log.warning("job %s: nor can its status message be edited: %s", job.id, error)
        await when_available(lambda: self._store.undeliverable(delivery))


def _may_go(result: Result, shown: Shown) -> bool:
    """Whether the status message says nothing that the result beside it does not say, and begins no thread."""
    return not result.style.keeps_status and shown.message is not None and shown.place is Place.CHANNEL
