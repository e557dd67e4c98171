"""Presets: values by name."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from bot.jobs.database import Columns, Row, Statements
from bot.jobs.ledger import Ledger
from bot.jobs.preset import Preset
from bot.jobs.preset_store import MOST_OF_GUILD, MOST_OF_PERSON

_SAVE = """
INSERT INTO presets (guild_id, user_id, name, workflow, option_values, made_by, made_at)
VALUES (:guild_id, :user_id, :name, :workflow, :option_values, :made_by, :now)
ON CONFLICT (guild_id, user_id, name) DO UPDATE SET
    workflow = :workflow, option_values = :option_values, made_by = :made_by, made_at = excluded.made_at
"""

_OTHERS = """
SELECT count(*) AS count FROM presets WHERE guild_id = :guild_id AND user_id = :user_id AND name <> :name
"""

_FOUND = """
SELECT name, workflow, option_values, made_by, guild_id, user_id FROM presets
WHERE (guild_id = 0 AND user_id = :user_id) OR (user_id = 0 AND guild_id = :guild_id)
ORDER BY name, guild_id
"""

_DELETE = """
DELETE FROM presets WHERE guild_id = :guild_id AND user_id = :user_id AND name = :name RETURNING 1
"""


class Presets(Ledger):
    async def save_preset(self, preset: Preset) -> bool:
        columns: Columns = {
            **_key(preset),
            "workflow": preset.workflow,
            "option_values": json.dumps(dict(preset.values), ensure_ascii=False),
            "made_by": preset.made_by,
        }
        most = MOST_OF_PERSON if preset.guild_id is None else MOST_OF_GUILD
        return await self._database.write(partial(_save, columns, most))

    async def presets(self, user_id: int, guild_id: int | None) -> Sequence[Preset]:
        rows = await self._database.read(_FOUND, {"user_id": user_id, "guild_id": guild_id})
        return [_preset_of(row) for row in rows]

    async def delete_preset(self, preset: Preset) -> bool:
        return bool(await self._database.run(_DELETE, _key(preset)))


def _save(columns: Columns, most: int, statements: Statements) -> bool:
    statements.lock(f"presets of {columns['guild_id']}/{columns['user_id']}")
    if statements.run(_OTHERS, columns)[0]["count"] >= most:
        return False
    statements.run(_SAVE, columns)
    return True


def _key(preset: Preset) -> Columns:
    return {"guild_id": preset.guild_id or 0, "user_id": preset.user_id or 0, "name": preset.name}


def _preset_of(row: Row) -> Preset:
    return Preset(
        name=row["name"],
        values=cast("Mapping[str, str]", json.loads(row["option_values"])),
        workflow=row["workflow"],
        made_by=row["made_by"],
        user_id=row["user_id"] or None,
        guild_id=row["guild_id"] or None,
    )
