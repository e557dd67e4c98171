"""One edit of a job's status message: by which right, in how much time, and whether it may still come after others."""

import asyncio
import dataclasses
import logging
import time
from collections.abc import Sequence
from uuid import UUID

from discord.ui import LayoutView
from msgspec.structs import replace

from bot.delivery.discord_errors import MessageGone, TokenExpired, TryAgain
from bot.delivery.messages import Attached, Messages
from bot.delivery.rights import warning
from bot.delivery.status_layout import Status, Together, status_layout, subject_of
from bot.delivery.status_versions import Version
from bot.jobs.clock import Clock
from bot.jobs.job import Job, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import Text

log = logging.getLogger(__name__)

TOKEN_SECONDS = 14.5 * 60
"""For how long an interaction's token is trusted; Discord ends it after 15 minutes."""
STALE_SECONDS = 5.0
"""A progress edit that took longer shows nothing worth waiting for, and would hold up the last one."""
DOUBT_SECONDS = 12.0
"""For how long an edit of which no answer came may still be carried out."""


class NoRoute(Exception):
    """The status message cannot be reached: deleted, or only an expired token knew it."""


class StatusEditor:
    def __init__(
        self,
        store: JobStore,
        messages: Messages,
        *,
        wall_clock: Clock = time.time,
        stale_seconds: float = STALE_SECONDS,
        doubt_seconds: float = DOUBT_SECONDS,
    ) -> None:
        """``wall_clock``: by which the age of Discord's tokens is told; all other times are the store's."""
        self._store = store
        self._messages = messages
        self._wall_clock = wall_clock
        self._stale_seconds = stale_seconds
        self._doubt_seconds = doubt_seconds
        self._doubtful_until: dict[UUID, float] = {}
        self._begun_at: float | None = None
        """By the store's clock. Jobs from before may have an edit on its way that an earlier process made."""
        self._all_doubtful_until: float | None = None
        """By the event loop's clock: until then such an edit may be carried out."""

    def begin(self) -> None:
        """Edits of an earlier process may be on their way from now on for a while."""
        self._begun_at = self._store.now()
        self._all_doubtful_until = asyncio.get_running_loop().time() + self._doubt_seconds

    def token_lives(self, job: Job) -> bool:
        """Whether the interaction that asked for the job can still be used for it."""
        return not job.has_moved and self._has_token(job)

    def _has_token(self, job: Job) -> bool:
        return self._wall_clock() < job.reply.created_at + TOKEN_SECONDS

    def doubt(self, job_id: UUID) -> None:
        """An edit of which nobody knows anything may be carried out from now on for a while."""
        self._doubtful_until[job_id] = asyncio.get_running_loop().time() + self._doubt_seconds

    def in_doubt_seconds(self, job: Job) -> float | None:
        """For how long an edit without an answer may still be carried out, one of before a restart too; None: no more."""
        moments = [self._doubtful_until.pop(job.id, None)]
        if self._begun_at is not None and job.created_at < self._begun_at:
            moments.append(self._all_doubtful_until)
        now = asyncio.get_running_loop().time()
        left = [until - now for until in moments if until is not None and until > now]
        return max(left, default=None)

    async def show_soon(self, job: Job, wanted: Version) -> Job | None:
        """As :meth:`show`, for progress that is worth nothing later. None: it was not shown, as far as is known."""
        try:
            async with asyncio.timeout(self._stale_seconds):
                return await self.show(
                    job,
                    wanted.status,
                    wanted.files(),
                    notices=wanted.notices,
                    together=wanted.together,
                )
        except (TryAgain, TimeoutError) as error:
            log.debug("job %s: status edit dropped: %s", job.id, error)
            self.doubt(job.id)
            return None

    async def show(
        self,
        job: Job,
        status: Status,
        files: Sequence[Attached] = (),
        *,
        notices: Sequence[Text] = (),
        together: Together | None = None,
        with_prompt: bool = True,
    ) -> Job:
        """Edit by the interaction's token while it lives, then by the bot's own right.

        Returns the job with what was learnt about how to reach its message.

        Raises:
            NoRoute, DiscordError: it was not shown.
        """
        view = self.layout(job, status, notices, together=together, with_prompt=with_prompt)
        try:
            if self.token_lives(job):
                try:
                    return await self._reached(job, await self._messages.edit_reply(job.reply, view, files))
                except TokenExpired:
                    job = replace(job, reply=dataclasses.replace(job.reply, created_at=0.0))
            if job.status_message is None or (job.answered_by_token and not job.has_moved):
                raise NoRoute
            await self._messages.edit(job.status_message, view, files)
        except MessageGone as error:
            raise NoRoute from error
        return job

    async def show_by_token(self, job: Job, status: Status) -> None:
        """In the answer to the interaction, wherever the status is by now; not where its token ended.

        Raises:
            DiscordError: it was not shown.
        """
        if self._has_token(job):
            await self._messages.edit_reply(job.reply, self.layout(job, status))

    def layout(
        self,
        job: Job,
        status: Status,
        notices: Sequence[Text] = (),
        *,
        together: Together | None = None,
        with_prompt: bool = True,
    ) -> LayoutView:
        standing = self._messages.standing(job.place.channel_id)
        lacking = None if standing is None else warning(standing.permissions, in_thread=standing.in_thread)
        if lacking is not None:
            notices = (*notices, lacking)
        return status_layout(subject_of(job, with_prompt=with_prompt), status, notices, together)

    async def _reached(self, job: Job, message: MessageRef) -> Job:
        if job.status_message is not None:
            return job
        await when_available(lambda: self._store.record_status_message(job.id, message))
        return replace(job, status_message=message)
