"""Looking back over the ledger: groups, what was made of what, and one person's own jobs."""

import json
from collections.abc import Collection, Sequence
from uuid import UUID

from bot.jobs.commits import Columns
from bot.jobs.history_store import MOST_CHILDREN, HistoryPage
from bot.jobs.job import Job, State
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, job_of

_MEMBERS = f"SELECT {JOB} FROM jobs WHERE group_id = :group_id ORDER BY group_number"  # noqa: S608  # literals only, here and below

_MADE_OF = f"""
SELECT {JOB} FROM jobs WHERE origin_id = :job_id AND group_number = 1 ORDER BY sequence DESC LIMIT :most
"""  # noqa: S608

_CALLED = f"SELECT {JOB} FROM jobs WHERE id BETWEEN :digits || '-' AND :digits || '.' ORDER BY sequence DESC LIMIT 10"  # noqa: S608

_OWN = """
user_id = :user_id AND guild_id IS :guild_id AND group_number = 1
AND state IN (SELECT value FROM json_each(:states)) AND (:workflow IS NULL OR workflow = :workflow)
"""

_HISTORY = f"""
SELECT {JOB} FROM jobs WHERE {_OWN} ORDER BY created_at DESC, sequence DESC LIMIT :most OFFSET :skip
"""  # noqa: S608

_HOW_MANY = f"SELECT count(*) AS count FROM jobs WHERE {_OWN}"  # noqa: S608


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
            "states": json.dumps(list(states)),
            "workflow": workflow,
            "skip": skip,
            "most": most,
        }
        rows = await self._database.read(_HISTORY, values)
        count: int = (await self._database.read(_HOW_MANY, values))[0]["count"]
        return HistoryPage(tuple(map(job_of, rows)), count)
