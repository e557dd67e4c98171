"""Guilds in which Discord may have commands that are theirs alone."""

from collections.abc import Collection

from bot.jobs.guild_workflow_store import LEFT_SECONDS
from bot.jobs.ledger import Ledger

_NOTE = "INSERT INTO told_guilds (guild_id) VALUES (:guild_id) ON CONFLICT (guild_id) DO NOTHING"
_TAKEN_BACK = "DELETE FROM told_guilds WHERE guild_id = :guild_id"
_TOLD = "SELECT guild_id FROM told_guilds ORDER BY guild_id"
_FORGET = """
DELETE FROM told_guilds
WHERE guild_id IN (SELECT guild_id FROM guilds_left WHERE left_at < :now - :seconds)
"""


class ToldGuilds(Ledger):
    async def note_told_guild(self, guild_id: int, *, has_commands: bool) -> None:
        await self._database.run(_NOTE if has_commands else _TAKEN_BACK, {"guild_id": guild_id})

    async def told_guilds(self) -> Collection[int]:
        return [row["guild_id"] for row in await self._database.read(_TOLD)]

    async def forget_told_guilds(self) -> None:
        """Where the bot has not been for long, nothing can be taken back."""
        await self._database.run(_FORGET, {"seconds": LEFT_SECONDS})
