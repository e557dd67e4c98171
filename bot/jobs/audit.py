"""Who did what: lines that are only added, in the transaction of what they tell of where the ledger itself did it."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import LiteralString, cast
from uuid import UUID

from bot.jobs.audit_store import AUDIT_SECONDS, AuditAction, AuditFilter, AuditLine
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.ledger import Ledger

EVERY_GUILD = 0
"""In place of a guild: what was done for all of them."""

_ADD = """
INSERT INTO audit (guild_id, at, actor_id, action, user_id, job_id, details, once)
VALUES (:guild_id, :now, :actor_id, :action, :user_id, :job_id, :details, :once)
ON CONFLICT (once) DO NOTHING
RETURNING 1
"""

_WHICH: LiteralString = """
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND (CAST(:actor_id AS BIGINT) IS NULL OR actor_id = :actor_id)
    AND (CAST(:user_id AS BIGINT) IS NULL OR user_id = :user_id)
    AND (CAST(:action AS TEXT) IS NULL OR action = :action)
"""

_FOUND = f"""
SELECT number, at, guild_id, actor_id, action, user_id, job_id, details FROM audit
WHERE {_WHICH}
ORDER BY number DESC
LIMIT :most OFFSET :skip
"""  # noqa: S608  # literals only

_COUNT = f"SELECT count(*) AS count FROM audit WHERE {_WHICH}"  # noqa: S608  # literals only

_FORGET = "DELETE FROM audit WHERE at < :now - :seconds"


def add_line(
    statements: Statements,
    guild_id: int | None,
    actor_id: int,
    action: AuditAction,
    *,
    user_id: int | None = None,
    job_id: UUID | None = None,
    details: Mapping[str, str] | None = None,
    once: str | None = None,
) -> bool:
    """See :meth:`bot.jobs.audit_store.AuditStore.audit`; for whoever does in the same write what the line tells of."""
    columns: Columns = {
        "guild_id": guild_id or EVERY_GUILD,
        "actor_id": actor_id,
        "action": action,
        "user_id": user_id,
        "job_id": None if job_id is None else str(job_id),
        "details": json.dumps(dict(details or {}), ensure_ascii=False),
        "once": once,
    }
    return bool(statements.run(_ADD, columns))


class Audit(Ledger):
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
        line = partial(
            add_line,
            guild_id=guild_id,
            actor_id=actor_id,
            action=action,
            user_id=user_id,
            job_id=job_id,
            details=details,
            once=once,
        )
        return await self._database.write(line)

    async def audited(self, which: AuditFilter, *, skip: int = 0, most: int = 10) -> Sequence[AuditLine]:
        rows = await self._database.read(_FOUND, {**_columns(which), "skip": skip, "most": most})
        return [_line_of(row) for row in rows]

    async def count_audited(self, which: AuditFilter) -> int:
        rows = await self._database.read(_COUNT, _columns(which))
        return cast("int", rows[0]["count"])

    async def forget_audit(self) -> None:
        await self._database.run(_FORGET, {"seconds": AUDIT_SECONDS})


def _columns(which: AuditFilter) -> Columns:
    return {
        "guild_id": which.guild_id,
        "actor_id": which.actor_id,
        "user_id": which.user_id,
        "action": which.action,
    }


def _line_of(row: Row) -> AuditLine:
    return AuditLine(
        number=row["number"],
        at=row["at"],
        guild_id=row["guild_id"] or None,
        actor_id=row["actor_id"],
        action=row["action"],
        user_id=row["user_id"],
        job_id=None if row["job_id"] is None else UUID(row["job_id"]),
        details=cast("Mapping[str, str]", json.loads(row["details"])),
    )
