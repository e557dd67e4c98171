"""What people report to moderators: kept before anybody is told of it, so that no report is lost."""

from functools import partial
from typing import LiteralString
from uuid import UUID

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.ledger import Ledger
from bot.jobs.report_store import (
    MOST_REPORTS,
    REPORT_SECONDS,
    REPORTS_SECONDS,
    NewReport,
    Report,
    Reported,
)
from bot.jobs.store import Topic

_COLUMNS: LiteralString = (
    "number, guild_id, channel_id, message_id, job_id, about_id, reported_by, reason, reported_at"
)

_LATELY = """
SELECT
    (SELECT count(*) FROM reports WHERE message_id = :message_id AND reported_by = :reported_by) AS same,
    (SELECT count(*) FROM reports WHERE reported_by = :reported_by AND guild_id = :guild_id
        AND reported_at > :now - :seconds) AS count
"""

_REPORT = """
INSERT INTO reports (guild_id, channel_id, message_id, job_id, about_id, reported_by, reason, reported_at, due_at)
VALUES (:guild_id, :channel_id, :message_id, :job_id, :about_id, :reported_by, :reason, :now, :now)
"""

_CLAIM = f"""
UPDATE reports SET due_at = :now + :lease_seconds
WHERE number = (
    SELECT number FROM reports WHERE due_at <= :now ORDER BY due_at, number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING {_COLUMNS}
"""  # noqa: S608  # literals only


class Reports(Ledger):
    async def report(self, report: NewReport) -> Reported:
        result = await self._database.write(partial(_report, report))
        if result is Reported.KEPT:
            self._wake(Topic.MODERATION)
        return result

    async def claim_report(self, lease_seconds: float) -> Report | None:
        rows = await self._database.run(_CLAIM, {"lease_seconds": lease_seconds})
        return _report_of(rows[0]) if rows else None

    async def postpone_report(self, number: int, delay_seconds: float) -> None:
        await self._database.run(
            "UPDATE reports SET due_at = :now + :seconds WHERE number = :number",
            {"number": number, "seconds": delay_seconds},
        )

    async def report_shown(self, number: int) -> None:
        await self._database.run(
            "UPDATE reports SET due_at = NULL WHERE number = :number", {"number": number}
        )

    async def forget_reports(self) -> None:
        await self._database.run(
            "DELETE FROM reports WHERE reported_at < :now - :seconds", {"seconds": REPORT_SECONDS}
        )


def _report(report: NewReport, statements: Statements) -> Reported:
    statements.lock(f"reports of {report.reported_by}")
    columns: Columns = {
        "guild_id": report.guild_id,
        "channel_id": report.channel_id,
        "message_id": report.message_id,
        "job_id": None if report.job_id is None else str(report.job_id),
        "about_id": report.about_id,
        "reported_by": report.reported_by,
        "reason": report.reason,
    }
    lately = statements.run(_LATELY, {**columns, "seconds": REPORTS_SECONDS})[0]
    if lately["same"]:
        return Reported.BEFORE
    if lately["count"] >= MOST_REPORTS:
        return Reported.TOO_MANY
    statements.run(_REPORT, columns)
    add_line(
        statements,
        report.guild_id,
        report.reported_by,
        AuditAction.REPORT,
        user_id=report.about_id,
        job_id=report.job_id,
        details={
            "reason": report.reason,
            "channel": str(report.channel_id),
            "message": str(report.message_id),
        },
    )
    return Reported.KEPT


def _report_of(row: Row) -> Report:
    reported = NewReport(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        job_id=None if row["job_id"] is None else UUID(row["job_id"]),
        about_id=row["about_id"],
        reported_by=row["reported_by"],
        reason=row["reason"],
    )
    return Report(row["number"], reported, row["reported_at"])
