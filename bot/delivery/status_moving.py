"""A status goes on in direct messages where the token of its interaction is the only way to it, and ends before the job.

The ledger is told before the message is posted, and once more when Discord has it and the old one leads there: whoever was
killed in between finds what was posted again.
"""

import logging
import time

import discord
from msgspec.structs import replace

from bot.delivery.discord_errors import DiscordError, NoAccess
from bot.delivery.marks import nonce
from bot.delivery.messages import Messages
from bot.delivery.status_editing import StatusEditor
from bot.delivery.status_layout import Moved, cancel_id, link_from
from bot.delivery.status_versions import Version
from bot.jobs.clock import Clock
from bot.jobs.job import Job, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)

MOVE_SECONDS = 13 * 60
"""After its interaction a status has moved on while the token can still say where to."""
BEGUN = 0
"""In place of the id of a direct message that was perhaps posted."""
_NONCE = "status:direct"


class StatusMover:
    def __init__(
        self, store: JobStore, messages: Messages, editor: StatusEditor, *, wall_clock: Clock = time.time
    ) -> None:
        """``wall_clock``: by which the age of Discord's tokens is told."""
        self._store = store
        self._messages = messages
        self._editor = editor
        self._wall_clock = wall_clock

    def due_in_seconds(self, job: Job) -> float | None:
        """When its status has to move, 0 for now; None: it stays where it is."""
        if not job.answered_by_token or job.place.is_direct:
            return None
        if job.has_moved:
            return 0.0 if _is_begun(job) else None
        return max(0.0, job.reply.created_at + MOVE_SECONDS - self._wall_clock())

    async def move(self, job: Job, shown: Version) -> Job:
        """Go on in direct messages, and say so in the status of before.

        Returns the job with its new status message.

        Raises:
            NoAccess: the requester takes no direct messages, which the status says now.
            DiscordError: it did not move; it may be tried again.
        """
        try:
            channel_id = await self._messages.direct_channel(job.place.user_id)
            message = await self._found(job) or await self._post(job, channel_id, shown)
        except NoAccess:
            before = None if _is_begun(job) else job.status_message
            await when_available(lambda: self._store.record_status_message(job.id, before))
            await self._leave_word(replace(job, status_message=before), Moved(None))
            raise
        await self._leave_word(job, Moved(link_from(job.place, message)))
        await when_available(lambda: self._store.record_status_message(job.id, message))
        log.info("job %s: its status goes on in direct messages", job.id)
        return replace(job, status_message=message)

    async def settled(self, job: Job) -> Job:
        """The job with its status message, where an earlier process may have been killed while it moved."""
        if not _is_begun(job):
            return job
        try:
            found = await self._found(job)
        except DiscordError as error:
            log.info("job %s: where its status went cannot be seen (%s)", job.id, error)
            return job
        await when_available(lambda: self._store.record_status_message(job.id, found))
        return replace(job, status_message=found)

    async def _found(self, job: Job) -> MessageRef | None:
        """What an earlier process posted before it was killed."""
        if job.status_message is None or not _is_begun(job):
            return None
        channel_id = job.status_message.channel_id

        def ours(message: discord.Message) -> bool:
            return cancel_id(job.id) in _custom_ids(message)

        found = await self._messages.find_own(channel_id, after=job.interaction_id, wanted=ours)
        return MessageRef(channel_id, found[0].id) if found else None

    async def _post(self, job: Job, channel_id: int, shown: Version) -> MessageRef:
        await when_available(lambda: self._store.record_status_message(job.id, MessageRef(channel_id, BEGUN)))
        view = self._editor.layout(job, shown.status, shown.notices, together=shown.together)
        posted = await self._messages.post(
            channel_id, view, shown.files(), nonce=nonce(job.id, _NONCE), mention=None
        )
        return MessageRef(channel_id, posted.id)

    async def _leave_word(self, job: Job, status: Moved) -> None:
        """In the status of before, while its token lives."""
        try:
            await self._editor.show_by_token(job, status)
        except DiscordError as error:
            log.info("job %s: where its status went cannot be told (%s)", job.id, error)


def _is_begun(job: Job) -> bool:
    return job.has_moved and job.status_message is not None and job.status_message.message_id == BEGUN


def _custom_ids(message: discord.Message) -> set[str]:
    return {
        button.custom_id
        for card in message.components
        if isinstance(card, discord.Container)
        for row in card.children
        if isinstance(row, discord.ActionRow)
        for button in row.children
        if button.custom_id is not None
    }
