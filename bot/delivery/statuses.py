"""Keeps the status messages: one a job, moved along with it, ended by whoever delivers the job's end.

Lossy on purpose: between two edits only the newest progress counts. Never says anything but through an edit. A bug in
one message ends that message's moving, not the others'.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import NoReturn, Protocol
from uuid import UUID

from discord.ui import LayoutView
from msgspec import Struct, field
from msgspec.structs import replace

from bot.bugs import contained
from bot.delivery.discord_errors import (
    EditedTooOften,
    HeldBack,
    MessageGone,
    NoAccess,
    Rejected,
    TooLarge,
    TryAgain,
)
from bot.delivery.estimates import StepSpeed, status_of, step_speed, together_of
from bot.delivery.messages import Messages
from bot.delivery.pace import Pace
from bot.delivery.status_editing import DOUBT_SECONDS, STALE_SECONDS, NoRoute, StatusEditor
from bot.delivery.status_layout import Fetching, Queued, Status
from bot.delivery.status_moving import StatusMover
from bot.delivery.status_versions import Version, patience_seconds, version_of
from bot.generation import Expected, InputsShown, Progress, ProgressBoard
from bot.jobs.clock import Clock
from bot.jobs.job import Job, MessageRef, Standing, Ticket
from bot.jobs.log_context import about
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import CLASSIFIER

log = logging.getLogger(__name__)

MOST_TAKEN_OVER = 300
"""So many jobs of before a restart, or of a bot that is gone, are followed at once; others when they come near."""
TAKE_OVER_SECONDS = 10.0
"""Between two looks for them."""
UNANSWERED_SECONDS = 15.0
"""So long a job that nobody follows yet is left to the process that is answering the command."""
OPENING_SECONDS = 10.0
"""Longer than an answer to an interaction may be on its way: a first status that came after the last would stay."""
MOST_OF_OTHERS = 1000
"""So many jobs are remembered that another process on the same token answered."""


class Outlook(Protocol):
    """What the keeper wants to know of :class:`bot.generation.Generation`."""

    @property
    def board(self) -> ProgressBoard: ...

    async def expected(self, job_id: UUID) -> Expected | None: ...

    async def prospects(self, standing: Standing) -> Expected: ...

    async def inputs_shown(self, job_id: UUID) -> InputsShown: ...


class Concluded(Struct, frozen=True):
    """What came of a status message's last words."""

    shown: bool
    """False: there is no message any more, or it takes no edits."""
    again_in_seconds: float | None = None
    """An older edit may still be carried out: the last words should be said again after this."""


class _Opening(Struct):
    """A first status that is on its way as the answer to the command."""

    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it is known what became of it."""
    expected: Expected | None = None
    version: Version | None = None


class _Followed(Struct):
    """A job whose status message is kept moving."""

    job: Job
    expected: Expected | None = None
    """What the answer to the command told; None: that is to be found out."""
    shown: Version | None = None
    """What the message says, as far as that is known."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    inputs: InputsShown | None = None
    """Of a job that starts from files, once they are there."""
    task: asyncio.Task[object] | None = None
    running: bool = False
    taken_over: bool = False
    """Whether this life of the process did not answer the command."""


class StatusKeeper:
    def __init__(
        self,
        *,
        store: JobStore,
        name: str,
        generation: Outlook,
        messages: Messages,
        settings: GuildSettings,
        wall_clock: Clock = time.time,
        pace: Pace | None = None,
        stale_seconds: float = STALE_SECONDS,
        doubt_seconds: float = DOUBT_SECONDS,
    ) -> None:
        """``name``: of this bot. ``wall_clock``: by which the age of Discord's tokens is told; all other times are the store's."""
        self._editor = StatusEditor(
            store, messages, wall_clock=wall_clock, stale_seconds=stale_seconds, doubt_seconds=doubt_seconds
        )
        self._mover = StatusMover(store, messages, self._editor, wall_clock=wall_clock)
        self._store = store
        self._name = name
        self._generation = generation
        self._messages = messages
        self._settings = settings
        self._pace = pace or Pace()
        self._followed: dict[UUID, _Followed] = {}
        self._openings: dict[UUID, _Opening] = {}
        self._of_others: deque[UUID] = deque(maxlen=MOST_OF_OTHERS)
        self._tasks: asyncio.TaskGroup | None = None

    async def opening(self, ticket: Ticket) -> LayoutView | None:
        """The status message as it begins, to be the answer to the interaction. None: the job has ended.

        Whatever becomes of the answer, :meth:`follow` comes next: no end is shown before that.

        Raises:
            StoreUnavailable: what to say is not known just now.
        """
        opening = self._openings[ticket.job_id] = _Opening()
        if (standing := ticket.standing) is None:
            return None
        opening.expected = await self._generation.prospects(standing)
        progress = self._generation.board.latest(ticket.job_id)
        status = status_of(progress, opening.expected, now=self._store.now(), usual_seconds=None)
        together = together_of(opening.expected, self._generation.board)
        opening.version = Version(status, None, together=together)
        view = self._editor.layout(ticket.job, status, together=together)
        view.stop()  # discord.py need not remember it: clicks reach the DynamicItems
        return view

    def follow(self, job_id: UUID, message: MessageRef | None = None) -> None:
        """Show this job from now on, until it has ended.

        ``message``: the status message, where the answer to the interaction told it. None: the first edit tells.
        """
        opening = self._openings.pop(job_id, None) or _Opening()
        opening.answered.set()
        if self._tasks is not None:  # else the start reads all open jobs
            taking_up = self._begin_to_follow(job_id, message, opening)
            self._tasks.create_task(taking_up, name=f"status {job_id}")

    def leave_to_another(self, job_id: UUID) -> None:
        """Another process answered the command: it keeps the status moving, and shows the end before we would."""
        opening = self._openings.pop(job_id, None)
        if opening is not None:
            opening.answered.set()
        self._of_others.append(job_id)

    def is_left_to_another(self, job_id: UUID) -> bool:
        return job_id in self._of_others

    async def run(self) -> None:
        """Keep the messages of all open jobs moving, those of before a restart too. May be started again."""
        await self._messages.available()
        self._followed.clear()
        self._editor.begin()
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                await self._take_over(tasks)
            finally:
                self._tasks = None  # a group that is ending takes no task any more

    async def _take_over(self, tasks: asyncio.TaskGroup) -> NoReturn:
        """Of a long queue the first: to those far back little happens, and ten thousand would hold up the others."""
        begins = True
        while True:
            jobs = await when_available(partial(self._taken, own_too=begins))
            for job in jobs:
                self._start(_Followed(job, taken_over=True), tasks, at_once=False)
            begins = False
            await asyncio.sleep(TAKE_OVER_SECONDS)

    async def _taken(self, *, own_too: bool) -> Sequence[Job]:
        left = MOST_TAKEN_OVER - sum(each.taken_over for each in self._followed.values())
        if left <= 0:
            return ()
        # while a command is just being answered, an edit by anybody else would find no message
        unanswered = 0.0 if own_too and not self._store.shared else UNANSWERED_SECONDS
        return await self._store.take_statuses(
            self._name, left, own_too=own_too, unanswered_seconds=unanswered
        )

    def token_lives(self, job: Job) -> bool:
        """Whether the interaction that asked for the job can still be used."""
        return self._editor.token_lives(job)

    def in_doubt_seconds(self, job: Job) -> float | None:
        """For how long an edit without an answer may still be carried out; None: no more."""
        return self._editor.in_doubt_seconds(job)

    def doubt(self, job_id: UUID) -> None:
        """Another process may have an edit on its way."""
        self._editor.doubt(job_id)

    async def conclude(self, job: Job, status: Status, *, with_prompt: bool = True) -> Concluded:
        """Make ``status`` the last one.

        Raises:
            TryAgain: it could not be shown now; the caller tries again.
        """
        await self.leave(job.id)
        try:
            await self._editor.show(job, status, with_prompt=with_prompt)
        except (NoRoute, NoAccess, EditedTooOften, HeldBack) as error:
            log.info("job %s: its status message takes no edit (%s)", job.id, error)
            return Concluded(shown=False)
        except (Rejected, TooLarge):
            log.exception("job %s: Discord calls the last words of its status message wrong", job.id)
            return Concluded(shown=False)
        return Concluded(shown=True, again_in_seconds=self.in_doubt_seconds(job))

    async def remove(self, job: Job) -> bool:
        """Take the status message away, for a result that everybody sees is there. False: it stays.

        One that was taken away before is gone all the same. What one person alone sees stays.

        Raises:
            TryAgain: it could not be taken away now; the caller tries again.
        """
        await self.leave(job.id)
        message = job.status_message
        if message is None or job.answered_by_token:
            return False
        try:
            await self._messages.delete(message)
        except MessageGone:
            pass
        except (NoAccess, Rejected) as error:
            log.info("job %s: its status message cannot be taken away (%s)", job.id, error)
            return False
        await when_available(lambda: self._store.record_status_message(job.id, None))
        return True

    async def settle(self, job: Job) -> Job:
        """The job with its status where it will stay. For one that ended."""
        await self.leave(job.id)
        found = await when_available(lambda: self._store.job(job.id))
        return await self._mover.settled(found or job)

    async def leave(self, job_id: UUID) -> None:
        """Edit this job's message no more. Waits for an edit that is on its way, which takes STALE_SECONDS at most."""
        if (opening := self._openings.get(job_id)) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(OPENING_SECONDS):
                    await opening.answered.wait()
        followed = self._followed.pop(job_id, None)
        if followed is not None and followed.task is not None:
            async with followed.turn:
                followed.task.cancel()
            await asyncio.wait({followed.task})

    async def _begin_to_follow(self, job_id: UUID, message: MessageRef | None, opening: _Opening) -> None:
        # A task that is cancelled before it began leaves nothing behind that nobody awaits.
        where = f"the status message of job {job_id}"
        await contained(where, self._take_up(job_id, message, opening))

    async def _take_up(self, job_id: UUID, message: MessageRef | None, opening: _Opening) -> None:
        if message is not None:
            await when_available(lambda: self._store.record_status_message(job_id, message, self._name))
        if message is not None and opening.expected is not None:
            job = replace(opening.expected.standing.job, status_message=message)
            followed = _Followed(job, opening.expected, opening.version)
        else:
            found = await when_available(lambda: self._store.job(job_id))
            is_open = found is not None and (not found.ended or found.group is not None)
            followed = _Followed(found) if found is not None and is_open else None
        if followed is not None and self._tasks is not None:
            self._start(followed, self._tasks, at_once=True)

    def _start(self, followed: _Followed, tasks: asyncio.TaskGroup, *, at_once: bool) -> None:
        job_id = followed.job.id
        if job_id not in self._followed:
            self._followed[job_id] = followed
            followed.task = tasks.create_task(
                self._follow_to_end(followed, at_once=at_once), name=f"status {job_id}"
            )

    async def _follow_to_end(self, followed: _Followed, *, at_once: bool) -> None:
        where = f"the status message of job {followed.job.id}"
        with about(followed.job):
            await contained(where, self._follow(followed, at_once=at_once))

    async def _follow(self, followed: _Followed, *, at_once: bool) -> None:
        job = followed.job
        channel_id = job.place.channel_id
        self._pace.join(channel_id, running=False)
        try:
            if not at_once:  # after a restart, all open jobs at the same time would be a burst
                pause = self._pace.pause_seconds(channel_id, running=True)
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311  # no secret
            await self._keep_moving(followed)
        except (NoRoute, NoAccess, EditedTooOften, HeldBack, TooLarge) as error:
            log.info("job %s: its status message is not edited before its end (%s)", job.id, error)
        finally:
            self._pace.leave(channel_id, running=followed.running)
            if self._followed.get(job.id) is followed:
                del self._followed[job.id]

    async def _hides_previews(self, job: Job) -> bool:
        """Where pictures are checked before they are posted, nobody sees them while they are made either."""
        if _hides_pictures(job):
            return True
        chosen = await when_available(lambda: self._settings.at(job.place))
        return bool(chosen.of(CLASSIFIER))

    async def _keep_moving(self, followed: _Followed) -> None:
        job_id, board = followed.job.id, self._generation.board
        speed: StepSpeed | None = None
        expected = followed.expected
        if expected is None or board.latest(expected.standing.job.id) is not None:
            expected = await when_available(lambda: self._generation.expected(job_id))
        while expected is not None:
            _learn_words(followed, expected.standing.job)
            shown_id = expected.standing.job.id  # of a group, the member that tells most
            hides = await self._hides_previews(followed.job)
            seen = board.latest(shown_id) if hides else board.shown(shown_id)
            progress = _without_preview(seen) if hides else seen
            now = self._store.now()
            speed = step_speed(speed, progress, now)
            status = status_of(progress, expected, now=now, usual_seconds=expected.usual_seconds, speed=speed)
            begins = self._note_running(followed, running=not isinstance(status, Fetching | Queued))
            if begins and await self._says_more_soon(shown_id, seen):
                if board.latest(shown_id) is None:
                    expected = await when_available(lambda: self._generation.expected(job_id))
                continue
            inputs = await self._inputs_of(followed, status)
            wanted = version_of(status, progress, inputs, together_of(expected, board))
            is_due = self._mover.due_in_seconds(followed.job) == 0
            show = self._move if is_due else self._edit
            if (is_due or wanted != followed.shown) and await show(followed, wanted):
                followed.shown = wanted
            await self._pause(followed, shown_id, seen)
            quiet = wanted == followed.shown and not await self._changed(
                shown_id, seen, patience_seconds(status)
            )
            # of a group, others may have ended meanwhile
            if quiet or board.latest(shown_id) is None or expected.group is not None:
                expected = await when_available(lambda: self._generation.expected(job_id))

    def _note_running(self, followed: _Followed, *, running: bool) -> bool:
        """Whether the job begins to run now, as far as its message is concerned."""
        if followed.running == running:
            return False
        channel_id = followed.job.place.channel_id
        self._pace.leave(channel_id, running=followed.running)
        self._pace.join(channel_id, running=running)
        followed.running = running
        return running

    async def _says_more_soon(self, job_id: UUID, seen: Progress | None) -> bool:
        await asyncio.sleep(self._pace.brief_seconds)
        return self._generation.board.latest(job_id) is not seen

    async def _inputs_of(self, followed: _Followed, status: Status) -> InputsShown | None:
        if followed.inputs is None and followed.job.input_kinds and not isinstance(status, Fetching):
            job_id = followed.job.id
            inputs = await when_available(lambda: self._generation.inputs_shown(job_id))
            followed.inputs = replace(inputs, overlay=None) if _hides_pictures(followed.job) else inputs
        return followed.inputs

    async def _pause(self, followed: _Followed, shown_id: UUID, seen: Progress | None) -> None:
        """Between two edits; one that waits is not kept from saying that it runs."""
        seconds = self._pace.pause_seconds(followed.job.place.channel_id, running=followed.running)
        if due_in_seconds := self._mover.due_in_seconds(followed.job):
            seconds = min(seconds, due_in_seconds)
        if followed.running:
            await asyncio.sleep(seconds)
        else:
            await self._changed(shown_id, seen, seconds)

    async def _changed(self, job_id: UUID, seen: Progress | None, patience_seconds: float) -> bool:
        board = self._generation.board
        if board.latest(job_id) is seen:
            await board.changed(job_id, patience_seconds)
        return board.latest(job_id) is not seen

    async def _move(self, followed: _Followed, wanted: Version) -> bool:
        """Go on in direct messages. False: not yet."""
        try:
            async with followed.turn:
                followed.job = await self._mover.move(followed.job, wanted)
        except TryAgain as error:
            log.info("job %s: its status did not move yet (%s)", followed.job.id, error)
            return False
        return True

    async def _edit(self, followed: _Followed, wanted: Version) -> bool:
        """Show progress, if that can be done soon. False: it was not."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with followed.turn:
                edited = await self._editor.show_soon(followed.job, wanted)
        finally:
            self._pace.took(followed.job.place.channel_id, loop.time() - begun)
        followed.job = edited or followed.job
        return edited is not None


def _hides_pictures(job: Job) -> bool:
    """Its status shows none: those of its result are hidden, or a moderator looks at them first."""
    return job.spoiler or job.review is not None


def _without_preview(progress: Progress | None) -> Progress | None:
    return None if progress is None else replace(progress, preview=None)


def _learn_words(followed: _Followed, job: Job) -> None:
    """Before it is queued a job may get other words than were typed."""
    if followed.job.rewordings and not job.rewordings:
        followed.job = replace(
            followed.job,
            rewordings=(),
            values=job.values,
            typed=job.typed,
            notices=job.notices,
            spoiler=job.spoiler,
            review=job.review,
        )
