"""The outbox: takes ended jobs from the ledger and shows each one's end, until Discord has it.

May stop at any line and be started again; what has been shown is not shown twice. A bug in one delivery ends that one.
"""

import asyncio
import logging
from pathlib import Path
from tempfile import gettempdir

from msgspec.structs import replace

from bot.backoff import Backoff
from bot.bugs import Bug, contained, report
from bot.delivery.contents import sweep_left_over
from bot.delivery.discord_errors import DiscordError, HeldBack, NoAccess, Rejected, TryAgain
from bot.delivery.ends import Ends, EndTeller
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.fitter import Fitter
from bot.delivery.judging import ResultJudge
from bot.delivery.messages import Messages
from bot.delivery.originals import DiskFull, NotWholeYet, Originals, OutputsGone, Showing
from bot.delivery.outputs import OutputFetcher
from bot.delivery.post_rates import PostRates
from bot.delivery.posts import NeedsChange, Posts
from bot.delivery.result_posting import Again, Held, Undeliverable
from bot.delivery.result_style import style_of
from bot.delivery.results import Results
from bot.delivery.reviewing import Reviewing, Undecided
from bot.delivery.slots import Slots
from bot.delivery.status_layout import Unsent
from bot.delivery.statuses import StatusKeeper
from bot.delivery.upload_limits import UploadLimits
from bot.generation import ServersAway
from bot.jobs.job import Delivery
from bot.jobs.log_context import about
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.moderation.guild_settings import GuildSettings
from bot.texts import Text, text

log = logging.getLogger(__name__)

LEASE_SECONDS = 300.0
TRY_SECONDS = 270.0
"""Longer than any try should take, shorter than the lease: nobody else delivers at the same time."""
LOOK_SECONDS = 1.0
GIVE_UP_SECONDS = 24 * 3600.0
GIVE_UP_TRIES = 20
"""A day in which the machine slept is no day of trying."""
AGAIN = Backoff(first_seconds=1.0, longest_seconds=300.0)
LOOK_AGAIN_SECONDS = 60.0
"""Until the next try where somebody has to give the bot a right first."""
OTHERS_FIRST_SECONDS = 10.0
"""For so long another process on this token, with a ledger of its own, that answered the command is left to show the end."""
MOST_REVIEW_SECONDS = 30 * 86_400.0


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
        self._ends = EndTeller(
            store=store,
            settings=settings,
            generation=generation,
            messages=messages,
            statuses=statuses,
            judge=judge,
            reviewing=Reviewing(
                store=store,
                settings=settings,
                generation=generation,
                messages=messages,
                statuses=statuses,
                rates=self._rates,
                most_seconds=most_review_seconds,
            ),
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
                await self._ends.tell(delivery, results, posts)
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
        except (TryAgain, ServersAway, NotWholeYet, OutputsGone, DiskFull, TimeoutError) as error:
            await self._try_later(delivery, error, posts)
        except HeldBack as error:
            log.warning("job %s: %s", delivery.job.id, error)
            await self._give_up(delivery, text("held-back"), with_prompt=False)
        except Undeliverable as error:
            await self._give_up_undeliverable(delivery, error)

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
            await self._statuses.conclude(job, await self._ends.broken(job, reason), with_prompt=with_prompt)
        except DiscordError as error:
            log.warning("job %s: nor can its status message be edited: %s", job.id, error)
        await when_available(lambda: self._store.undeliverable(delivery))
