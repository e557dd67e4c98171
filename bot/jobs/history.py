"""Looking back over the ledger: groups, what was made of what, and one person's own jobs."""

from collections.abc import Collection, Mapping, Sequence
from typing import LiteralString
from uuid import UUID

from bot.jobs.database import Columns, listed
from bot.jobs.history_store import MOST_CHILDREN, HistoryPage
from bot.jobs.job import Job, State
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, job_of

_MEMBERS = f"SELECT {JOB} FROM jobs WHERE group_id = :group_id ORDER BY group_number"  # noqa: S608  # literals only, here and below

_MADE_OF = f"""
SELECT {JOB} FROM jobs WHERE origin_id = :job_id AND group_number = 1 ORDER BY sequence DESC LIMIT :most
"""  # noqa: S608

_CALLED = f"SELECT {JOB} FROM jobs WHERE id BETWEEN :digits || '-' AND :digits || '.' ORDER BY sequence DESC LIMIT 10"  # noqa: S608

_PLACES: Mapping[bool, LiteralString] = {True: "guild_id = :guild_id", False: "guild_id IS NULL"}
"""In a guild, in direct messages: each finds the index."""


def _own(place: LiteralString) -> LiteralString:
    return f"""
    user_id = :user_id AND {place} AND group_number = 1
    AND :states LIKE '%,' || state || ',%' AND (CAST(:workflow AS TEXT) IS NULL OR workflow = :workflow)
    """


def _history(place: LiteralString) -> LiteralString:
    return f"""
    SELECT {JOB} FROM jobs WHERE {_own(place)} ORDER BY created_at DESC, sequence DESC LIMIT :most OFFSET :skip
    """  # noqa: S608


def _how_many(place: LiteralString) -> LiteralString:
    return f"SELECT count(*) AS count FROM jobs WHERE {_own(place)}"  # noqa: S608


class History(Ledger):
    async def members(self, group_id: UUID) -> Sequence[Job]:
        return [job_of(row) for row in await self._database.read(_MEMBERS, {"group_id": str(group_id)})]

    async def made_of(self, job_id: UUID) -> Sequence[Job]:
        values: Columns = {"job_id": str(job_id), "most": MOST_CHILDREN}
        return [job_of(row) for row in await self._database.read(_MADE_OF, values)]

    async def jobs_called(self, digits: str) -> Sequence[Job]:
        return [job_of(row) for row in await self._database.read(_CALLED, {"digits": digits})]

    async def history(
        self,
        user_id: int,
        guild_id: int | None,
        *,
        states: Collection[State] = tuple(State),
        workflow: str | None = None,
        skip: int = 0,
        most: int = 10,
    ) -> HistoryPage:
        values: Columns = {
            "user_id": user_id,
            "guild_id": guild_id,
            "states": listed(states),
            "workflow": workflow,
            "skip": skip,
            "most": most,
        }
        place = _PLACES[guild_id is not None]
        rows = await self._database.read(_history(place), values)
        count: int = (await self._database.read(_how_many(place), values))[0]["count"]
        return HistoryPage(tuple(map(job_of, rows)), count)
