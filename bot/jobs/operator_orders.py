"""What the operator decided, and what only they look at: see :mod:`bot.jobs.operator_store`."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import LiteralString

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Statements
from bot.jobs.job import Failed, State
from bot.jobs.ledger import Ledger
from bot.jobs.operator_store import HOUR_SECONDS, BackendFailure, BackendOrder, GuildUse
from bot.jobs.outcome_json import outcome_of
from bot.jobs.rows import needs_of
from bot.jobs.store import Topic

_ORDERS = """
SELECT backend, paused, free_asked_at FROM backend_orders
WHERE paused = 1 OR free_asked_at IS NOT NULL ORDER BY backend
"""

_PAUSE = """
INSERT INTO backend_orders (backend, paused)
SELECT :backend, :paused WHERE :paused = 1 OR EXISTS (SELECT 1 FROM backend_orders WHERE backend = :backend)
ON CONFLICT (backend) DO UPDATE SET paused = excluded.paused WHERE backend_orders.paused <> excluded.paused
RETURNING backend
"""

_ASK = """
INSERT INTO backend_orders (backend, free_asked_at) VALUES (:backend, :now)
ON CONFLICT (backend) DO UPDATE SET free_asked_at = excluded.free_asked_at
"""

_FREED = "UPDATE backend_orders SET free_asked_at = NULL WHERE backend = :backend"


# Each half finds its index.
def _ended(columns: LiteralString, condition: LiteralString) -> LiteralString:
    return f"""
    SELECT * FROM (
        SELECT {columns}, finished_at FROM jobs
        WHERE delivery <> 'pending' AND finished_at > :now - :seconds AND {condition}
        UNION ALL
        SELECT {columns}, finished_at FROM jobs
        WHERE delivery = 'pending' AND finished_at IS NOT NULL AND finished_at > :now - :seconds AND {condition}
    ) AS ended ORDER BY finished_at DESC LIMIT 1000
    """  # noqa: S608  # literals only, here and below


_FAILURES = _ended("backend, outcome", "state = 'failed'")

_BEGUN = f"""
SELECT backend, needs, started_at FROM jobs
WHERE state = 'running' AND backend IS NOT NULL AND started_at IS NOT NULL
UNION ALL
SELECT backend, needs, started_at FROM (
    {_ended("backend, needs, started_at", "backend IS NOT NULL AND started_at IS NOT NULL")}
) AS ended_lately
ORDER BY started_at
"""  # noqa: S608

# A day is a whole number, and a moment of today is less than one day more.
_USE = """
SELECT
    guild_id, CAST(sum(jobs) AS BIGINT) AS jobs, CAST(sum(gpu_seconds) AS DOUBLE PRECISION) AS gpu_seconds,
    CAST(sum(CASE WHEN state = 'failed' THEN jobs ELSE 0 END) AS BIGINT) AS failed
FROM day_figures WHERE day > :now / 86400 - :days
GROUP BY guild_id ORDER BY sum(gpu_seconds) DESC, guild_id
"""


_RULINGS = "SELECT guild_id, allowed FROM guild_rulings"

_RULE = """
INSERT INTO guild_rulings (guild_id, allowed) VALUES (:guild_id, :allowed)
ON CONFLICT (guild_id) DO UPDATE SET allowed = excluded.allowed
"""


class OperatorOrders(Ledger):
    async def backend_orders(self) -> Sequence[BackendOrder]:
        return [
            BackendOrder(row["backend"], bool(row["paused"]), row["free_asked_at"] is not None)
            for row in await self._database.read(_ORDERS)
        ]

    async def pause_backend(self, backend: str, *, paused: bool, by: int) -> bool:
        changed = await self._database.write(partial(_pause, backend, paused, by))
        if changed:
            self._wake(Topic.OPERATOR)
            self._wake(Topic.QUEUED)
        return changed

    async def ask_for_memory(self, backend: str, *, by: int) -> None:
        await self._database.write(partial(_ask_for_memory, backend, by))
        self._wake(Topic.OPERATOR)

    async def memory_freed(self, backend: str) -> None:
        await self._database.run(_FREED, {"backend": backend})

    async def failures(self, within_seconds: float = HOUR_SECONDS) -> Sequence[BackendFailure]:
        rows = await self._database.read(_FAILURES, {"seconds": within_seconds})
        ends = [(row["backend"], outcome_of(State.FAILED, row["outcome"])) for row in rows]
        return [BackendFailure(backend, end) for backend, end in ends if isinstance(end, Failed)]

    async def last_needs(self) -> Mapping[str, frozenset[str]]:
        rows = await self._database.read(_BEGUN, {"seconds": 24 * HOUR_SECONDS})
        return {row["backend"]: needs_of(row["needs"]) for row in rows}

    async def guild_use(self, days: int) -> Sequence[GuildUse]:
        return [
            GuildUse(row["guild_id"], row["jobs"], row["failed"], row["gpu_seconds"])
            for row in await self._database.read(_USE, {"days": days})
        ]

    async def guild_rulings(self) -> Mapping[int, bool]:
        return {row["guild_id"]: bool(row["allowed"]) for row in await self._database.read(_RULINGS)}

    async def rule_guild(self, guild_id: int, *, allowed: bool, by: int) -> None:
        await self._database.write(partial(_rule, guild_id, allowed, by))
        self._wake(Topic.OPERATOR)


def _pause(backend: str, paused: bool, by: int, statements: Statements) -> bool:  # noqa: FBT001  # given by partial
    changed = statements.run(_PAUSE, {"backend": backend, "paused": int(paused)})
    done = {"backend": backend, "done": "pause" if paused else "resume"}
    return bool(changed) and add_line(statements, None, by, AuditAction.BACKEND, details=done)


def _ask_for_memory(backend: str, by: int, statements: Statements) -> None:
    statements.run(_ASK, {"backend": backend})
    add_line(statements, None, by, AuditAction.BACKEND, details={"backend": backend, "done": "free"})


def _rule(guild_id: int, allowed: bool, by: int, statements: Statements) -> None:  # noqa: FBT001
    statements.run(_RULE, {"guild_id": guild_id, "allowed": int(allowed)})
    done = {"guild": str(guild_id), "done": "allow" if allowed else "refuse"}
    add_line(statements, None, by, AuditAction.GUILDS, details=done)
