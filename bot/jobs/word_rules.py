"""The rules about words of each guild."""

import json
from collections.abc import Sequence
from functools import partial

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.ledger import Ledger
from bot.jobs.store import Topic
from bot.jobs.word_rule import WordAction, WordRule
from bot.jobs.word_store import MOST_RULES

_SAVE = """
INSERT INTO word_rules (guild_id, name, action, words, loose, spares_negative, pattern, made_by, made_at)
VALUES (:guild_id, :name, :action, :words, :loose, :spares_negative, :pattern, :made_by, :now)
ON CONFLICT (guild_id, name) DO UPDATE SET
    action = :action, words = :words, loose = :loose, spares_negative = :spares_negative, pattern = :pattern,
    made_by = :made_by, made_at = excluded.made_at
"""

_OTHERS = "SELECT count(*) AS count FROM word_rules WHERE guild_id = :guild_id AND name <> :name"

_FOUND = """
SELECT guild_id, name, action, words, loose, spares_negative, pattern, made_by FROM word_rules
WHERE guild_id = :guild_id ORDER BY name
"""

_DELETE = "DELETE FROM word_rules WHERE guild_id = :guild_id AND name = :name RETURNING action"


class WordRules(Ledger):
    async def word_rules(self, guild_id: int) -> Sequence[WordRule]:
        return [_rule_of(row) for row in await self._database.read(_FOUND, {"guild_id": guild_id})]

    async def save_word_rule(self, rule: WordRule) -> bool:
        if saved := await self._database.write(partial(_save, rule)):
            self._wake(Topic.MODERATION)
        return saved

    async def delete_word_rule(self, guild_id: int, name: str, *, by: int) -> bool:
        if deleted := await self._database.write(partial(_delete, guild_id, name, by)):
            self._wake(Topic.MODERATION)
        return deleted


def _save(rule: WordRule, statements: Statements) -> bool:
    columns: Columns = {
        "guild_id": rule.guild_id,
        "name": rule.name,
        "action": rule.action,
        "words": json.dumps(rule.words, ensure_ascii=False),
        "loose": int(rule.loose),
        "spares_negative": int(rule.spares_negative),
        "pattern": rule.pattern,
        "made_by": rule.made_by,
    }
    statements.lock(f"word rules of {rule.guild_id}")
    if statements.run(_OTHERS, columns)[0]["count"] >= MOST_RULES:
        return False
    statements.run(_SAVE, columns)
    _audit(statements, rule.guild_id, rule.made_by, rule.name, rule.action)
    return True


def _delete(guild_id: int, name: str, by: int, statements: Statements) -> bool:
    gone = statements.run(_DELETE, {"guild_id": guild_id, "name": name})
    if gone:
        _audit(statements, guild_id, by, name, "")
    return bool(gone)


def _audit(statements: Statements, guild_id: int, by: int, name: str, action: str) -> None:
    """``action``: empty for a rule that is gone."""
    details = {"rule": name, "action": action}
    add_line(statements, guild_id, by, AuditAction.WORDS, details=details)


def _rule_of(row: Row) -> WordRule:
    return WordRule(
        guild_id=row["guild_id"],
        name=row["name"],
        action=WordAction(row["action"]),
        made_by=row["made_by"],
        words=tuple(json.loads(row["words"])),
        loose=bool(row["loose"]),
        spares_negative=bool(row["spares_negative"]),
        pattern=row["pattern"],
    )
