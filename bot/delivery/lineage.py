"""What a job was made of: a sentence with a link to that, and where a job's result stands."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from bot.delivery.posts import DELETED, is_part
from bot.delivery.status_layout import link_of as link_in_discord
from bot.jobs.job import Job, MessageRef
from bot.texts import Text, text


class Lookup(Protocol):
    """What is wanted of :class:`bot.jobs.store.JobStore` here."""

    async def job(self, job_id: UUID) -> Job | None: ...

    async def posted(self, job_id: UUID) -> Mapping[str, MessageRef]: ...

    async def number_among(self, job_id: UUID) -> int: ...


def result_of(job: Job, posted: Mapping[str, MessageRef]) -> MessageRef | None:
    """The message that a reader is sent to; None: there is none that others could see."""
    if job.private:
        return None
    if job.result_message_id is None:  # its delivery may not have ended yet
        return next(iter(parts_in(posted)), None)
    channels = {each.message_id: each.channel_id for each in posted.values()}
    if job.status_message is not None:
        channels[job.status_message.message_id] = job.status_message.channel_id
    channel_id = channels.get(job.result_message_id, job.place.channel_id)
    return MessageRef(channel_id, job.result_message_id)


def parts_in(posted: Mapping[str, MessageRef]) -> tuple[MessageRef, ...]:
    """The messages of a result that are known one by one."""
    return tuple(
        message for part, message in posted.items() if is_part(part) and message.message_id != DELETED
    )


def link_of(job: Job, posted: Mapping[str, MessageRef]) -> str | None:
    found = result_of(job, posted)
    return None if found is None else link_in_discord(job, found)


async def lineage_of(job: Job, store: Lookup) -> Text | None:
    """What it was made of; None: of nothing.

    Raises:
        StoreUnavailable: that cannot be told now.
    """
    if job.origin is None:
        return None
    number = await store.number_among(job.id)
    parent = await store.job(job.origin.job_id)
    link = None if parent is None else link_of(parent, await store.posted(parent.id))
    action = job.origin.action.value
    if link is None:
        return text("lineage", action=action, number=number)
    return text("lineage-link", action=action, number=number, link=link)
