"""Reading the ledger, and keeping it small."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import LiteralString, cast
from uuid import UUID

from bot.jobs.backlog import UNDELIVERED, Backlog
from bot.jobs.database import ALL_ROWS, Columns, listed, update
from bot.jobs.input_rows import INPUT, prepared_of
from bot.jobs.inputs import JobInput
from bot.jobs.job import Job, MessageRef, Standing, State, Usual
from bot.jobs.line import Line
from bot.jobs.queue import Queue
from bot.jobs.rows import JOB, OPEN, job_of, usual_of
from bot.jobs.shares import FORGET_SHARES, SHARES_KEPT_SECONDS

_JOB = f"SELECT {JOB} FROM jobs WHERE id = :id"  # noqa: S608  # literals only, here and below

_TOLD_BY = f"""
SELECT {JOB} FROM jobs WHERE result_message_id = :message_id OR status_message_id = :message_id
"""  # noqa: S608


_ALL: Mapping[tuple[bool, bool], LiteralString] = {
    (False, False): "TRUE",
    (False, True): "user_id = :user_id",
    (True, False): "guild_id = :guild_id",
    (True, True): "user_id = :user_id AND guild_id = :guild_id",
}
"""Which jobs, narrowed to a guild and to a user: one condition that covers all four cases would find no index."""


def _standings(which: LiteralString) -> LiteralString:
    return f"""
    WITH listed AS (
        SELECT sequence FROM jobs WHERE state = 'running' AND {which}
        UNION ALL
        SELECT * FROM (
            SELECT sequence FROM jobs WHERE state = 'preparing' AND {which} ORDER BY sequence LIMIT :most
        ) AS preparing
        UNION ALL
        SELECT sequence FROM jobs
        WHERE state = 'queued' AND {which} AND (:queued = '' OR :queued LIKE '%,' || sequence || ',%')
    )
    SELECT {JOB}, sequence FROM listed CROSS JOIN jobs USING (sequence)
    ORDER BY state = 'preparing', started_at NULLS LAST, sequence
    """  # noqa: S608


def _how_many(which: LiteralString) -> LiteralString:
    return f"SELECT count(*) AS open FROM jobs WHERE {OPEN} AND {which}"  # noqa: S608


_BACKLOG = f"""
SELECT state AS stage, workflow, count(*) AS jobs, min(created_at) AS since
FROM jobs WHERE {OPEN} GROUP BY state, workflow
UNION ALL
SELECT '{UNDELIVERED}' AS stage, workflow, count(*) AS jobs, min(finished_at) AS since
FROM jobs WHERE delivery = 'pending' AND finished_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM reviews WHERE reviews.sequence = jobs.sequence AND reviews.state = 'waiting'
) GROUP BY workflow
"""  # noqa: S608

_STANDING = f"SELECT {JOB}, sequence FROM jobs WHERE id = :id AND {OPEN}"  # noqa: S608

_INPUTS = f"""
WITH job AS (SELECT sequence FROM jobs WHERE id = :id)
SELECT {INPUT} FROM job CROSS JOIN inputs USING (sequence) WHERE blob IS NOT NULL ORDER BY number
"""  # noqa: S608

_RECENT_RUNS = """
SELECT finished_at - started_at AS seconds, node_seconds FROM jobs
WHERE state = 'done' AND workflow = :workflow AND started_at IS NOT NULL
ORDER BY finished_at DESC
LIMIT 20
"""

_FORGOTTEN_AT_ONCE = 500
"""Deleted in one transaction: others need not wait long for their turn."""

_RECORD_STATUS = update(
    "status_channel_id = :channel_id, status_message_id = :message_id, status_keeper = coalesce(:keeper, status_keeper)",
    "id = :id",
)

_FORGET = """
DELETE FROM jobs WHERE sequence IN (
    SELECT sequence FROM jobs WHERE delivery <> 'pending' AND finished_at < :now - :older_than_seconds
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING 1
"""


class Lookups(Line):
    async def job(self, job_id: UUID) -> Job | None:
        rows = await self._database.read(_JOB, {"id": str(job_id)})
        return job_of(rows[0]) if rows else None

    async def job_told_by(self, message_id: int) -> Job | None:
        rows = await self._database.read(_TOLD_BY, {"message_id": message_id})
        return job_of(rows[0]) if rows else None

    async def standings(
        self, guild_id: int | None = None, user_id: int | None = None, most: int | None = None
    ) -> Sequence[Standing]:
        which = _ALL[guild_id is not None, user_id is not None]
        line = await self.line()
        first = [] if most is None else list(islice(_those_of(line, guild_id, user_id), most))
        values: Columns = {
            "guild_id": guild_id,
            "user_id": user_id,
            "most": ALL_ROWS if most is None else most,
            "queued": "" if most is None else listed(first),
        }
        begun: list[Standing] = []
        queued: list[tuple[int, Job]] = []
        for row in await self._database.read(_standings(which), values):
            job = job_of(row)
            if job.state is State.QUEUED:
                queued.append((row["sequence"], job))
            else:
                begun.append(Standing(job, None))
        came = next((sequence for sequence, _ in queued if line.position(sequence) is None), None)
        if came is not None:  # since a line was read that is kept, from another process
            line = await self.line(having=came)
        standings = [
            Standing(job, position)
            for sequence, job in queued
            if (position := line.position(sequence)) is not None
        ]
        standings.sort(key=_ahead)
        return [*begun, *standings][:most]

    async def count_open(self, guild_id: int | None = None, user_id: int | None = None) -> int:
        which = _ALL[guild_id is not None, user_id is not None]
        rows = await self._database.read(_how_many(which), {"guild_id": guild_id, "user_id": user_id})
        return cast("int", rows[0]["open"])

    async def backlog(self) -> Sequence[Backlog]:
        rows = await self._database.read(_BACKLOG)
        return [Backlog(row["stage"], row["workflow"], row["jobs"], row["since"]) for row in rows]

    async def standing(self, job_id: UUID) -> Standing | None:
        while rows := await self._database.read(_STANDING, {"id": str(job_id)}):
            job = job_of(rows[0])
            if job.state is not State.QUEUED:
                return Standing(job, None)
            sequence: int = rows[0]["sequence"]
            if (position := (await self.line(having=sequence)).position(sequence)) is not None:
                return Standing(job, position)
        return None

    async def inputs(self, job_id: UUID) -> Sequence[JobInput]:
        rows = await self._database.read(_INPUTS, {"id": str(job_id)})
        return [prepared_of(row) for row in rows]

    async def usual(self, workflow: str) -> Usual:
        rows = await self._database.read(_RECENT_RUNS, {"workflow": workflow})
        return usual_of(rows)

    async def record_status_message(
        self, job_id: UUID, message: MessageRef | None, keeper: str | None = None
    ) -> None:
        await self._database.run(
            _RECORD_STATUS,
            {
                "id": str(job_id),
                "keeper": keeper,
                "channel_id": None if message is None else message.channel_id,
                "message_id": None if message is None else message.message_id,
            },
        )

    async def forget(self, older_than_seconds: float) -> int:
        values: Columns = {"older_than_seconds": older_than_seconds, "limit": _FORGOTTEN_AT_ONCE}
        forgotten = 0
        while rows := await self._database.run(_FORGET, values):
            forgotten += len(rows)
        await self._database.run(FORGET_SHARES, {"older_than_seconds": SHARES_KEPT_SECONDS})
        return forgotten


def _those_of(line: Queue, guild_id: int | None, user_id: int | None) -> Iterator[int]:
    return (
        job.sequence for job in line.jobs if guild_id in (None, job.place) and user_id in (None, job.user_id)
    )


def _ahead(standing: Standing) -> int:
    return 0 if standing.position is None else standing.position.ahead
