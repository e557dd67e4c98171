"""What the operator does with workflows of guilds: shares one with all, or takes one away."""

from functools import partial

from bot.errors import Refused
from bot.jobs.database import Statements
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowChange, WorkflowState
from bot.jobs.guild_workflow_rows import LOCK, check_shared_name, found, tell
from bot.jobs.guild_workflows import GuildWorkflows
from bot.texts import text

_SHARE = "UPDATE guild_workflows SET shared = :shared WHERE id = :workflow_id"
_TAKE_AWAY = "UPDATE guild_workflows SET taken_away = :taken_away, shared = 0 WHERE id = :workflow_id"


class SharedWorkflows(GuildWorkflows):
    async def share_workflow(self, workflow_id: int, *, shared: bool, by: int) -> GuildWorkflow:
        return await self._change_workflows(partial(_share, workflow_id, by, shared=shared))

    async def take_away(self, workflow_id: int, *, taken_away: bool, by: int) -> GuildWorkflow:
        return await self._change_workflows(partial(_take_away, workflow_id, by, taken_away=taken_away))


def _share(workflow_id: int, by: int, statements: Statements, *, shared: bool) -> GuildWorkflow:
    statements.lock(LOCK)
    workflow = found(statements, None, workflow_id)
    if workflow.shared == shared:
        return workflow
    if shared:
        _check_sharable(statements, workflow)
    statements.run(_SHARE, {"workflow_id": workflow_id, "shared": int(shared)})
    tell(statements, workflow, by, WorkflowChange.SHARE if shared else WorkflowChange.UNSHARE)
    return found(statements, None, workflow_id)


def _check_sharable(statements: Statements, workflow: GuildWorkflow) -> None:
    if workflow.state is WorkflowState.DRAFT:
        raise Refused(text("guild-workflow-never-published", name=workflow.name))
    if workflow.taken_away:
        raise Refused(text("guild-workflow-taken-away", name=workflow.name))
    check_shared_name(statements, workflow.id, workflow.name)


def _take_away(workflow_id: int, by: int, statements: Statements, *, taken_away: bool) -> GuildWorkflow:
    statements.lock(LOCK)
    workflow = found(statements, None, workflow_id)
    if workflow.taken_away == taken_away:
        return workflow
    statements.run(_TAKE_AWAY, {"workflow_id": workflow_id, "taken_away": int(taken_away)})
    tell(statements, workflow, by, WorkflowChange.TAKE_AWAY if taken_away else WorkflowChange.GIVE_BACK)
    return found(statements, None, workflow_id)
