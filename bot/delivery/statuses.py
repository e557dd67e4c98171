"""Keeps the status messages: one a job, moved along with it, ended by whoever delivers the job's end.

Lossy on purpose: between two edits only the newest progress counts. Never says anything but through an edit.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol
from uuid import UUID

from bot.delivery.discord_errors import Busy, DiscordError, MessageGone, NoAccess, TokenSpent
from bot.delivery.messages import Attached, Messages
from bot.delivery.pace import Pace
from bot.delivery.prospects import Pacesetter, pacesetter, status_of
from bot.delivery.status_layout import Queued, Running, Status, status_layout, subject_of
from bot.generation import Expected, Preview, Progress, ProgressBoard
from bot.jobs.job import Job, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)

TOKEN_SECONDS = 14.5 * 60
"""For how long an interaction's token is trusted; Discord ends it after 15 minutes."""
STALE_SECONDS = 5.0
"""A progress edit that took longer shows nothing worth waiting for, and would hold up the last one."""
QUIET_SECONDS = 10.0
"""Without a change for so long, the ledger is asked whether the job still is where the board says."""
FAR_BACK_SECONDS = 30.0


class Outlook(Protocol):
    """What the keeper wants to know of :class:`bot.generation.Generation`."""

    @property
    def board(self) -> ProgressBoard: ...

    async def expected(self, job_id: UUID) -> Expected | None: ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """A version of a status message."""

    status: Status
    preview: Preview | None

    def files(self) -> tuple[Attached, ...]:
        if self.preview is None or not isinstance(self.status, Running) or self.status.preview is None:
            return ()
        return (Attached(self.status.preview, self.preview.content),)


class NoRoute(Exception):
    """The status message cannot be reached: deleted, or only an expired token knew it."""


@dataclass(slots=True)
class _Followed:
    """A job whose status message is kept moving."""

    job: Job
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class StatusKeeper:
    def __init__(
        self,
        *,
        store: JobStore,
        generation: Outlook,
        messages: Messages,
        clock: Callable[[], float],
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._generation = generation
        self._messages = messages
        self._clock = clock
        self._pace = pace or Pace()
        self._followed: dict[UUID, _Followed] = {}
        # holds at most the jobs that are open, whose number the store limits
        self._newcomers: asyncio.Queue[UUID] = asyncio.Queue()

    def follow(self, job_id: UUID) -> None:
        """Show this job from now on, until it has ended."""
        self._newcomers.put_nowait(job_id)

    async def run(self) -> None:
        """Keep the messages of all open jobs moving, those of before a restart too."""
        await self._messages.available()
        async with asyncio.TaskGroup() as tasks:
            for job in await when_available(self._store.open_jobs):
                self._start(job, tasks, at_once=False)
            while True:
                job = await when_available(partial(self._store.job, await self._newcomers.get()))
                if job is not None and not job.ended:
                    self._start(job, tasks, at_once=True)

    async def conclude(self, job: Job, status: Status) -> bool:
        """Make ``status`` the last one. False: there is no message any more to show it in.

        Raises:
            Busy: it could not be shown now; the caller tries again.
        """
        await self.leave(job.id)
        try:
            await self._show(job, status)
        except (NoRoute, NoAccess):
            return False
        return True

    async def leave(self, job_id: UUID) -> None:
        """Edit this job's message no more. Waits for an edit that is on its way, which takes STALE_SECONDS at most."""
        followed = self._followed.pop(job_id, None)
        if followed is not None and followed.task is not None:
            async with followed.turn:
                followed.task.cancel()
            await asyncio.wait({followed.task})

    def _start(self, job: Job, tasks: asyncio.TaskGroup, *, at_once: bool) -> None:
        if job.id not in self._followed:
            followed = self._followed[job.id] = _Followed(job)
            followed.task = tasks.create_task(
                self._follow(followed, at_once=at_once), name=f"status {job.id}"
            )

    async def _follow(self, followed: _Followed, *, at_once: bool) -> None:
        job = followed.job
        channel_id = job.place.channel_id
        self._pace.join(channel_id)
        try:
            if not at_once:  # after a restart, all open jobs at the same time would be a burst
                await asyncio.sleep(random.uniform(0, self._pace.pause_seconds(channel_id)))  # noqa: S311  # no secret
            await self._keep_moving(followed)
        except (NoRoute, NoAccess) as error:
            log.info("job %s: its status message cannot be edited any more (%s)", job.id, error)
        except DiscordError:
            log.exception("job %s: Discord refused its status message", job.id)
        finally:
            self._pace.leave(channel_id)
            self._followed.pop(job.id, None)

    async def _keep_moving(self, followed: _Followed) -> None:
        job_id, channel_id = followed.job.id, followed.job.place.channel_id
        usual = (await when_available(lambda: self._store.usual(followed.job.workflow))).seconds
        shown: _Shown | None = None
        pace: Pacesetter | None = None
        expected = await when_available(lambda: self._generation.expected(job_id))
        while expected is not None:
            progress = self._generation.board.latest(job_id)
            now = self._clock()
            pace = pacesetter(pace, progress, now)
            status = status_of(progress, expected, now=now, usual_seconds=usual, pace=pace)
            wanted = _Shown(status, progress.preview if progress else None)
            if wanted != shown and await self._edit(followed, wanted):
                shown = wanted
            await asyncio.sleep(self._pace.pause_seconds(channel_id))
            quiet = wanted == shown and not await self._changed(job_id, progress, _patience_seconds(status))
            if quiet or self._generation.board.latest(job_id) is None:
                expected = await when_available(lambda: self._generation.expected(job_id))

    async def _changed(self, job_id: UUID, seen: Progress | None, patience_seconds: float) -> bool:
        board = self._generation.board
        if board.latest(job_id) is seen:
            await board.changed(job_id, patience_seconds)
        return board.latest(job_id) is not seen

    async def _edit(self, followed: _Followed, wanted: _Shown) -> bool:
        """Show progress, if that can be done soon. False: it was not."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with followed.turn, asyncio.timeout(STALE_SECONDS):
                followed.job = await self._show(followed.job, wanted.status, wanted.files())
        except (Busy, TimeoutError) as error:
            log.debug("job %s: status edit dropped: %s", followed.job.id, error)
            return False
        finally:
            self._pace.took(followed.job.place.channel_id, loop.time() - begun)
        return True

    async def _show(self, job: Job, status: Status, files: Sequence[Attached] = ()) -> Job:
        """Edit by the interaction's token while it lives, then by the bot's own right.

        Returns the job with what was learnt about how to reach its message.

        Raises:
            NoRoute, DiscordError: it was not shown.
        """
        view = status_layout(subject_of(job), status)
        try:
            if self._clock() < job.reply.created_at + TOKEN_SECONDS:
                try:
                    return await self._reached(job, await self._messages.edit_reply(job.reply, view, files))
                except TokenSpent:
                    job = replace(job, reply=replace(job.reply, created_at=0.0))
            if job.status_message is None:
                raise NoRoute
            await self._messages.edit(job.status_message, view, files)
        except MessageGone as error:
            raise NoRoute from error
        return job

    async def _reached(self, job: Job, message: MessageRef) -> Job:
        if job.status_message is not None:
            return job
        await when_available(lambda: self._store.record_status_message(job.id, message))
        return replace(job, status_message=message)


def _patience_seconds(status: Status) -> float:
    """How long a status stands before the ledger is asked again. Far back in the queue little changes soon."""
    return min(FAR_BACK_SECONDS, 2.0 + status.ahead) if isinstance(status, Queued) else QUIET_SECONDS
