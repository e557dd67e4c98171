"""Which queues are held up. What that means for a claim and for a new job stands with those."""

from collections.abc import Mapping
from functools import partial

from bot.jobs.audit import EVERY_GUILD, add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Statements
from bot.jobs.ledger import Ledger
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import Topic

_PAUSE = """
INSERT INTO pauses (guild_id, kind, paused_by, paused_at) VALUES (:guild_id, :kind, :by, :now)
ON CONFLICT (guild_id, kind) DO NOTHING
RETURNING 1
"""

_RESUME = "DELETE FROM pauses WHERE guild_id = :guild_id RETURNING 1"

_ACTIONS = {PauseKind.PAUSE: AuditAction.PAUSE, PauseKind.DRAIN: AuditAction.DRAIN}


class Pauses(Ledger):
    async def pause(self, guild_id: int | None, kind: PauseKind, *, by: int) -> bool:
        return await self._database.write(partial(_pause, guild_id, kind, by))

    async def resume(self, guild_id: int | None, *, by: int) -> bool:
        resumed = await self._database.write(partial(_resume, guild_id, by))
        if resumed:
            self._wake(Topic.QUEUED)
        return resumed

    async def pauses(self) -> Mapping[int | None, frozenset[PauseKind]]:
        found: dict[int | None, frozenset[PauseKind]] = {}
        for row in await self._database.read("SELECT guild_id, kind FROM pauses"):
            guild_id = row["guild_id"] or None
            found[guild_id] = found.get(guild_id, frozenset()) | {PauseKind(row["kind"])}
        return found


def _pause(guild_id: int | None, kind: PauseKind, by: int, statements: Statements) -> bool:
    columns: Columns = {"guild_id": guild_id or EVERY_GUILD, "kind": kind, "by": by}
    return bool(statements.run(_PAUSE, columns)) and add_line(statements, guild_id, by, _ACTIONS[kind])


def _resume(guild_id: int | None, by: int, statements: Statements) -> bool:
    resumed = statements.run(_RESUME, {"guild_id": guild_id or EVERY_GUILD})
    return bool(resumed) and add_line(statements, guild_id, by, AuditAction.RESUME)
