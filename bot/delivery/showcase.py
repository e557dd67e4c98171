"""A guild's showcase: copies of results in a channel that its moderators chose, each once.

The ledger is told before a copy is posted, and once more when Discord has it. Who begins the same copy while nobody
knows what came of it posts it with the same nonce, and looks through the channel first where Discord may have forgotten
that.
"""

from typing import Protocol
from uuid import UUID

import discord
from msgspec import Struct

from bot.delivery.copies import Copies
from bot.delivery.discord_errors import MessageGone, NoAccess
from bot.delivery.marks import nonce
from bot.delivery.message_files import MessageFiles
from bot.delivery.messages import Messages
from bot.delivery.result_layout import ResultMessage, about, part_of_result, result_layout
from bot.delivery.rights import lacking
from bot.delivery.upload_limits import UploadLimits
from bot.errors import NotThere, Refused
from bot.jobs.job import Job, MessageRef
from bot.jobs.result_store import Exhibit
from bot.texts import text

EXHIBIT = "showcase"
"""Keeps the nonce apart from the result's own."""


class Exhibits(Protocol):
    """What is wanted of :class:`bot.jobs.store.JobStore` here."""

    async def begin_exhibit(self, job_id: UUID, channel_id: int) -> Exhibit | None: ...

    async def end_exhibit(self, job_id: UUID, message_id: int | None) -> None: ...


class Exhibited(Struct, frozen=True):
    message: MessageRef
    now: bool
    """False: it was there before."""


class Showcase:
    def __init__(self, store: Exhibits, messages: Messages, copies: Copies) -> None:
        self._store = store
        self._messages = messages
        self._copies = copies
        self._limits = UploadLimits()

    async def show(self, job: Job, channel_id: int, file_bytes: int) -> Exhibited:
        """Copy a result to the channel, or say where its copy is.

        Raises:
            NotThere, Refused: it cannot be copied; the message says why.
            DiscordError: Discord did not take it; it may be tried again.
        """
        self._refuse_without_rights(channel_id)
        exhibit = await self._store.begin_exhibit(job.id, channel_id)
        if exhibit is None:
            raise NotThere(text("job-forgotten"))
        if exhibit.message_id is not None:
            return Exhibited(MessageRef(exhibit.channel_id, exhibit.message_id), now=False)
        if exhibit.begun_before and (found := await self._found(job, exhibit.channel_id)) is not None:
            await self._store.end_exhibit(job.id, found.message_id)
            return Exhibited(found, now=False)
        try:
            message_id = await self._post(job, exhibit.channel_id, file_bytes)
        except (NotThere, NoAccess):
            await self._store.end_exhibit(job.id, None)
            raise
        await self._store.end_exhibit(job.id, message_id)
        return Exhibited(MessageRef(exhibit.channel_id, message_id), now=not exhibit.begun_before)

    def is_for_adults(self, channel_id: int) -> bool:
        """Whether all who see the channel are adults."""
        return self._messages.is_age_restricted(channel_id)

    def _refuse_without_rights(self, channel_id: int) -> None:
        standing = self._messages.standing(channel_id)
        if standing is None:
            raise Refused(text("showcase-gone"))
        if missing := lacking(standing.permissions, in_thread=standing.in_thread):
            raise Refused(text("showcase-no-right", right=missing))

    async def _found(self, job: Job, channel_id: int) -> MessageRef | None:
        def ours(message: discord.Message) -> bool:
            return part_of_result(message.components, job.id) is not None

        if channel_id == job.place.channel_id:  # the result itself would be found
            return None
        try:
            found = await self._messages.find_own(channel_id, after=job.interaction_id, wanted=ours)
        except NoAccess:  # without the channel's history the nonce is all there is
            return None
        return MessageRef(channel_id, found[0].id) if found else None

    async def _post(self, job: Job, channel_id: int, file_bytes: int) -> int:
        limit = self._limits.of(job.place.guild_id, file_bytes)
        async with self._copies.shown(job, limit) as shown:
            view = result_layout(about(job), _layout(shown))
            try:
                message = await self._messages.post(
                    channel_id, view, shown.files, nonce=nonce(job.id, EXHIBIT), mention=None
                )
            except MessageGone as error:
                raise NotThere(text("showcase-deleted")) from error
        return message.id


def _layout(shown: MessageFiles) -> ResultMessage:
    return ResultMessage(files=tuple(each.name for each in shown.files), size=shown.size, notes=shown.notes)
