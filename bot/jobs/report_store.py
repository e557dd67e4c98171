"""The part of the ledger that keeps what people report to moderators, until it is shown to them: see :mod:`bot.jobs.store`."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

MOST_REPORTS = 5
"""Of one person in one guild, within :data:`REPORTS_SECONDS`."""
REPORTS_SECONDS = 3600.0
REPORT_SECONDS = 30 * 86_400.0
"""So old a report is forgotten, shown or not; its line in the audit stays."""


class NewReport(Struct, frozen=True):
    guild_id: int
    channel_id: int
    message_id: int
    job_id: UUID | None
    """Of which the message is, where that is known."""
    about_id: int | None
    """Who asked for it."""
    reported_by: int
    reason: str


class Report(Struct, frozen=True):
    number: int
    reported: NewReport
    reported_at: float


class Reported(StrEnum):
    KEPT = "kept"
    BEFORE = "before"
    """The same person reported this message already."""
    TOO_MANY = "too many"
    """More than :data:`MOST_REPORTS`."""


class ReportStore(Protocol):
    async def report(self, report: NewReport) -> Reported:
        """Keep it, with a line in the audit; due at once."""
        ...

    async def claim_report(self, lease_seconds: float) -> Report | None:
        """Take the report that waits longest to be shown; it is due again after the lease."""
        ...

    async def postpone_report(self, number: int, delay_seconds: float) -> None:
        """It is due again after so long."""
        ...

    async def report_shown(self, number: int) -> None: ...
