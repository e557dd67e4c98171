"""Whom the moderators of a guild keep from asking for jobs."""

from collections.abc import Sequence
from functools import partial
from typing import LiteralString

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.block_store import Block
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.job import DOUBLE_PRESS_SECONDS
from bot.jobs.ledger import Ledger

_COLUMNS: LiteralString = "guild_id, user_id, until, reason, blocked_by"
_HOLDS: LiteralString = "(until IS NULL OR until > :now)"

_BLOCK = f"""
INSERT INTO blocks (guild_id, user_id, until, reason, blocked_by, blocked_at)
VALUES (:guild_id, :user_id, :now + CAST(:seconds AS DOUBLE PRECISION), :reason, :by, :now)
ON CONFLICT (guild_id, user_id) DO UPDATE SET
    until = excluded.until, reason = excluded.reason, blocked_by = excluded.blocked_by, blocked_at = excluded.blocked_at
WHERE NOT (
    blocks.blocked_by = excluded.blocked_by AND blocks.reason = excluded.reason
    AND blocks.blocked_at > :now - :double_press_seconds
    AND (blocks.until IS NULL) = (excluded.until IS NULL)
    AND coalesce(abs(blocks.until - excluded.until), 0) < :double_press_seconds
)
RETURNING {_COLUMNS}
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_UNBLOCK = f"""
DELETE FROM blocks WHERE guild_id = :guild_id AND user_id = :user_id AND {_HOLDS} RETURNING 1
"""  # noqa: S608  # literals only

_BLOCKS = f"""
SELECT {_COLUMNS} FROM blocks WHERE guild_id = :guild_id AND {_HOLDS} ORDER BY blocked_at DESC, user_id LIMIT :most
"""  # noqa: S608  # literals only


class Blocks(Ledger):
    async def block(
        self, guild_id: int, user_id: int, *, seconds: float | None, reason: str, by: int
    ) -> Block | None:
        columns: Columns = {
            "guild_id": guild_id,
            "user_id": user_id,
            "seconds": seconds,
            "reason": reason,
            "by": by,
            "double_press_seconds": DOUBLE_PRESS_SECONDS,
        }
        return await self._database.write(partial(_block, columns))

    async def unblock(self, guild_id: int, user_id: int, *, by: int) -> bool:
        return await self._database.write(partial(_unblock, guild_id, user_id, by))

    async def blocks(self, guild_id: int, most: int) -> Sequence[Block]:
        rows = await self._database.read(_BLOCKS, {"guild_id": guild_id, "most": most})
        return [_block_of(row) for row in rows]

    async def forget_blocks(self) -> None:
        """Those that are over."""
        await self._database.run("DELETE FROM blocks WHERE until <= :now")


def _block(columns: Columns, statements: Statements) -> Block | None:
    rows = statements.run(_BLOCK, columns)
    if not rows:
        return None
    block = _block_of(rows[0])
    details = (
        {"reason": block.reason}
        if block.until is None
        else {"reason": block.reason, "until": str(int(block.until))}
    )
    add_line(
        statements,
        block.guild_id,
        block.blocked_by,
        AuditAction.BLOCK,
        user_id=block.user_id,
        details=details,
    )
    return block


def _unblock(guild_id: int, user_id: int, by: int, statements: Statements) -> bool:
    if not statements.run(_UNBLOCK, {"guild_id": guild_id, "user_id": user_id}):
        return False
    return add_line(statements, guild_id, by, AuditAction.UNBLOCK, user_id=user_id)


def _block_of(row: Row) -> Block:
    return Block(row["guild_id"], row["user_id"], row["until"], row["reason"], row["blocked_by"])
