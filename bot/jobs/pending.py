"""What a person is still choosing, before it becomes a job; and who wants to be told of something. Values only."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from bot.jobs.inputs import Source
from bot.jobs.origin import Origin


class Answers(Struct, frozen=True):
    """What was chosen for a workflow's options."""

    values: Mapping[str, str]
    """Option → as people read and type it; what is empty or not there is left out."""
    files: Mapping[str, Source] = {}


class PendingOrder(Struct, frozen=True):
    """Not a job yet: it may still be changed, over several forms."""

    id: UUID
    user_id: int
    guild_id: int | None
    workflow: str
    """Its key."""
    chosen: Answers
    first: Answers
    """As it began: what a person goes back to who is lost in their changes."""
    origin: Origin | None = None
    private: bool = False
    """See :class:`bot.jobs.job.NewJob`, of which these become part."""


DIRECTLY = 0
"""In place of a channel's id."""


class NewReminder(Struct, frozen=True):
    """Somebody wants to be told when what they asked for can be run again."""

    job_id: UUID
    """Of a job, or of an order that became none."""
    user_id: int
    channel_id: int
    """Where it is told; ``DIRECTLY``: by direct message only."""
    needs: frozenset[str]
    """As a job's; ``/key`` is a workflow that has to be on offer."""


class Reminder(Struct, frozen=True):
    number: int
    asked: NewReminder
    asked_at: float
