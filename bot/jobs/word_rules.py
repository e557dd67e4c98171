"""The rules about words of each guild."""

import json
from collections.abc import Sequence
from functools import partial

from bot.jobs.database import Columns, Row, Statements
from bot.jobs.ledger import Ledger
from bot.jobs.word_rule import WordAction, WordRule
from bot.jobs.word_store import MOST_RULES

_SAVE = """
INSERT INTO word_rules (guild_id, name, action, words, loose, pattern, made_by, made_at)
VALUES (:guild_id, :name, :action, :words, :loose, :pattern, :made_by, :now)
ON CONFLICT (guild_id, name) DO UPDATE SET
    action = :action, words = :words, loose = :loose, pattern = :pattern, made_by = :made_by, made_at = excluded.made_at
"""

_OTHERS = "SELECT count(*) AS count FROM word_rules WHERE guild_id = :guild_id AND name <> :name"

_FOUND = """
SELECT guild_id, name, action, words, loose, pattern, made_by FROM word_rules WHERE guild_id = :guild_id ORDER BY name
"""

_DELETE = "DELETE FROM word_rules WHERE guild_id = :guild_id AND name = :name RETURNING 1"


class WordRules(Ledger):
    async def word_rules(self, guild_id: int) -> Sequence[WordRule]:
        return [_rule_of(row) for row in await self._database.read(_FOUND, {"guild_id": guild_id})]

    async def save_word_rule(self, rule: WordRule) -> bool:
        columns: Columns = {
            "guild_id": rule.guild_id,
            "name": rule.name,
            "action": rule.action,
            "words": json.dumps(rule.words, ensure_ascii=False),
            "loose": int(rule.loose),
            "pattern": rule.pattern,
            "made_by": rule.made_by,
        }
        return await self._database.write(partial(_save, columns))

    async def delete_word_rule(self, guild_id: int, name: str) -> bool:
        return bool(await self._database.run(_DELETE, {"guild_id": guild_id, "name": name}))


def _save(columns: Columns, statements: Statements) -> bool:
    statements.lock(f"word rules of {columns['guild_id']}")
    if statements.run(_OTHERS, columns)[0]["count"] >= MOST_RULES:
        return False
    statements.run(_SAVE, columns)
    return True


def _rule_of(row: Row) -> WordRule:
    return WordRule(
        guild_id=row["guild_id"],
        name=row["name"],
        action=WordAction(row["action"]),
        made_by=row["made_by"],
        words=tuple(json.loads(row["words"])),
        loose=bool(row["loose"]),
        pattern=row["pattern"],
    )
