"""Reading the ledger, and keeping it small."""

from collections.abc import Sequence
from uuid import UUID

from bot.jobs.database import Row
from bot.jobs.job import Job, MessageRef, Position, Standing, Usual
from bot.jobs.ledger import Ledger
from bot.jobs.rows import job_of, usual_of

_STANDINGS = """
WITH line AS (
    SELECT sequence, row_number() OVER (ORDER BY turn, sequence) - 1 AS ahead FROM jobs WHERE state = 'queued'
)
SELECT jobs.*, line.ahead FROM jobs LEFT JOIN line USING (sequence)
WHERE state IN ('queued', 'running')
    AND (:guild_id IS NULL OR guild_id = :guild_id)
    AND (:user_id IS NULL OR user_id = :user_id)
ORDER BY state = 'queued', iif(state = 'running', coalesce(started_at, 9e999), NULL), turn, sequence
"""

_STANDING = """
SELECT jobs.*, (
    SELECT count(*) FROM jobs AS other
    WHERE other.state = 'queued' AND (other.turn, other.sequence) < (jobs.turn, jobs.sequence)
) AS ahead
FROM jobs WHERE id = :id AND state IN ('queued', 'running')
"""

_RECENT_RUNS = """
SELECT max(0, finished_at - started_at) AS seconds, node_seconds FROM jobs
WHERE state = 'done' AND workflow = :workflow AND started_at IS NOT NULL
ORDER BY finished_at DESC
LIMIT 20
"""

_FORGOTTEN_AT_ONCE = 500
"""Deleted in one transaction: others need not wait long for their turn."""

_FORGET = """
DELETE FROM jobs WHERE sequence IN (
    SELECT sequence FROM jobs WHERE delivery <> 'pending' AND finished_at < :before LIMIT :limit
)
RETURNING 1
"""


class Lookups(Ledger):
    async def job(self, job_id: UUID) -> Job | None:
        rows = await self._database.run("SELECT * FROM jobs WHERE id = :id", {"id": str(job_id)})
        return job_of(rows[0]) if rows else None

    async def open_jobs(self) -> Sequence[Job]:
        rows = await self._database.run(
            "SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY sequence"
        )
        return [job_of(row) for row in rows]

    async def standings(self, guild_id: int | None = None, user_id: int | None = None) -> Sequence[Standing]:
        rows = await self._database.run(_STANDINGS, {"guild_id": guild_id, "user_id": user_id})
        return [_standing_of(row) for row in rows]

    async def standing(self, job_id: UUID) -> Standing | None:
        rows = await self._database.run(_STANDING, {"id": str(job_id)})
        return _standing_of(rows[0]) if rows else None

    async def usual(self, workflow: str) -> Usual:
        rows = await self._database.run(_RECENT_RUNS, {"workflow": workflow})
        return usual_of(rows)

    async def record_status_message(self, job_id: UUID, message: MessageRef | None) -> None:
        await self._database.run(
            "UPDATE jobs SET status_channel_id = :channel_id, status_message_id = :message_id WHERE id = :id",
            {
                "id": str(job_id),
                "channel_id": None if message is None else message.channel_id,
                "message_id": None if message is None else message.message_id,
            },
        )

    async def forget(self, older_than_seconds: float) -> int:
        before = self._clock() - older_than_seconds
        forgotten = 0
        while rows := await self._database.run(_FORGET, {"before": before, "limit": _FORGOTTEN_AT_ONCE}):
            forgotten += len(rows)
        return forgotten


def _standing_of(row: Row) -> Standing:
    job = job_of(row)
    return Standing(job, Position(row["ahead"]) if job.state == "queued" else None)
