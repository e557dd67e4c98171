"""Post what tells of one job's end, each part exactly once, wherever it is told.

The one rule: what the ledger knows as posted is not posted again. Of a try that ended without a word (the process was
killed, an answer was lost) nobody knows what came of it: as long as Discord remembers nonces they guard; after that
the channel is looked through for our own mark, and where that is not allowed, waiting is better than doubling.
"""

import logging

import discord
from discord.ui import LayoutView

from bot.delivery.discord_errors import MessageGone, TryAgain
from bot.delivery.marks import WHOLE, Part, nonce
from bot.delivery.messages import Attached, Messages
from bot.delivery.post_rates import PostRates
from bot.delivery.result_layout import part_of_result
from bot.jobs.job import Delivery, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import Text, text

log = logging.getLogger(__name__)

NONCE_SECONDS = 120.0
"""A first try older than this may have been forgotten by Discord, so the message is looked for."""
SETTLED = "settled"
"""The ledger's note that the tries before this number left nothing unknown behind; no part is called so."""
IN_STATUS = "status"
"""The ledger's note that the whole is being shown in place of the status message; no part is called so either."""
REVIEW = "review:"
"""What moderators were shown of it begins so in the ledger's notes."""
REFUSED = MessageRef(0, 0)
"""Noted there: Discord refused it, so that it is not to be seen."""
DELETED = 0
"""In place of a message's id: it was posted, and somebody deleted it."""


def is_part(label: str) -> bool:
    """Whether the ledger's note is of a part of the result that readers see."""
    return label not in {SETTLED, IN_STATUS} and not label.startswith(REVIEW)


class NeedsChange(Exception):
    """It can be shown as soon as somebody has changed something; ``reason`` tells people what."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.id)
        self.reason = reason


class CannotLook(NeedsChange):
    """Whether something was posted before can be seen only with the right to read the channel's history."""

    def __init__(self) -> None:
        super().__init__(text("cannot-look"))


class Posts:
    """What one delivery has posted so far, and posts now."""

    def __init__(
        self,
        delivery: Delivery,
        store: JobStore,
        messages: Messages,
        rates: PostRates,
        *,
        left_to_another: bool = False,
        mentioned: bool = True,
    ) -> None:
        """``left_to_another``: another process on this token was told of the job too, and may have shown its end.

        ``mentioned``: whether the requester is to be notified.
        """
        self._delivery = delivery
        self._mentioned = mentioned
        self._store = store
        self._messages = messages
        self._rates = rates
        self.parts = {
            Part.labelled(label): message for label, message in delivery.parts.items() if is_part(label)
        }
        """What Discord is known to have, by part."""
        settled = delivery.parts.get(SETTLED)
        self.left_to_another = left_to_another
        self._unknown = left_to_another or delivery.tries > (0 if settled is None else settled.message_id)
        self._in_doubt = False
        self.begun_in_status = delivery.parts.get(IN_STATUS, REFUSED) != REFUSED
        """Whether an edit that shows the whole in place of the status message may have been carried out."""
        self.status_with_result: MessageRef | None = None
        """The status message, where a look found that it shows the whole."""

    @property
    def first(self) -> MessageRef | None:
        """The message that a reader is sent to."""
        there = [part for part, message in self.parts.items() if message.message_id != DELETED]
        return self.parts[min(there, key=lambda part: part.first)] if there else None

    @property
    def perhaps_posted(self) -> bool:
        """Whether an earlier try may have posted it: another post has the same nonce, an edit of the status has none."""
        return self._unknown and not self.begun_in_status

    async def look(self, channel_id: int, *, direct: bool, thread_id: int | None = None) -> None:
        """Learn what earlier tries left in a channel, where only a look can tell.

        ``direct``: it is a direct message, where the bot may always look. ``thread_id``: of a thread that may have some, too.

        Raises:
            CannotLook, DiscordError: it cannot be told now.
        """
        delivery, first = self._delivery, self._delivery.first_tried_at
        if not self._unknown or first is None or WHOLE in self.parts:
            return
        guarded = self._store.now() < first + NONCE_SECONDS
        if guarded and not self.begun_in_status and not self.left_to_another:
            return
        if not direct and not self._messages.knows_channels:
            raise TryAgain("the gateway has not told yet whether the bot may read what it posted")
        standing = self._messages.standing(channel_id)
        if standing is not None and not standing.permissions.read_message_history:
            raise CannotLook
        job = delivery.job

        def ours(message: discord.Message) -> bool:
            return part_of_result(message.components, job.id) is not None

        found = await self._messages.find_own(channel_id, after=job.interaction_id, wanted=ours)
        if thread_id is not None:
            found += await self._messages.find_own(thread_id, after=job.interaction_id, wanted=ours)
        for message in found:
            part = part_of_result(message.components, job.id)
            if message.interaction_metadata is not None:
                self.status_with_result = MessageRef(channel_id, message.id)
            elif part is not None:
                await self.record(part, MessageRef(message.channel.id, message.id))
        self._unknown = False

    async def post(
        self, channel_id: int, part: Part, view: LayoutView, files: tuple[Attached, ...], *, place: str = ""
    ) -> None:
        """Post a part to a channel that was looked through.

        ``place`` keeps the nonces of places apart, for Discord compares all of an author's.

        Raises:
            DiscordError: it was not posted; after ``TryAgain`` it may have been.
        """
        job = self._delivery.job
        self._rates.count(channel_id)
        try:
            message = await self._messages.post(
                channel_id,
                view,
                files,
                nonce=nonce(job.id, f"{place}{max(1, part.first)}"),
                mention=job.place.user_id if self._mentioned else None,
            )
        except TryAgain:
            self._in_doubt = True
            raise
        except MessageGone:
            log.info("job %s: part %s was posted before, and deleted since", job.id, part.label)
            await self.record(part, MessageRef(channel_id, DELETED))
        else:
            # an earlier try may have cut the result otherwise
            seen = part_of_result(message.components, job.id) or part
            await self.record(seen, MessageRef(channel_id, message.id))

    async def record(self, part: Part, message: MessageRef) -> None:
        """Write down that Discord has ``part``."""
        self.parts[part] = message
        await when_available(lambda: self._store.record_part(self._delivery, part.label, message))

    async def begin_in_status(self) -> None:
        """Write down that from now on the whole may be seen in place of the status message, and nowhere else."""
        if not self.begun_in_status:
            self.begun_in_status = True
            status = self._delivery.job.status_message or MessageRef(self._delivery.job.place.channel_id, 0)
            await when_available(lambda: self._store.record_part(self._delivery, IN_STATUS, status))

    async def refused_in_status(self, *, before: bool) -> None:
        """Write down that the whole was refused in place of the status message.

        ``before``: whether an earlier try may have shown it there.
        """
        if not before:
            self.begun_in_status = False
            await when_available(lambda: self._store.record_part(self._delivery, IN_STATUS, REFUSED))

    async def settle(self) -> None:
        """Write down, before this try is given up, that it left nothing unknown behind; where that is so."""
        if self._in_doubt or self._unknown or self.begun_in_status:  # that edit may have been carried out
            return
        known = MessageRef(0, self._delivery.tries + 1)
        await when_available(lambda: self._store.record_part(self._delivery, SETTLED, known))
