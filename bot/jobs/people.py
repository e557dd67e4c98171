"""What people chose for all of their jobs."""

from bot.jobs.ledger import Ledger

_SET = """
INSERT INTO people (user_id, mentions) VALUES (:user_id, :mentions)
ON CONFLICT (user_id) DO UPDATE SET mentions = :mentions
"""


class People(Ledger):
    async def wants_mentions(self, user_id: int) -> bool:
        found = "SELECT mentions FROM people WHERE user_id = :user_id"
        rows = await self._database.read(found, {"user_id": user_id})
        return bool(rows[0]["mentions"]) if rows else True

    async def set_mentions(self, user_id: int, *, wanted: bool) -> None:
        await self._database.run(_SET, {"user_id": user_id, "mentions": int(wanted)})
