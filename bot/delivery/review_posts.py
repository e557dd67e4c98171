"""What moderators were shown of a job before anybody else, each part once: the ledger's notes, nonces, a look.

Where the bot may not read what it posted, and was killed minutes ago, they may see it twice; nobody else does.
"""

import logging
from contextlib import suppress

import discord
from discord.ui import LayoutView

from bot.delivery.discord_errors import MessageGone, NoAccess
from bot.delivery.marks import Part, nonce
from bot.delivery.messages import Attached, Messages
from bot.delivery.post_rates import PostRates
from bot.delivery.posts import DELETED, REVIEW
from bot.delivery.review_layout import is_card_of, part_of_review
from bot.jobs.job import Delivery, MessageRef
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)

_CARD = "card"


class ReviewPosts:
    """What one delivery has shown moderators so far, and shows them now."""

    def __init__(self, delivery: Delivery, store: JobStore, messages: Messages, rates: PostRates) -> None:
        self._delivery = delivery
        self._store = store
        self._messages = messages
        self._rates = rates
        self.parts = {
            Part.labelled(label.removeprefix(REVIEW)): message
            for label, message in delivery.parts.items()
            if label.startswith(REVIEW)
        }
        """What Discord is known to have, by part."""
        self.card: MessageRef | None = None
        """What they decide with, where an earlier try has posted it."""

    async def look(self, channel_id: int) -> None:
        """Learn what earlier tries left there.

        Raises:
            DiscordError: it cannot be told now.
        """
        job = self._delivery.job
        if not self._delivery.tries:
            return

        def ours(message: discord.Message) -> bool:
            shown = part_of_review(message.components, job.id) is not None
            return shown or is_card_of(message.components, job.id)

        with suppress(NoAccess):  # without the channel's history the nonces are all there is
            for message in await self._messages.find_own(channel_id, after=job.interaction_id, wanted=ours):
                found, part = MessageRef(channel_id, message.id), part_of_review(message.components, job.id)
                if part is None:
                    self.card = found
                elif part not in self.parts:
                    await self._record(part, found)

    async def post(
        self, channel_id: int, part: Part, view: LayoutView, files: tuple[Attached, ...], *, place: str = ""
    ) -> None:
        """Show them a part.

        Raises:
            DiscordError: it was not posted; after ``TryAgain`` it may have been.
        """
        name = f"{REVIEW}{place}{max(1, part.first)}"
        try:
            message = await self._post(channel_id, name, view, files)
        except MessageGone:
            await self._record(part, MessageRef(channel_id, DELETED))
        else:
            await self._record(
                part_of_review(message.components, self._delivery.job.id) or part, _ref(message)
            )

    async def post_card(self, channel_id: int, view: LayoutView) -> MessageRef:
        """Post what they decide with, below what they are shown.

        Raises:
            DiscordError: it was not posted; after ``TryAgain`` it may have been.
        """
        if self.card is None:
            self.card = _ref(await self._post(channel_id, f"{REVIEW}{_CARD}", view, ()))
        return self.card

    async def _post(
        self, channel_id: int, name: str, view: LayoutView, files: tuple[Attached, ...]
    ) -> discord.Message:
        self._rates.count(channel_id)
        job_id = self._delivery.job.id
        return await self._messages.post(channel_id, view, files, nonce=nonce(job_id, name), mention=None)

    async def _record(self, part: Part, message: MessageRef) -> None:
        self.parts[part] = message
        label = f"{REVIEW}{part.label}"
        await when_available(lambda: self._store.record_part(self._delivery, label, message))


def _ref(message: discord.Message) -> MessageRef:
    return MessageRef(message.channel.id, message.id)
