"""What the moderators of a guild chose, for all of it and for single channels."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import LiteralString

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.guild_store import ChangedSettings, Layers
from bot.jobs.ledger import Ledger
from bot.jobs.store import Topic

_SET = """
INSERT INTO guild_settings (guild_id, key, value, set_by, set_at) VALUES (:guild_id, :key, :value, :set_by, :now)
ON CONFLICT (guild_id, key) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at
"""
_SET_IN_CHANNEL = """
INSERT INTO channel_settings (guild_id, channel_id, key, value, set_by, set_at)
VALUES (:guild_id, :channel_id, :key, :value, :set_by, :now)
ON CONFLICT (guild_id, channel_id, key)
DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at
"""
_CLEAR = "DELETE FROM guild_settings WHERE guild_id = :guild_id AND key = :key"
_CLEAR_IN_CHANNEL = """
DELETE FROM channel_settings WHERE guild_id = :guild_id AND channel_id = :channel_id AND key = :key
"""

# Numbers follow each other: who changes settings holds a lock until the commit.
_LOCK = "settings"
_NUMBER = """
INSERT INTO settings_changes (guild_id, number)
SELECT :guild_id, 1 + coalesce(max(number), 0) FROM settings_changes WHERE true
ON CONFLICT (guild_id) DO UPDATE SET number = excluded.number
"""

_OF_GUILD = """
SELECT CAST(NULL AS BIGINT) AS channel_id, key, value FROM guild_settings WHERE guild_id = :guild_id
UNION ALL SELECT channel_id, key, value FROM channel_settings WHERE guild_id = :guild_id
"""
_CHANGED = """
WITH changed AS (
    SELECT guild_id, number FROM settings_changes WHERE number > :since ORDER BY number LIMIT :most
), chosen AS (
    SELECT guild_id, CAST(NULL AS BIGINT) AS channel_id, key, value FROM guild_settings
    UNION ALL SELECT guild_id, channel_id, key, value FROM channel_settings
)
SELECT guild_id, number, channel_id, key, value
FROM changed LEFT JOIN chosen USING (guild_id)
ORDER BY number
"""


class GuildChoices(Ledger):
    async def guild_settings(self, guild_id: int) -> Layers:
        return _layers(await self._database.read(_OF_GUILD, {"guild_id": guild_id}))

    async def set_guild_setting(
        self, guild_id: int, key: str, value: str | None, *, set_by: int, channel_id: int | None = None
    ) -> None:
        columns: Columns = {
            "guild_id": guild_id,
            "channel_id": channel_id,
            "key": key,
            "value": value,
            "set_by": set_by,
        }
        change = _statement(in_guild=channel_id is None, clears=value is None)
        found = {"key": key, "value": value, "channel": None if channel_id is None else str(channel_id)}
        details = {name: each for name, each in found.items() if each is not None}

        def work(statements: Statements) -> None:
            statements.lock(_LOCK)
            statements.run(change, columns)
            statements.run(_NUMBER, columns)
            add_line(statements, guild_id, set_by, AuditAction.SETTING, details=details)

        await self._database.write(work)
        self._wake(Topic.SETTINGS)

    async def guilds_that_chose(self, key: str) -> Mapping[int, str]:
        rows = await self._database.read(
            "SELECT guild_id, value FROM guild_settings WHERE key = :key", {"key": key}
        )
        return {row["guild_id"]: row["value"] for row in rows}

    async def changed_settings(self, since: int, most: int) -> Sequence[ChangedSettings]:
        rows = await self._database.read(_CHANGED, {"since": since, "most": most})
        return [
            ChangedSettings(guild_id, number, _layers(of_guild))
            for (guild_id, number), of_guild in groupby(rows, lambda row: (row["guild_id"], row["number"]))
        ]


def _statement(*, in_guild: bool, clears: bool) -> LiteralString:
    if clears:
        return _CLEAR if in_guild else _CLEAR_IN_CHANNEL
    return _SET if in_guild else _SET_IN_CHANNEL


def _layers(rows: Iterable[Row]) -> Layers:
    layers: dict[int | None, dict[str, str]] = {}
    for row in rows:
        if row["key"] is None:  # all that was chosen is as it was before again
            continue
        layers.setdefault(row["channel_id"], {})[row["key"]] = row["value"]
    return layers
