"""The part of the ledger that knows what became of a job's result: where it stands, and what was made of it there.

See :mod:`bot.jobs.store`, whose rules hold here too.
"""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from bot.jobs.job import MessageRef


class Exhibit(Struct, frozen=True):
    """A job's copy in the showcase."""

    channel_id: int
    message_id: int | None
    """None: it is being posted, or somebody began to and never told how it ended."""
    begun_before: bool
    """Whether this caller is not the first who began it."""


class ResultStore(Protocol):
    async def node_seconds(self, job_id: UUID) -> Mapping[str, float]:
        """Node id → seconds of the nodes that ran; empty where that is not known."""
        ...

    async def posted(self, job_id: UUID) -> Mapping[str, MessageRef]:
        """What :meth:`bot.jobs.store.JobStore.record_part` noted, by part."""
        ...

    async def number_among(self, job_id: UUID) -> int:
        """The how-manieth of its parent's children of the same action it is, from 1; 0: it has no parent."""
        ...

    async def exhibit(self, job_id: UUID) -> Exhibit | None:
        """Its copy, where one was begun."""
        ...

    async def begin_exhibit(self, job_id: UUID, channel_id: int) -> Exhibit | None:
        """Write down, before it is posted, where the copy goes; the first channel stays. None: there is no such job."""
        ...

    async def end_exhibit(self, job_id: UUID, message_id: int | None) -> None:
        """The copy was posted; None: it certainly was not, and may be begun anew."""
        ...

    async def forget_outputs(self, job_id: UUID) -> None:
        """Forget what a job made, its texts as well; that it ended, and how, stays."""
        ...
