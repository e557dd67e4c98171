"""The drafts of the workflows that people add in their guilds: brought, changed, thrown away."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from bot.errors import Refused
from bot.jobs.database import Columns, Statements
from bot.jobs.guild_workflow import (
    MOST_WORKFLOWS,
    TooManyWorkflows,
    WorkflowChange,
    WorkflowState,
    WorkflowVersion,
)
from bot.jobs.guild_workflow_rows import (
    LOCK,
    WORKFLOW,
    Files,
    check_name,
    checked_files,
    drop_workflow,
    existing_version,
    found,
    make_room,
    tell,
    workflow_of,
)
from bot.jobs.ledger import Ledger
from bot.jobs.store import Topic
from bot.texts import text

T = TypeVar("T")

_ADDED_BY = "SELECT id, last_number FROM guild_workflows WHERE interaction_id = :interaction_id"
_COUNT = "SELECT count(*) AS count FROM guild_workflows WHERE guild_id = :guild_id AND state <> 'removed'"
_ADD = f"""
INSERT INTO guild_workflows (guild_id, interaction_id, name, state, draft_number, last_number, created_by, created_at)
VALUES (:guild_id, :interaction_id, :name, 'draft', 1, 1, :actor_id, :now)
RETURNING {WORKFLOW}
"""  # noqa: S608  # literals only
_ADD_VERSION = """
INSERT INTO workflow_versions (
    workflow_id, number, name, source, command, fingerprint, created_by, created_at, changed_at
) VALUES (:workflow_id, :number, :name, :source, :command, :fingerprint, :actor_id, :now, :now)
"""
_BEGIN_DRAFT = """
UPDATE guild_workflows SET last_number = last_number + 1, draft_number = last_number + 1 WHERE id = :workflow_id
RETURNING draft_number
"""
_CHANGE_DRAFT = """
UPDATE workflow_versions SET
    name = :name, source = :source, command = :command, fingerprint = :fingerprint,
    revision = revision + 1, changed_at = :now
WHERE workflow_id = :workflow_id AND number = :number
"""
_RENAME = "UPDATE guild_workflows SET name = :name WHERE id = :workflow_id"
_DISCARD_VERSION = "DELETE FROM workflow_versions WHERE workflow_id = :workflow_id AND number = :number"
_DISCARD = "UPDATE guild_workflows SET draft_number = NULL WHERE id = :workflow_id"


class WorkflowDrafts(Ledger):
    async def add_guild_workflow(
        self, guild_id: int, actor_id: int, interaction_id: int, *, name: str, source: bytes, command: str
    ) -> WorkflowVersion:
        files = checked_files(name, source, command)
        self._database.check_room()
        return await self._change_workflows(partial(_add, guild_id, actor_id, interaction_id, files))

    async def begin_edit(self, guild_id: int, workflow_id: int, actor_id: int) -> WorkflowVersion:
        self._database.check_room()
        return await self._change_workflows(partial(_begin_edit, guild_id, workflow_id, actor_id))

    async def change_draft(
        self,
        guild_id: int,
        workflow_id: int,
        number: int,
        revision: int,
        *,
        name: str,
        source: bytes,
        command: str,
    ) -> WorkflowVersion:
        files = checked_files(name, source, command)
        self._database.check_room()
        return await self._change_workflows(
            partial(_change_draft, guild_id, workflow_id, number, revision=revision, files=files)
        )

    async def discard_draft(self, guild_id: int, workflow_id: int) -> None:
        await self._change_workflows(partial(_discard_draft, guild_id, workflow_id))

    async def _change_workflows(self, work: Callable[[Statements], T]) -> T:
        changed = await self._database.write(work)
        self._wake(Topic.WORKFLOWS)
        return changed


def _add(
    guild_id: int, actor_id: int, interaction_id: int, files: Files, statements: Statements
) -> WorkflowVersion:
    statements.lock(LOCK)
    columns: Columns = {"guild_id": guild_id, "actor_id": actor_id, "interaction_id": interaction_id}
    if added := statements.run(_ADDED_BY, columns):
        return existing_version(statements, added[0]["id"], added[0]["last_number"])
    if statements.run(_COUNT, columns)[0]["count"] >= MOST_WORKFLOWS:
        raise TooManyWorkflows(text("guild-workflows-many", most=MOST_WORKFLOWS))
    check_name(statements, guild_id, files.name)
    make_room(statements, guild_id, 0, files.size, more_versions=0)
    workflow = workflow_of(statements.run(_ADD, {**columns, "name": files.name})[0])
    tell(statements, workflow, actor_id, WorkflowChange.ADD)
    return _add_version(statements, workflow.id, 1, files, actor_id)


def _add_version(
    statements: Statements, workflow_id: int, number: int, files: Files, actor_id: int
) -> WorkflowVersion:
    which: Columns = {"workflow_id": workflow_id, "number": number, "actor_id": actor_id}
    statements.run(_ADD_VERSION, {**which, **files.columns()})
    return existing_version(statements, workflow_id, number)


def _begin_edit(guild_id: int, workflow_id: int, actor_id: int, statements: Statements) -> WorkflowVersion:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    if workflow.draft is not None:
        return existing_version(statements, workflow_id, workflow.draft)
    current = existing_version(statements, workflow_id, workflow.current or 0)
    files = Files(current.name, current.source, current.command)
    make_room(statements, guild_id, workflow_id, files.size, more_versions=1)
    (row,) = statements.run(_BEGIN_DRAFT, {"workflow_id": workflow_id})
    return _add_version(statements, workflow_id, row["draft_number"], files, actor_id)


def _change_draft(
    guild_id: int, workflow_id: int, number: int, statements: Statements, *, revision: int, files: Files
) -> WorkflowVersion:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    if workflow.draft != number:
        raise Refused(text("guild-workflow-no-draft"))
    draft = existing_version(statements, workflow_id, number)
    if (draft.name, draft.source, draft.command) == (files.name, files.source, files.command):
        return draft
    if draft.revision != revision:
        raise Refused(text("guild-workflow-changed-meanwhile"))
    check_name(statements, guild_id, files.name, workflow_id)
    grown = files.size - Files(draft.name, draft.source, draft.command).size
    make_room(statements, guild_id, workflow_id, grown, more_versions=0)
    which: Columns = {"workflow_id": workflow_id, "number": number}
    statements.run(_CHANGE_DRAFT, {**which, **files.columns()})
    if workflow.state is WorkflowState.DRAFT:
        statements.run(_RENAME, {"workflow_id": workflow_id, "name": files.name})
    return existing_version(statements, workflow_id, number)


def _discard_draft(guild_id: int, workflow_id: int, statements: Statements) -> None:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    if workflow.state is WorkflowState.DRAFT:
        drop_workflow(statements, workflow_id)
    elif workflow.draft is not None:
        statements.run(_DISCARD_VERSION, {"workflow_id": workflow_id, "number": workflow.draft})
        statements.run(_DISCARD, {"workflow_id": workflow_id})
