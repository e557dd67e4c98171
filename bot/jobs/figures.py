"""Ended jobs as numbers. The trigger ``job_ended`` counts each in ``day_figures`` and ``day_waits``, whoever ends it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import LiteralString

from bot.jobs.database import Columns, Row, Statements
from bot.jobs.figure_store import DAY_SECONDS, FIGURES_DAYS, MOST_ROWS, Day, Failure, Figures, Use, Waits
from bot.jobs.ledger import Ledger
from bot.jobs.workflow_key import spoken

_WHERE: Mapping[bool, LiteralString] = {
    True: "guild_id = :guild_id AND day BETWEEN :first_day AND :today",
    False: "day BETWEEN :first_day AND :today",
}
"""In one guild, or everywhere: each finds its index."""


def _days(where: LiteralString) -> LiteralString:
    return f"""
    SELECT
        day, CAST(sum(CASE WHEN state = 'done' THEN jobs ELSE 0 END) AS BIGINT) AS done,
        CAST(sum(CASE WHEN state = 'failed' THEN jobs ELSE 0 END) AS BIGINT) AS failed,
        CAST(sum(CASE WHEN state = 'cancelled' THEN jobs ELSE 0 END) AS BIGINT) AS cancelled
    FROM day_figures WHERE {where} GROUP BY day
    """  # noqa: S608  # literals only, here and below


def _uses(column: LiteralString, where: LiteralString) -> LiteralString:
    return f"""
    SELECT {column} AS used_by, CAST(sum(jobs) AS BIGINT) AS jobs, sum(gpu_seconds) AS gpu_seconds
    FROM day_figures WHERE {where} GROUP BY {column} ORDER BY 3 DESC, 2 DESC, 1 LIMIT :most
    """  # noqa: S608


def _failures(where: LiteralString) -> LiteralString:
    return f"""
    SELECT failure, CAST(sum(jobs) AS BIGINT) AS jobs
    FROM day_figures WHERE {where} AND state = 'failed' GROUP BY failure ORDER BY 2 DESC, 1 LIMIT :most
    """  # noqa: S608


def _waits(where: LiteralString) -> LiteralString:
    return f"""
    WITH waited AS (SELECT seconds, sum(jobs) AS jobs FROM day_waits WHERE {where} GROUP BY seconds),
    line AS (SELECT seconds, sum(jobs) OVER (ORDER BY seconds) AS no_longer, sum(jobs) OVER () AS jobs FROM waited)
    SELECT
        CAST(max(jobs) AS BIGINT) AS jobs,
        min(CASE WHEN no_longer * 2 >= jobs THEN seconds END) AS median,
        min(CASE WHEN no_longer * 10 >= jobs * 9 THEN seconds END) AS ninth_tenth
    FROM line
    """  # noqa: S608


_AT_ONCE = 500
"""Rows that change in one transaction: others need not wait long for their turn."""

_KEY: LiteralString = "guild_id, day, user_id, workflow, state, failure"

_OLD: Mapping[bool, LiteralString] = {
    True: "user_id <> 0 AND guild_id = :guild_id AND day < :day",
    False: "user_id <> 0 AND day < :day",
}
_OF_PERSON: LiteralString = "user_id = :user_id AND user_id <> 0"


def _take(which: LiteralString) -> LiteralString:
    return f"""
    DELETE FROM day_figures WHERE ({_KEY}) IN (
        SELECT {_KEY} FROM day_figures WHERE {which} ORDER BY {_KEY} LIMIT :limit
    )
    RETURNING day, guild_id, workflow, state, failure, jobs, gpu_seconds
    """  # noqa: S608


_ADD_NAMELESS = f"""
INSERT INTO day_figures (day, guild_id, user_id, workflow, state, failure, jobs, gpu_seconds)
VALUES (:day, :guild_id, 0, :workflow, :state, :failure, :jobs, :gpu_seconds)
ON CONFLICT ({_KEY}) DO UPDATE SET
    jobs = day_figures.jobs + excluded.jobs, gpu_seconds = day_figures.gpu_seconds + excluded.gpu_seconds
"""  # noqa: S608


class DayFigures(Ledger):
    async def figures(self, days: int, guild_id: int | None = None) -> Figures:
        where = _WHERE[guild_id is not None]
        today = self._today()
        values: Columns = {"guild_id": guild_id, "first_day": today - days + 1, "today": today}
        listing: Columns = {**values, "most": MOST_ROWS}
        by_day = {row["day"]: row for row in await self._database.read(_days(where), values)}
        return Figures(
            days=tuple(_day(number, by_day.get(number)) for number in range(today - days + 1, today + 1)),
            workflows=_by_command(await self._database.read(_uses("workflow", where), listing)),
            people=tuple(map(_use, await self._database.read(_uses("user_id", where), listing))),
            failures=tuple(
                Failure(row["failure"], row["jobs"])
                for row in await self._database.read(_failures(where), listing)
            ),
            waits=_waits_of(await self._database.read(_waits(where), values)),
        )

    async def unname_figures(self, older_than_seconds: float, guild_id: int | None = None) -> None:
        """Keep of days before that how much was done, and no longer by whom."""
        day = int((self.now() - older_than_seconds) // DAY_SECONDS)
        which = _OLD[guild_id is not None]
        await self._unname(_take(which), {"guild_id": guild_id, "day": day})

    async def unname_figures_of(self, user_id: int) -> None:
        await self._unname(_take(_OF_PERSON), {"user_id": user_id})

    async def forget_figures(self) -> None:
        """Delete the numbers of :data:`FIGURES_DAYS` ago."""
        values: Columns = {"day": self._today() - FIGURES_DAYS}
        await self._database.run("DELETE FROM day_figures WHERE day < :day", values)
        await self._database.run("DELETE FROM day_waits WHERE day < :day", values)

    async def _unname(self, take: LiteralString, values: Columns) -> None:
        while await self._database.write(partial(_made_nameless, take, {**values, "limit": _AT_ONCE})):
            pass

    def _today(self) -> int:
        return int(self.now() // DAY_SECONDS)


def _made_nameless(take: LiteralString, values: Columns, statements: Statements) -> int:
    # What is taken is exactly what is added again, whatever is counted meanwhile; in an order that is everybody's.
    taken = sorted(tuple(row) for row in statements.run(take, values))
    for day, guild_id, workflow, state, failure, jobs, gpu_seconds in taken:
        statements.run(
            _ADD_NAMELESS,
            {
                "day": day,
                "guild_id": guild_id,
                "workflow": workflow,
                "state": state,
                "failure": failure,
                "jobs": jobs,
                "gpu_seconds": gpu_seconds,
            },
        )
    return len(taken)


def _day(number: int, row: Row | None) -> Day:
    return Day(number) if row is None else Day(number, row["done"], row["failed"], row["cancelled"])


def _use(row: Row) -> Use:
    return Use(row["used_by"], row["jobs"], row["gpu_seconds"])


def _by_command(rows: Sequence[Row]) -> tuple[Use, ...]:
    """The versions of a workflow as one."""
    found: dict[str, Use] = {}
    for use in map(_use, rows):
        name = spoken(str(use.of))
        before = found.get(name, Use(name, 0, 0))
        found[name] = Use(name, before.jobs + use.jobs, before.gpu_seconds + use.gpu_seconds)
    return tuple(sorted(found.values(), key=lambda use: (-use.gpu_seconds, -use.jobs, use.of)))


def _waits_of(rows: Sequence[Row]) -> Waits | None:
    row = rows[0]
    return Waits(row["jobs"], row["median"], row["ninth_tenth"]) if row["jobs"] else None
