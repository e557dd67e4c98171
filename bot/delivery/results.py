"""Show a finished job's outputs, exactly once: in the channel, else through the interaction, else directly.

In the channel by a message with a nonce and never by a follow-up, which Discord would take twice.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import discord

from bot.delivery.discord_errors import MessageGone, NoAccess, TokenSpent, TooLarge
from bot.delivery.gathering import REQUEST_BYTES, Bundle, Gatherer
from bot.delivery.marks import nonce
from bot.delivery.messages import DEFAULT_LIMIT_BYTES, Messages
from bot.delivery.result_layout import Sheet, credits_of, part_of_result, result_layout
from bot.delivery.statuses import TOKEN_SECONDS, StatusKeeper
from bot.jobs.job import Delivery, Done, Job, MessageRef
from bot.texts import Text, text

log = logging.getLogger(__name__)

NONCE_SECONDS = 120.0
"""A first try older than this may have been forgotten by Discord, so the message is looked for."""
SHRINKS = 3
DIRECT = "direct"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a result can be read."""

    message: MessageRef
    replaced_status: bool = False
    """The status message itself carries it now."""
    notes: tuple[Text, ...] = ()


class Undeliverable(Exception):
    """Neither the channel, nor the interaction, nor a direct message takes it."""

    def __init__(self, barred: NoAccess) -> None:
        super().__init__(str(barred))
        self.barred = barred


class Results:
    def __init__(
        self,
        *,
        messages: Messages,
        statuses: StatusKeeper,
        gatherer: Gatherer,
        clock: Callable[[], float],
    ) -> None:
        self._messages = messages
        self._statuses = statuses
        self._gatherer = gatherer
        self._clock = clock

    async def show(self, delivery: Delivery, done: Done) -> Posted:
        """Show the outputs; a part that was shown before is not shown again.

        Raises:
            Busy, ServersAway: try later. OutputsGone, Undeliverable: never.
        """
        try:
            return await self._in_channel(delivery, done)
        except NoAccess as barred:
            log.warning(
                "job %s: the bot may not post in channel %d (%s); trying the requester",
                delivery.job.id,
                delivery.job.place.channel_id,
                barred,
            )
            return await self._to_requester(delivery.job, done, barred)

    async def _in_channel(self, delivery: Delivery, done: Done) -> Posted:
        job, channel_id = delivery.job, delivery.job.place.channel_id
        posted = await self._posted_before(delivery)
        first = posted.get(0)
        if first is None:
            number = 0
            async for bundle in self._gatherer.bundles(job, done, self._limit_bytes(job)):
                number += 1
                part = None if bundle.last and number == 1 else number
                message_id = posted.get(number) or await self._post(job, done, bundle, part)
                first = first or message_id
        if first is None:  # bundles() yields at least one
            raise AssertionError
        return Posted(MessageRef(channel_id, first))

    async def _post(self, job: Job, done: Done, bundle: Bundle, part: int | None) -> int:
        async def post(fitting: Bundle) -> int:
            return await self._send(job, done, fitting, part=part, channel_id=job.place.channel_id)

        return await self._made_to_pass(bundle, post)

    async def _made_to_pass(self, bundle: Bundle, send: Callable[[Bundle], Awaitable[_T]]) -> _T:
        """Send a bundle, smaller each time that Discord finds it too large, and at last without its files."""
        for _ in range(SHRINKS):
            try:
                return await send(bundle)
            except TooLarge as error:
                largest = max((len(file.content) for file in bundle.files), default=0)
                log.info("%s: a file of %d bytes is made smaller", error, largest)
                bundle = await self._gatherer.refitted(bundle, largest // 2)
        return await send(replace(bundle, files=(), size=None))

    async def _send(
        self,
        job: Job,
        done: Done,
        bundle: Bundle,
        *,
        part: int | None,
        channel_id: int,
        label: str | None = None,
    ) -> int:
        view = result_layout(credits_of(job), _sheet(bundle, done, part))
        key = nonce(job.id, label or str(part or 0))
        return await self._messages.post(channel_id, view, bundle.files, nonce=key, mention=job.place.user_id)

    async def _posted_before(self, delivery: Delivery) -> dict[int, int]:
        """Part → message of what an earlier try left in the channel, where that was too long ago for the nonce."""
        job, first = delivery.job, delivery.first_tried_at
        if first is None or self._clock() < first + NONCE_SECONDS:
            return {}
        after = job.interaction_id if job.status_message is None else job.status_message.message_id

        def ours(message: discord.Message) -> bool:
            return part_of_result(message.components, job.id) is not None

        found = await self._messages.find_own(job.place.channel_id, after=after, wanted=ours)
        parts = ((part_of_result(message.components, job.id), message.id) for message in found)
        return {part: message_id for part, message_id in parts if part is not None}

    async def _to_requester(self, job: Job, done: Done, barred: NoAccess) -> Posted:
        """Through the interaction while it lives, else by a direct message."""
        if self._clock() < job.reply.created_at + TOKEN_SECONDS:
            try:
                return await self._in_reply(job, done)
            except (TokenSpent, MessageGone, NoAccess) as error:
                log.info("job %s: the interaction does not take the result (%s)", job.id, error)
        try:
            return await self._directly(job, done)
        except NoAccess as closed:
            raise Undeliverable(barred) from closed

    async def _in_reply(self, job: Job, done: Done) -> Posted:
        async def edit(bundle: Bundle) -> MessageRef:
            view = result_layout(credits_of(job), _sheet(bundle, done, None))
            return await self._messages.edit_reply(job.reply, view, bundle.files)

        bundle = await self._single(job, done, job.reply.attachment_limit_bytes)
        await self._statuses.leave(job.id)
        return Posted(await self._made_to_pass(bundle, edit), replaced_status=True)

    async def _directly(self, job: Job, done: Done) -> Posted:
        channel_id = await self._messages.direct_channel(job.place.user_id)

        async def post(bundle: Bundle) -> int:
            return await self._send(job, done, bundle, part=None, channel_id=channel_id, label=DIRECT)

        bundle = await self._single(job, done, DEFAULT_LIMIT_BYTES)
        message_id = await self._made_to_pass(bundle, post)
        return Posted(MessageRef(channel_id, message_id), notes=(text("sent-directly"),))

    async def _single(self, job: Job, done: Done, limit_bytes: int) -> Bundle:
        """Everything in one message: smaller where there is much, and the first files where there are many."""
        share = min(limit_bytes, REQUEST_BYTES // max(1, min(10, len(done.outputs))))
        bundles = [bundle async for bundle in self._gatherer.bundles(job, done, share)]
        left_out = sum(len(bundle.files) for bundle in bundles[1:])
        return bundles[0].with_note(text("files-left-out", count=left_out) if left_out else None)

    def _limit_bytes(self, job: Job) -> int:
        """The bot's own limit in the guild may be lower than the requester's, and may have changed since."""
        ours = self._messages.upload_limit_bytes(job.place.guild_id)
        theirs = job.reply.attachment_limit_bytes
        return theirs if ours is None else min(ours, theirs)


def _sheet(bundle: Bundle, done: Done, part: int | None) -> Sheet:
    return Sheet(
        files=tuple(file.name for file in bundle.files),
        size=bundle.size,
        texts=done.texts if part in {None, 1} else (),
        notes=bundle.notes,
        part=part,
    )
