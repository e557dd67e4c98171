"""What the moderators of a guild chose."""

from collections.abc import Mapping

from bot.jobs.ledger import Ledger

_SET = """
INSERT INTO guild_settings (guild_id, key, value, set_by, set_at) VALUES (:guild_id, :key, :value, :set_by, :now)
ON CONFLICT (guild_id, key) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at
"""


class GuildChoices(Ledger):
    async def guild_settings(self, guild_id: int) -> Mapping[str, str]:
        rows = await self._database.read(
            "SELECT key, value FROM guild_settings WHERE guild_id = :guild_id", {"guild_id": guild_id}
        )
        return {str(row["key"]): str(row["value"]) for row in rows}

    async def set_guild_setting(self, guild_id: int, key: str, value: str | None, *, set_by: int) -> None:
        if value is None:
            await self._database.run(
                "DELETE FROM guild_settings WHERE guild_id = :guild_id AND key = :key",
                {"guild_id": guild_id, "key": key},
            )
            return
        await self._database.run(
            _SET,
            {
                "guild_id": guild_id,
                "key": key,
                "value": value,
                "set_by": set_by,
            },
        )
