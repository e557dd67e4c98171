"""The outbox: takes ended jobs from the ledger and shows each one's end, until Discord has it.

May stop at any line and be started again; what has been shown is not shown twice.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable

from bot.delivery.discord_errors import Busy, DiscordError, NoAccess
from bot.delivery.fitting import Fitter
from bot.delivery.gathering import Files, Gatherer, OutputsGone
from bot.delivery.marks import nonce
from bot.delivery.messages import Messages
from bot.delivery.result_layout import credits_of, failure_layout
from bot.delivery.results import Posted, Results, Undeliverable
from bot.delivery.status_layout import Broken, Finished, Stopped, link_to
from bot.delivery.statuses import StatusKeeper
from bot.generation import ServersAway
from bot.jobs.job import Cancelled, Delivery, Done, Failed, Job
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.texts import Text, text

log = logging.getLogger(__name__)

DELIVERIES_AT_ONCE = 8
LEASE_SECONDS = 300.0
TRY_SECONDS = 270.0
"""Longer than any try should take, shorter than the lease: nobody else delivers at the same time."""
LOOK_SECONDS = 1.0
GIVE_UP_SECONDS = 24 * 3600.0
LONGEST_PAUSE_SECONDS = 300.0
GONE_TRIES = 3
"""A file may be missing for a moment, behind a proxy for instance."""


class Poster:
    def __init__(
        self,
        *,
        store: JobStore,
        generation: Files,
        messages: Messages,
        statuses: StatusKeeper,
        clock: Callable[[], float],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._generation = generation
        self._messages = messages
        self._statuses = statuses
        self._clock = clock
        self._look = look_seconds
        self._name = f"poster-{secrets.token_hex(4)}"

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._messages.available()
        room = asyncio.Semaphore(DELIVERIES_AT_ONCE)
        with Fitter() as fitter:
            gatherer = Gatherer(self._generation, fitter)
            results = Results(
                messages=self._messages, statuses=self._statuses, gatherer=gatherer, clock=self._clock
            )
            async with asyncio.TaskGroup() as deliveries:
                while True:
                    await room.acquire()
                    delivery = await when_available(
                        lambda: self._store.claim_delivery(self._name, LEASE_SECONDS)
                    )
                    if delivery is None:
                        room.release()
                        await self._store.wait(Topic.ENDED, self._look)
                        continue
                    task = deliveries.create_task(
                        self._deliver(delivery, results), name=f"deliver {delivery.job.id}"
                    )
                    task.add_done_callback(lambda _: room.release())

    async def _deliver(self, delivery: Delivery, results: Results) -> None:
        job = delivery.job
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await self._show_end(delivery, results)
        except (Busy, ServersAway, TimeoutError) as error:
            await self._try_later(delivery, error)
        except DiscordError as error:  # wrong in a way that no second try mends
            bug = secrets.token_hex(4)
            log.exception("bug %s: Discord refuses the end of job %s", bug, job.id)
            await self._give_up(delivery, text("bug", id=bug), error)

    async def _show_end(self, delivery: Delivery, results: Results) -> None:
        job = delivery.job
        match job.outcome:
            case Done() as done:
                await self._show_result(delivery, done, results)
            case Failed(reason):
                await self._show_failure(delivery, reason)
            case Cancelled(user_id):
                await self._statuses.conclude(job, Stopped(user_id))
                await when_available(lambda: self._store.delivered(delivery, None))
            case None:
                raise AssertionError(f"job {job.id} was claimed for delivery and has not ended")

    async def _show_result(self, delivery: Delivery, done: Done, results: Results) -> None:
        job = delivery.job
        try:
            posted = await results.show(delivery, done)
        except OutputsGone as error:
            if delivery.tries + 1 < GONE_TRIES:
                await self._try_later(delivery, error)
            else:
                await self._show_failure(delivery, text("failed-files-gone"))
        except Undeliverable as error:
            await self._give_up(delivery, text("no-right-to-post"), error, edit=error.barred.sees_channel)
        else:
            await self._conclude(job, posted)
            await when_available(lambda: self._store.delivered(delivery, posted.message.message_id))
            log.info("job %s: result posted as message %d", job.id, posted.message.message_id)

    async def _conclude(self, job: Job, posted: Posted) -> None:
        if posted.replaced_status:
            return
        in_dm = posted.message.channel_id != job.place.channel_id
        link = link_to(posted.message, None if in_dm else job.place.guild_id)
        await self._statuses.conclude(job, Finished(credits_of(job).seconds, link, posted.notes))

    async def _show_failure(self, delivery: Delivery, reason: Text) -> None:
        """In the status message; where that is gone, in a message of its own."""
        job = delivery.job
        message_id = None
        if not await self._statuses.conclude(job, Broken(reason)):
            try:
                message_id = await self._messages.post(
                    job.place.channel_id,
                    failure_layout(job, reason),
                    (),
                    nonce=nonce(job.id, "failure"),
                    mention=job.place.user_id,
                )
            except NoAccess as error:
                log.warning("job %s: nobody can be told that it failed (%s)", job.id, error)
                await when_available(lambda: self._store.undeliverable(delivery))
                return
        await when_available(lambda: self._store.delivered(delivery, message_id))
        log.info("job %s: failure told", job.id)

    async def _try_later(self, delivery: Delivery, error: Exception) -> None:
        job = delivery.job
        if job.finished_at is not None and self._clock() > job.finished_at + GIVE_UP_SECONDS:
            await self._give_up(delivery, text("delivery-given-up"), error)
            return
        growing = min(LONGEST_PAUSE_SECONDS, 2.0 ** min(delivery.tries, 10))
        pause = growing * random.uniform(0.75, 1.25)  # noqa: S311  # jitter, no secret
        log.warning("job %s: not delivered yet, again in %.0f s (%s)", job.id, pause, error)
        await when_available(lambda: self._store.postpone(delivery, pause))

    async def _give_up(
        self, delivery: Delivery, reason: Text, error: Exception, *, edit: bool = True
    ) -> None:
        job = delivery.job
        log.warning("job %s: cannot be delivered: %s", job.id, error)
        if edit:
            try:
                await self._statuses.conclude(job, Broken(reason))
            except DiscordError as again:
                log.warning("job %s: nor can its status message be edited: %s", job.id, again)
        else:
            await self._statuses.leave(job.id)
        await when_available(lambda: self._store.undeliverable(delivery))
