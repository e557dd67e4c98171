"""What a guild leaves behind: commands made there, workflows that nobody wants any more, and those of guilds without the bot."""

from collections.abc import Set
from functools import partial
from typing import LiteralString

from bot.jobs.database import Columns, Statements
from bot.jobs.guild_workflow import CommandCreates
from bot.jobs.guild_workflow_rows import LOCK, drop_workflow
from bot.jobs.guild_workflow_store import DAY_SECONDS, DRAFT_SECONDS, LEFT_SECONDS
from bot.jobs.ledger import Ledger
from bot.jobs.store import Topic

_NOTE = "INSERT INTO command_creates (guild_id, commands, at) VALUES (:guild_id, :count, :now)"
_CREATES = """
SELECT CAST(coalesce(sum(commands), 0) AS BIGINT) AS count, min(at) + :day_seconds AS less_at FROM command_creates
WHERE guild_id = :guild_id AND at > :now - :day_seconds
"""
_FORGET_CREATES = "DELETE FROM command_creates WHERE at <= :now - :day_seconds"

_LEFT = (
    "INSERT INTO guilds_left (guild_id, left_at) VALUES (:guild_id, :now) ON CONFLICT (guild_id) DO NOTHING"
)
_JOINED = "DELETE FROM guilds_left WHERE guild_id = :guild_id"

_OLD_DRAFTS: LiteralString = """
SELECT id FROM guild_workflows JOIN workflow_versions ON workflow_id = id AND number = draft_number
WHERE state = 'draft' AND changed_at < :now - :seconds
"""
_OF_LEFT: LiteralString = """
SELECT id FROM guild_workflows JOIN guilds_left ON guilds_left.guild_id = guild_workflows.guild_id
WHERE state <> 'removed' AND shared = 0 AND left_at < :now - :seconds
"""
_FORGET_LEFT = """
DELETE FROM guilds_left WHERE NOT EXISTS (
    SELECT 1 FROM guild_workflows WHERE guild_workflows.guild_id = guilds_left.guild_id AND state <> 'removed'
) AND NOT EXISTS (SELECT 1 FROM told_guilds WHERE told_guilds.guild_id = guilds_left.guild_id)
"""
# The newest row stays: a database may give the next one the number after the highest that it has.
_FORGET_REMOVED = """
DELETE FROM guild_workflows
WHERE removed_at < :now - :seconds AND id < (SELECT max(id) FROM guild_workflows)
"""


class GuildTraces(Ledger):
    async def note_command_creates(self, guild_id: int, count: int) -> None:
        await self._database.run(_NOTE, {"guild_id": guild_id, "count": count})

    async def command_creates(self, guild_id: int) -> CommandCreates:
        which: Columns = {"guild_id": guild_id, "day_seconds": DAY_SECONDS}
        (row,) = await self._database.read(_CREATES, which)
        return CommandCreates(row["count"], row["less_at"])

    async def note_guild_left(self, guild_id: int) -> None:
        await self._database.run(_LEFT, {"guild_id": guild_id})

    async def note_guild_joined(self, guild_id: int) -> None:
        await self._database.run(_JOINED, {"guild_id": guild_id})

    async def guilds_left(self) -> Set[int]:
        return {row["guild_id"] for row in await self._database.read("SELECT guild_id FROM guilds_left")}

    async def forget_guild_workflows(self, older_than_seconds: float) -> None:
        """Those that nobody will miss; and, as old as the jobs are that may remember them, the numbers of those that are gone."""
        await self._database.run(_FORGET_CREATES, {"day_seconds": DAY_SECONDS})
        dropped = await self._database.write(partial(_drop, _OLD_DRAFTS, DRAFT_SECONDS))
        dropped += await self._database.write(partial(_drop, _OF_LEFT, LEFT_SECONDS))
        if dropped:
            self._wake(Topic.WORKFLOWS)
        await self._database.run(_FORGET_LEFT)
        await self._database.run(_FORGET_REMOVED, {"seconds": older_than_seconds})


def _drop(which: LiteralString, seconds: float, statements: Statements) -> int:
    statements.lock(LOCK)
    rows = statements.run(which, {"seconds": seconds})
    for row in rows:
        drop_workflow(statements, row["id"])
    return len(rows)
