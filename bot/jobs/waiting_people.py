"""Whose jobs wait in which guild."""

from collections.abc import Sequence

from bot.jobs.bots import falls_to
from bot.jobs.database import Columns
from bot.jobs.ledger import Ledger
from bot.jobs.waiting_store import NOBODY, WaitingPerson

_WAITING = f"""
SELECT DISTINCT guild_id, user_id FROM jobs
WHERE state IN ('preparing', 'queued') AND guild_id IS NOT NULL
    AND created_at <= :now - :waited_seconds
    AND (guild_id > :guild_id OR (guild_id = :guild_id AND user_id > :user_id))
    AND {falls_to(":bot")}
ORDER BY guild_id, user_id
LIMIT :most
"""  # noqa: S608  # literals only


class WaitingPeople(Ledger):
    async def waiting_people(
        self, bot: str, *, waited_seconds: float, after: WaitingPerson = NOBODY, most: int
    ) -> Sequence[WaitingPerson]:
        values: Columns = {
            "bot": bot,
            "waited_seconds": waited_seconds,
            "guild_id": after.guild_id,
            "user_id": after.user_id,
            "most": most,
        }
        rows = await self._database.read(_WAITING, values)
        return [WaitingPerson(row["guild_id"], row["user_id"]) for row in rows]
