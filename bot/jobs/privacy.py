"""What the ledger holds of a person: counted, told and erased, table by table as :mod:`bot.jobs.personal_data` decides."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import LiteralString, cast
from uuid import UUID

from bot.jobs.cancelling import Cancelling
from bot.jobs.database import Columns, Statements, update
from bot.jobs.figure_store import DAY_SECONDS
from bot.jobs.figures import DayFigures
from bot.jobs.personal_data import ERASE, TABLES, Table
from bot.jobs.privacy_store import Erased, Held, Told
from bot.jobs.rows import OPEN
from bot.jobs.store import Topic

_ASK = """
INSERT INTO erasures (user_id, asked_at) VALUES (:user_id, :now)
ON CONFLICT (user_id) DO UPDATE SET asked_at = excluded.asked_at
RETURNING asked_at
"""

_ASKED = "SELECT user_id, asked_at FROM erasures ORDER BY asked_at"

_OPEN_THEN = f"""
SELECT id FROM jobs WHERE user_id = :user_id AND created_at <= :asked_at AND {OPEN} ORDER BY sequence
"""  # noqa: S608  # literals only, here and below

_AT_ONCE = 500
"""Deleted in one transaction."""

_DELETE_JOBS = """
DELETE FROM jobs WHERE sequence IN (
    SELECT sequence FROM jobs WHERE user_id = :user_id AND created_at <= :asked_at AND delivery <> 'pending'
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING user_id, coalesce(guild_id, 0) AS guild_id, created_at, finished_at - started_at AS gpu_seconds
"""

_STILL_USED = """
INSERT INTO erased_use (user_id, guild_id, created_at, gpu_seconds)
SELECT :user_id, :guild_id, CAST(:created_at AS FLOAT), CAST(:gpu_seconds AS FLOAT)
WHERE CAST(:created_at AS FLOAT) > :now - :day_seconds
"""

_FORGET_USED = "DELETE FROM erased_use WHERE created_at <= :now - :day_seconds"

# Nobody decides any more what would be posted then; whoever decides locks the job first, too.
_WAITS_FOR_REVIEW = """
SELECT sequence FROM jobs WHERE user_id = :user_id AND delivery = 'pending' AND EXISTS (
    SELECT 1 FROM reviews WHERE reviews.sequence = jobs.sequence AND reviews.state = 'waiting'
)
FOR UPDATE
"""
_END_REVIEW = """
UPDATE reviews SET state = 'undecided', decided_at = :now WHERE sequence = :sequence AND state = 'waiting'
"""
_DUE_NOW = update("delivery_due_at = :now", "sequence = :sequence AND poster IS NULL")

_DONE = """
DELETE FROM erasures WHERE user_id = :user_id AND asked_at = :asked_at
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE user_id = :user_id AND created_at <= :asked_at)
RETURNING 1
"""

_FORGET_OF_GUILD = """
DELETE FROM jobs WHERE sequence IN (
    SELECT sequence FROM jobs
    WHERE guild_id = :guild_id AND delivery <> 'pending' AND finished_at < :now - :older_than_seconds
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING 1
"""


class Privacy(DayFigures, Cancelling):
    async def held(self, user_id: int, guild_id: int | None) -> Mapping[str, Held]:
        values: Columns = {"user_id": user_id, "guild_id": guild_id}
        found: dict[str, Held] = {}
        for name, table in TABLES.items():
            if table.told:
                row = (await self._database.read(_how_many(name, table), values))[0]
                found[name] = Held(row["count"], row["here"] if table.here else None)
        return found

    async def told(self, user_id: int, table: LiteralString, skip: int, most: int) -> Sequence[Told]:
        values: Columns = {"user_id": user_id, "skip": skip, "most": most}
        columns = TABLES[table].told
        rows = await self._database.read(_told(table, TABLES[table]), values)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    async def erase(self, user_id: int) -> Erased:
        asked_at = await self._database.write(partial(_begin, {"user_id": user_id}))
        self._wake(Topic.ENDED)
        cancelled = await self._cancel_all_of(user_id, asked_at)
        await self._carry_out(user_id, asked_at)
        return Erased(cancelled)

    async def finish_erasures(self) -> int:
        waiting = 0
        for row in await self._database.read(_ASKED):
            await self._cancel_all_of(row["user_id"], row["asked_at"])
            waiting += not await self._carry_out(row["user_id"], row["asked_at"])
        return waiting

    async def forget_of_guild(self, guild_id: int, older_than_seconds: float) -> int:
        values: Columns = {"guild_id": guild_id, "older_than_seconds": older_than_seconds}
        await self.unname_figures(older_than_seconds, guild_id)
        forgotten = 0
        while rows := await self._database.run(_FORGET_OF_GUILD, {**values, "limit": _AT_ONCE}):
            forgotten += len(rows)
        return forgotten

    async def forget_erased_use(self) -> None:
        await self._database.run(_FORGET_USED, {"day_seconds": DAY_SECONDS})

    async def _cancel_all_of(self, user_id: int, asked_at: float) -> int:
        """How many were open."""
        rows = await self._database.read(_OPEN_THEN, {"user_id": user_id, "asked_at": asked_at})
        for row in rows:
            await self.cancel(UUID(row["id"]), user_id)
        return len(rows)

    async def _carry_out(self, user_id: int, asked_at: float) -> bool:
        """Delete what has ended and was shown. False: something has not."""
        values: Columns = {"user_id": user_id, "asked_at": asked_at}
        while await self._database.write(partial(_delete_jobs, {**values, "limit": _AT_ONCE})):
            pass
        await self.unname_figures_of(user_id)
        return bool(await self._database.run(_DONE, values))


def _begin(values: Columns, statements: Statements) -> float:
    for statement in ERASE:
        statements.run(statement, values)
    for job in statements.run(_WAITS_FOR_REVIEW, values):
        of_job: Columns = {"sequence": job["sequence"]}
        statements.run(_END_REVIEW, of_job)
        statements.run(_DUE_NOW, of_job)
    return cast("float", statements.run(_ASK, values)[0]["asked_at"])


def _delete_jobs(values: Columns, statements: Statements) -> int:
    deleted = statements.run(_DELETE_JOBS, values)
    for row in deleted:
        used: Columns = {key: row[key] for key in ("user_id", "guild_id", "created_at", "gpu_seconds")}
        statements.run(_STILL_USED, {**used, "day_seconds": DAY_SECONDS})
    return len(deleted)


def _how_many(name: LiteralString, table: Table) -> LiteralString:
    here = table.here or "FALSE"
    return f"SELECT count(*) AS count, count(CASE WHEN {here} THEN 1 END) AS here FROM {name} WHERE {table.whose}"  # noqa: S608


def _told(name: LiteralString, table: Table) -> LiteralString:
    columns = ", ".join(table.told)
    return f"SELECT {columns} FROM {name} WHERE {table.whose} ORDER BY {table.order} LIMIT :most OFFSET :skip"  # noqa: S608
