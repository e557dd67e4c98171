"""Several bots on one token: who lives, to whom a guild falls, and what only one does at a time."""

from collections.abc import Sequence
from functools import partial
from typing import LiteralString

from bot.jobs.bot_store import Bot
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.job import Job
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, OPEN, job_of
from bot.jobs.shards import Shards

# Discord's own rule; direct messages are shard 0's.
# https://docs.discord.com/developers/events/gateway#sharding-sharding-formula
_HAS_GUILD = "(coalesce(guild_id, 0) >> 22) % shards BETWEEN first_shard AND last_shard"


def falls_to(bot: LiteralString) -> LiteralString:
    """The condition that what is to be shown in a row's ``guild_id`` is this bot's (a parameter) to show."""
    return f"""(
        EXISTS (SELECT 1 FROM bots WHERE name = {bot} AND {_HAS_GUILD})
        OR NOT EXISTS (SELECT 1 FROM bots WHERE alive_until > :now AND {_HAS_GUILD})
    )"""  # noqa: S608  # literals only


LIVING_KEEPER: LiteralString = "(SELECT name FROM bots WHERE name = status_keeper AND alive_until > :now)"
"""The bot that edits the status message, if it lives."""

_ALIVE = """
INSERT INTO bots (name, first_shard, last_shard, shards, alive_until)
VALUES (:name, :first_shard, :last_shard, :shards, :now + :seconds)
ON CONFLICT (name) DO UPDATE SET
    first_shard = excluded.first_shard, last_shard = excluded.last_shard, shards = excluded.shards,
    alive_until = excluded.alive_until
"""

_FORGET_DEAD = "DELETE FROM bots WHERE alive_until <= :now RETURNING name"

_LIVING = "SELECT name, first_shard, last_shard, shards FROM bots ORDER BY first_shard, name"

_FREE = update("poster = NULL, delivery_due_at = :now", "delivery = 'pending' AND poster = :name")

_TAKE_STATUSES = f"""
UPDATE jobs SET status_keeper = :bot
WHERE sequence IN (
    SELECT sequence FROM jobs
    WHERE id IN (SELECT coalesce(group_id, id) FROM jobs WHERE {OPEN})
        AND (
            (status_keeper IS NULL AND created_at <= :now - :unanswered_seconds)
            OR (status_keeper = :bot AND :own_too = 1)
            OR (status_keeper <> :bot AND {LIVING_KEEPER} IS NULL)
        )
        AND (status_keeper = :bot OR {falls_to(":bot")})
    ORDER BY sequence
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
RETURNING {JOB}
"""  # noqa: S608  # literals only

_HOLD = """
INSERT INTO turns (name, holder, until) VALUES (:name, :holder, :now + :seconds)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE turns.until <= :now OR turns.holder = excluded.holder
RETURNING 0.0 AS wait
"""

_WAIT = "SELECT until - :now AS wait FROM turns WHERE name = :name"


class Bots(Ledger):
    async def alive(self, bot: Bot, seconds: float) -> Sequence[Bot]:
        values: Columns = {
            "name": bot.name,
            "first_shard": bot.shards.first,
            "last_shard": bot.shards.last,
            "shards": bot.shards.count,
            "seconds": seconds,
        }
        return await self._database.write(partial(_alive, values))

    async def leave(self, name: str) -> None:
        await self._database.write(partial(_leave, {"name": name}))

    async def take_statuses(
        self, bot: str, most: int, *, own_too: bool = False, unanswered_seconds: float = 0.0
    ) -> Sequence[Job]:
        values: Columns = {
            "bot": bot,
            "most": most,
            "own_too": int(own_too),
            "unanswered_seconds": unanswered_seconds,
        }
        return [job_of(row) for row in await self._database.run(_TAKE_STATUSES, values)]

    async def hold(self, name: str, holder: str | None, seconds: float) -> float:
        values: Columns = {"name": name, "holder": holder, "seconds": seconds}
        return await self._database.write(partial(_hold, values))

    async def forget_bots(self) -> None:
        """For whoever knows that no other process is left."""
        await self._database.run("DELETE FROM bots")
        await self._database.run("DELETE FROM turns")


def _alive(values: Columns, statements: Statements) -> Sequence[Bot]:
    statements.run(_ALIVE, values)
    for dead in statements.run(_FORGET_DEAD):
        statements.run(_FREE, {"name": dead["name"]})
    return [_bot_of(row) for row in statements.run(_LIVING)]


def _leave(values: Columns, statements: Statements) -> None:
    statements.run("DELETE FROM bots WHERE name = :name", values)
    statements.run(_FREE, values)


def _hold(values: Columns, statements: Statements) -> float:
    rows = statements.run(_HOLD, values) or statements.run(_WAIT, {"name": values["name"]})
    return max(0.0, float(rows[0]["wait"]))


def _bot_of(row: Row) -> Bot:
    return Bot(row["name"], Shards(row["first_shard"], row["last_shard"], row["shards"]))
