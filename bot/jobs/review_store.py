"""The part of the ledger that holds a finished job back until a moderator decides about it: see :mod:`bot.jobs.store`.

A review belongs to a job's delivery, which stays pending as long as it waits: whatever comes after the decision is the
delivery as it ever is. Of a group there is one, its first job's.
"""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from bot.jobs.job import Delivery, Job, MessageRef
from bot.texts import Text


class ReviewState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNDECIDED = "undecided"
    """Nobody decided in time."""


class Review(Struct, frozen=True):
    job_id: UUID
    guild_id: int
    state: ReviewState
    begun_at: float
    ends_at: float
    """When it ends without a decision."""
    message: MessageRef | None = None
    """Where moderators see it; None: nowhere yet."""
    decided_by: int | None = None
    reason: str | None = None
    """What the moderator wrote for the requester."""
    decided_at: float | None = None


class Decided(Struct, frozen=True):
    review: Review
    """As it stands now."""
    now: bool
    """False: it had been decided before, perhaps otherwise."""


class Judgement(Struct, frozen=True):
    """Of files that were looked at before they are shown."""

    refusal: Text | None
    """Why they are not shown."""


class ReviewStore(Protocol):
    """Part of :class:`bot.jobs.store.JobStore`."""

    async def judged(
        self,
        delivery: Delivery,
        *,
        spoiler: bool = False,
        review: Text | None = None,
        refusal: Text | None = None,
    ) -> Job | None:
        """Write down what was found in a job's files before they are shown: it can only be held back more.

        Of a group it holds for all. The first ``refusal``, or that there is none, stays: see :meth:`judgement`.

        Returns the job as it is now; None: too late, the delivery is another's.
        """
        ...

    async def judgement(self, job_id: UUID) -> Judgement | None:
        """What :meth:`judged` wrote down; None: nobody looked at the files yet."""
        ...

    async def begin_review(self, delivery: Delivery, most_seconds: float) -> Review | None:
        """The review of what is to be delivered; it begins now, where it had not. None: too late, or in no guild."""
        ...

    async def await_decision(self, delivery: Delivery, message: MessageRef) -> bool:
        """Moderators see it in ``message``; the delivery is due again when they decided, or when the review ends."""
        ...

    async def decide(
        self, job_id: UUID, by: int, *, approved: bool, reason: str | None = None
    ) -> Decided | None:
        """Approve or reject, with a line in the audit; the first decision stays.

        None: there is no review of this job (any more).
        """
        ...

    async def end_review(self, delivery: Delivery) -> Review | None:
        """The review of what is to be delivered; it ends undecided where its time is over. None: there is none."""
        ...

    async def review(self, job_id: UUID) -> Review | None: ...
