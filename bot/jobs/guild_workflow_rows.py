"""Rows of the workflows of guilds: what reads them, and what is asked of them before anything is written."""

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, LiteralString

from msgspec import Struct

from bot.errors import NotThere, Refused
from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.guild_workflow import (
    MAX_COMMAND_BYTES,
    MAX_SOURCE_BYTES,
    MOST_BYTES,
    MOST_VERSIONS,
    GuildWorkflow,
    ListedVersion,
    NameTaken,
    TooManyWorkflows,
    WorkflowChange,
    WorkflowState,
    WorkflowVersion,
)
from bot.jobs.rows import OPEN
from bot.jobs.workflow_key import guild_key
from bot.texts import text

LOCK = "guild workflows"
"""Whoever changes them holds it: moderators do that, a few times a day."""

WORKFLOW: LiteralString = """
id, guild_id, name, state, current_number, draft_number, shared, taken_away, created_by, created_at
"""
LISTED: LiteralString = """
workflow_id, guild_id, number, workflow_versions.name AS name, fingerprint, revision,
workflow_versions.created_by AS created_by, workflow_versions.created_at AS created_at, published_at
"""
WITH_WORKFLOW: LiteralString = "workflow_versions JOIN guild_workflows ON guild_workflows.id = workflow_id"

_FOUND = f"""
SELECT {WORKFLOW} FROM guild_workflows
WHERE id = :workflow_id AND guild_id = coalesce(CAST(:guild_id AS BIGINT), guild_id) AND state <> 'removed'
"""  # noqa: S608  # literals only, here and below

VERSION = f"""
SELECT {LISTED}, source, command FROM {WITH_WORKFLOW} WHERE workflow_id = :workflow_id AND number = :number
"""  # noqa: S608

_NAMED = """
SELECT 1 FROM guild_workflows LEFT JOIN workflow_versions ON workflow_id = id AND number = draft_number
WHERE guild_id = :guild_id AND state <> 'removed' AND id <> :workflow_id
    AND :name IN (guild_workflows.name, workflow_versions.name)
"""
_SHARED_NAMED = "SELECT 1 FROM guild_workflows WHERE shared = 1 AND id <> :workflow_id AND name = :name"

_SIZES = f"""
SELECT workflow_id, number, length(source) + length(command) AS size,
    CASE WHEN number IN (coalesce(current_number, 0), coalesce(draft_number, 0)) THEN 1 ELSE 0 END AS in_use
FROM {WITH_WORKFLOW} WHERE guild_id = :guild_id ORDER BY number
"""  # noqa: S608
_OPEN_KEYS = f"SELECT DISTINCT workflow FROM jobs WHERE {OPEN} AND workflow LIKE :pattern"  # noqa: S608
_DROP_VERSIONS = "DELETE FROM workflow_versions WHERE workflow_id = :workflow_id"
_REMOVE = """
UPDATE guild_workflows SET state = 'removed', removed_at = :now, current_number = NULL, draft_number = NULL, shared = 0
WHERE id = :workflow_id
"""
_DROP = "DELETE FROM workflow_versions WHERE workflow_id = :workflow_id AND number = :number"


class Files(Struct, frozen=True):
    """What a version is made of."""

    name: str
    source: bytes
    command: str

    @property
    def size(self) -> int:
        return len(self.source) + len(self.command)

    def columns(self) -> Columns:
        digest = hashlib.sha256(self.source)
        digest.update(b"\0" + self.command.encode())
        return {
            "name": self.name,
            "source": self.source,
            "command": self.command,
            "fingerprint": digest.hexdigest(),
        }


def checked_files(name: str, source: bytes, command: str) -> Files:
    """What a version may be made of.

    Raises:
        Refused: they are too large.
    """
    for size, most in (len(source), MAX_SOURCE_BYTES), (len(command.encode()), MAX_COMMAND_BYTES):
        if size > most:
            raise Refused(text("guild-workflow-large", size=size // 1024 + 1, most=most // 1024))
    return Files(name, source, command)


def found(statements: Statements, guild_id: int | None, workflow_id: int) -> GuildWorkflow:
    """``guild_id`` None: of any guild.

    Raises:
        NotThere
    """
    rows = statements.run(_FOUND, {"guild_id": guild_id, "workflow_id": workflow_id})
    if not rows:
        raise NotThere(text("guild-workflow-gone"))
    return workflow_of(rows[0])


def found_version(statements: Statements, workflow_id: int, number: int) -> WorkflowVersion | None:
    rows = statements.run(VERSION, {"workflow_id": workflow_id, "number": number})
    return version_of(rows[0]) if rows else None


def existing_version(statements: Statements, workflow_id: int, number: int) -> WorkflowVersion:
    """One that has to be there.

    Raises:
        NotThere: it is gone.
    """
    if (version := found_version(statements, workflow_id, number)) is None:
        raise NotThere(text("guild-workflow-gone"))
    return version


def check_name(statements: Statements, guild_id: int, name: str, workflow_id: int = 0) -> None:
    """``workflow_id``: whose name it is to be.

    Raises:
        NameTaken
    """
    if statements.run(_NAMED, {"guild_id": guild_id, "workflow_id": workflow_id, "name": name}):
        raise NameTaken(text("guild-workflow-name-taken", name=name))


def check_shared_name(statements: Statements, workflow_id: int, name: str) -> None:
    """One name for one command where both are offered.

    Raises:
        NameTaken
    """
    if statements.run(_SHARED_NAMED, {"workflow_id": workflow_id, "name": name}):
        raise NameTaken(text("guild-workflow-shared-name-taken", name=name))


def make_room(
    statements: Statements, guild_id: int, workflow_id: int, more_bytes: int, *, more_versions: int
) -> None:
    """Let the oldest versions of a workflow go that nobody needs, until so much more has room.

    Raises:
        TooManyWorkflows
    """
    sizes = statements.run(_SIZES, {"guild_id": guild_id})
    total = sum(row["size"] for row in sizes) + more_bytes
    own = [row for row in sizes if row["workflow_id"] == workflow_id]
    count, needed = len(own) + more_versions, _needed_by_jobs(statements, workflow_id)
    for row in own:
        if count <= MOST_VERSIONS and total <= MOST_BYTES:
            break
        if not row["in_use"] and row["number"] not in needed:
            statements.run(_DROP, {"workflow_id": workflow_id, "number": row["number"]})
            count, total = count - 1, total - row["size"]
    if total > MOST_BYTES:
        raise TooManyWorkflows(text("guild-workflows-large", most=MOST_BYTES // 1024**2))


def _needed_by_jobs(statements: Statements, workflow_id: int) -> set[int]:
    rows: Sequence[Row] = statements.run(_OPEN_KEYS, {"pattern": f"%@{workflow_id}.%"})
    keys = (guild_key(row["workflow"]) for row in rows)
    return {key.number for key in keys if key is not None}


def tell(
    statements: Statements,
    workflow: GuildWorkflow,
    actor_id: int,
    change: WorkflowChange,
    number: int | None = None,
) -> None:
    """A line in the audit of its guild."""
    details = {"change": change.value, "workflow": workflow.name}
    if number is not None:
        details["version"] = str(number)
    add_line(statements, workflow.guild_id, actor_id, AuditAction.WORKFLOW, details=details)


def drop_workflow(statements: Statements, workflow_id: int) -> None:
    """Its number stays for a while: no other workflow gets it as long as jobs may remember it."""
    which: Columns = {"workflow_id": workflow_id}
    statements.run(_DROP_VERSIONS, which)
    statements.run(_REMOVE, which)


def workflow_of(row: Row) -> GuildWorkflow:
    return GuildWorkflow(
        id=row["id"],
        guild_id=row["guild_id"],
        name=row["name"],
        state=WorkflowState(row["state"]),
        current=row["current_number"],
        draft=row["draft_number"],
        shared=bool(row["shared"]),
        taken_away=bool(row["taken_away"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
    )


def listed_of(row: Row) -> ListedVersion:
    return ListedVersion(**_listed(row))


def version_of(row: Row) -> WorkflowVersion:
    return WorkflowVersion(**_listed(row), source=bytes(row["source"]), command=row["command"])


def _listed(row: Row) -> dict[str, Any]:
    return {each.name: row[each.name] for each in fields(ListedVersion)}
