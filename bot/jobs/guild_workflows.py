"""The workflows that people added in their guilds, as they are offered there: published, rolled back, disabled, removed."""

from collections.abc import Sequence
from functools import partial

from bot.errors import NotThere, Refused
from bot.jobs.database import Columns, Statements
from bot.jobs.guild_workflow import (
    GuildWorkflow,
    ListedVersion,
    WorkflowChange,
    WorkflowState,
    WorkflowVersion,
)
from bot.jobs.guild_workflow_rows import (
    LISTED,
    LOCK,
    VERSION,
    WITH_WORKFLOW,
    WORKFLOW,
    check_name,
    check_shared_name,
    drop_workflow,
    found,
    found_version,
    listed_of,
    tell,
    version_of,
    workflow_of,
)
from bot.jobs.workflow_drafts import WorkflowDrafts
from bot.texts import text

_ALL = f"""
SELECT {WORKFLOW} FROM guild_workflows
WHERE state <> 'removed' AND guild_id = coalesce(CAST(:guild_id AS BIGINT), guild_id) ORDER BY name, id
"""  # noqa: S608  # literals only, here and below
_VERSIONS = f"""
SELECT {LISTED} FROM {WITH_WORKFLOW} WHERE workflow_id = :workflow_id AND guild_id = :guild_id ORDER BY number DESC
"""  # noqa: S608

_PUBLISHED = """
UPDATE workflow_versions SET published_at = :now WHERE workflow_id = :workflow_id AND number = :number
"""
_PUBLISH = """
UPDATE guild_workflows SET state = 'published', draft_number = NULL WHERE id = :workflow_id
"""
_MAKE_CURRENT = "UPDATE guild_workflows SET current_number = :number, name = :name WHERE id = :workflow_id"
_SET_STATE = "UPDATE guild_workflows SET state = :state WHERE id = :workflow_id"


class GuildWorkflows(WorkflowDrafts):
    async def publish(self, guild_id: int, workflow_id: int, number: int, actor_id: int) -> GuildWorkflow:
        return await self._change_workflows(partial(_publish, guild_id, workflow_id, number, actor_id))

    async def roll_back(self, guild_id: int, workflow_id: int, number: int, actor_id: int) -> GuildWorkflow:
        return await self._change_workflows(partial(_roll_back, guild_id, workflow_id, number, actor_id))

    async def set_enabled(
        self, guild_id: int, workflow_id: int, actor_id: int, *, enabled: bool
    ) -> GuildWorkflow:
        return await self._change_workflows(
            partial(_set_enabled, guild_id, workflow_id, actor_id, enabled=enabled)
        )

    async def remove_guild_workflow(self, guild_id: int, workflow_id: int, actor_id: int) -> None:
        await self._change_workflows(partial(_remove, guild_id, workflow_id, actor_id))

    async def guild_workflows(self, guild_id: int | None) -> Sequence[GuildWorkflow]:
        return [workflow_of(row) for row in await self._database.read(_ALL, {"guild_id": guild_id})]

    async def guild_workflow(self, guild_id: int, workflow_id: int) -> GuildWorkflow | None:
        return next((each for each in await self.guild_workflows(guild_id) if each.id == workflow_id), None)

    async def workflow_versions(self, guild_id: int, workflow_id: int) -> Sequence[ListedVersion]:
        which: Columns = {"guild_id": guild_id, "workflow_id": workflow_id}
        return [listed_of(row) for row in await self._database.read(_VERSIONS, which)]

    async def workflow_version(self, workflow_id: int, number: int) -> WorkflowVersion | None:
        rows = await self._database.read(VERSION, {"workflow_id": workflow_id, "number": number})
        return version_of(rows[0]) if rows else None


def _publish(
    guild_id: int, workflow_id: int, number: int, actor_id: int, statements: Statements
) -> GuildWorkflow:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    if number == workflow.current:
        return workflow
    if number != workflow.draft:
        raise Refused(text("guild-workflow-no-draft"))
    _check_not_taken_away(workflow)
    which: Columns = {"workflow_id": workflow_id, "number": number}
    statements.run(_PUBLISHED, which)
    statements.run(_PUBLISH, which)
    return _make_current(statements, workflow, number, actor_id, WorkflowChange.PUBLISH)


def _roll_back(
    guild_id: int, workflow_id: int, number: int, actor_id: int, statements: Statements
) -> GuildWorkflow:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    if number == workflow.current:
        return workflow
    return _make_current(statements, workflow, number, actor_id, WorkflowChange.ROLL_BACK)


def _make_current(
    statements: Statements, workflow: GuildWorkflow, number: int, actor_id: int, change: WorkflowChange
) -> GuildWorkflow:
    version = found_version(statements, workflow.id, number)
    if version is None or version.published_at is None:
        raise NotThere(text("guild-workflow-version-gone", number=number))
    check_name(statements, workflow.guild_id, version.name, workflow.id)
    if workflow.shared:
        check_shared_name(statements, workflow.id, version.name)
    statements.run(_MAKE_CURRENT, {"workflow_id": workflow.id, "number": number, "name": version.name})
    changed = found(statements, workflow.guild_id, workflow.id)
    tell(statements, changed, actor_id, change, number)
    return changed


def _set_enabled(
    guild_id: int, workflow_id: int, actor_id: int, statements: Statements, *, enabled: bool
) -> GuildWorkflow:
    statements.lock(LOCK)
    workflow = found(statements, guild_id, workflow_id)
    state = WorkflowState.PUBLISHED if enabled else WorkflowState.DISABLED
    if workflow.state is WorkflowState.DRAFT:
        raise Refused(text("guild-workflow-never-published", name=workflow.name))
    if workflow.state is state:
        return workflow
    if enabled:
        _check_not_taken_away(workflow)
    statements.run(_SET_STATE, {"workflow_id": workflow_id, "state": state})
    tell(statements, workflow, actor_id, WorkflowChange.ENABLE if enabled else WorkflowChange.DISABLE)
    return found(statements, guild_id, workflow_id)


def _remove(guild_id: int, workflow_id: int, actor_id: int, statements: Statements) -> None:
    statements.lock(LOCK)
    tell(statements, found(statements, guild_id, workflow_id), actor_id, WorkflowChange.REMOVE)
    drop_workflow(statements, workflow_id)


def _check_not_taken_away(workflow: GuildWorkflow) -> None:
    if workflow.taken_away:
        raise Refused(text("guild-workflow-taken-away", name=workflow.name))
