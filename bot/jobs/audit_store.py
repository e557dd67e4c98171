"""The part of the ledger that knows who did what for a guild: see :mod:`bot.jobs.store`, whose rules hold here too.

Lines are only added. They go when they are :data:`AUDIT_SECONDS` old.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

AUDIT_SECONDS = 400 * 86_400.0


class AuditAction(StrEnum):
    """What is worth a line. A later version may know more."""

    CANCEL = "cancel"
    """Somebody else's job."""
    CANCEL_OF_PERSON = "cancel-of-person"
    CANCEL_ALL = "cancel-all"
    LEFT = "left"
    """The bot itself: somebody left the guild, and their waiting jobs were cancelled."""
    PAUSE = "pause"
    DRAIN = "drain"
    RESUME = "resume"
    BLOCK = "block"
    UNBLOCK = "unblock"
    DELETE = "delete"
    """Somebody else's result."""
    REPORT = "report"
    SETTING = "setting"
    WORDS = "words"
    """A rule about words was added or taken away."""
    WORKFLOW = "workflow"
    """A :class:`bot.jobs.guild_workflow.WorkflowChange` of a workflow that was added in the guild."""
    APPROVE = "approve"
    REJECT = "reject"
    QUARANTINE = "quarantine"
    """The bot itself: a workflow was set aside."""
    RELEASE = "release"
    """A workflow that was set aside may run again."""
    ANNOUNCE = "announce"
    GUILDS = "guilds"
    """The bot left a guild, or the list of those that may have it was changed."""
    BACKEND = "backend"
    """A ComfyUI server was paused, resumed, or told to free its memory."""


class AuditLine(Struct, frozen=True):
    number: int
    """Later ones have higher numbers."""
    at: float
    guild_id: int | None
    """None: for all of them."""
    actor_id: int
    action: str
    """An :class:`AuditAction`, or what a later version knows."""
    user_id: int | None = None
    """To whom it was done."""
    job_id: UUID | None = None
    details: Mapping[str, str] = {}


class AuditFilter(Struct, frozen=True):
    """Which lines; None: whatever it is."""

    guild_id: int | None = None
    actor_id: int | None = None
    user_id: int | None = None
    action: str | None = None


class AuditStore(Protocol):
    async def audit(
        self,
        guild_id: int | None,
        actor_id: int,
        action: AuditAction,
        *,
        user_id: int | None = None,
        job_id: UUID | None = None,
        details: Mapping[str, str] | None = None,
        once: str | None = None,
    ) -> bool:
        """Add a line. False: there is one with the same ``once`` already, and nothing was added."""
        ...

    async def audited(self, which: AuditFilter, *, skip: int = 0, most: int = 10) -> Sequence[AuditLine]:
        """Newest first."""
        ...

    async def count_audited(self, which: AuditFilter) -> int: ...
