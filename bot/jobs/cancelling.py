"""Cancelling jobs: one, a group, or all that somebody or a guild has open.

Whoever cancels somebody else's has a line in the audit, of the same transaction: one, however many jobs it ends.
"""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from msgspec import Struct

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.ending import TO_END, end_of
from bot.jobs.input_rows import FORGET_ASKED
from bot.jobs.job import Cancelled, CancelResult, State
from bot.jobs.ledger import Ledger
from bot.jobs.rows import OPEN
from bot.jobs.store import Topic

_JOB = "SELECT id, state, guild_id, user_id, cancel_requested_by FROM jobs WHERE id = :id FOR UPDATE"

_OF_GROUP = "SELECT id FROM jobs WHERE group_id = :group_id ORDER BY group_number"

_OPEN_ONES = f"""
SELECT id FROM jobs
WHERE {OPEN} AND guild_id = :guild_id AND (CAST(:user_id AS BIGINT) IS NULL OR user_id = :user_id)
    AND (state <> 'running' OR :with_running = 1)
ORDER BY sequence
"""  # noqa: S608  # literals only

_REQUEST = update("cancel_requested_by = :actor_id", "id = :id AND cancel_requested_by IS NULL")


class _Tried(Struct, frozen=True):
    """What came of one job."""

    result: CancelResult
    row: Row | None = None
    """As it was before."""

    @property
    def is_new(self) -> bool:
        """Whether nobody had cancelled it before."""
        if self.result is CancelResult.REQUESTED:
            return self.row is not None and self.row["cancel_requested_by"] is None
        return self.result is CancelResult.CANCELLED


class Cancelling(Ledger):
    async def cancel(self, job_id: UUID, actor_id: int) -> CancelResult:
        tried = await self._database.write(partial(_cancel_one, str(job_id), actor_id))
        self._wake_for([tried])
        return tried.result

    async def cancel_group(self, group_id: UUID, actor_id: int) -> Sequence[CancelResult]:
        tried = await self._database.write(partial(_cancel_group, str(group_id), actor_id))
        self._wake_for(tried)
        return [each.result for each in tried]

    async def cancel_all(
        self,
        guild_id: int,
        actor_id: int,
        action: AuditAction,
        *,
        user_id: int | None = None,
        with_running: bool = True,
    ) -> Sequence[CancelResult]:
        which: Columns = {"guild_id": guild_id, "user_id": user_id, "with_running": int(with_running)}
        line = partial(add_line, guild_id=guild_id, actor_id=actor_id, action=action, user_id=user_id)
        tried = await self._database.write(partial(_cancel_all, which, actor_id, line))
        self._wake_for(tried)
        return [each.result for each in tried]

    def _wake_for(self, tried: Sequence[_Tried]) -> None:
        results = {each.result for each in tried}
        if CancelResult.CANCELLED in results:
            self._wake(Topic.ENDED)
        if CancelResult.REQUESTED in results or any(
            each.row is not None and each.row["state"] == State.PREPARING for each in tried
        ):
            self._wake(Topic.CANCEL)


def _cancel_one(job_id: str, actor_id: int, statements: Statements) -> _Tried:
    tried = _cancel(job_id, actor_id, statements)
    _tell_of_others([tried], actor_id, statements)
    return tried


def _cancel_group(group_id: str, actor_id: int, statements: Statements) -> Sequence[_Tried]:
    members = statements.run(_OF_GROUP, {"group_id": group_id})
    tried = [_cancel(row["id"], actor_id, statements) for row in members]
    _tell_of_others(tried, actor_id, statements)
    return tried


def _cancel_all(
    which: Columns, actor_id: int, add: Callable[..., bool], statements: Statements
) -> Sequence[_Tried]:
    tried = [_cancel(row["id"], actor_id, statements) for row in statements.run(_OPEN_ONES, which)]
    if count := sum(each.is_new for each in tried):
        add(statements, details={"count": str(count)})
    return tried


def _tell_of_others(tried: Sequence[_Tried], actor_id: int, statements: Statements) -> None:
    """The jobs were asked for as one: the first that was cancelled speaks for all."""
    new = [each.row for each in tried if each.is_new and each.row is not None]
    if not new or new[0]["user_id"] == actor_id:
        return
    add_line(
        statements,
        new[0]["guild_id"],
        actor_id,
        AuditAction.CANCEL,
        user_id=new[0]["user_id"],
        job_id=UUID(new[0]["id"]),
        details={} if len(new) == 1 else {"count": str(len(new))},
    )


def _cancel(job_id: str, actor_id: int, statements: Statements) -> _Tried:
    rows = statements.run(_JOB, {"id": job_id})
    if not rows:
        return _Tried(CancelResult.UNKNOWN)
    match State(rows[0]["state"]):
        case State.PREPARING | State.QUEUED:
            end = end_of(Cancelled(by_user_id=actor_id))
            statements.run(update(TO_END, "id = :id"), {"id": job_id, **end})
            statements.run(FORGET_ASKED, {"id": job_id})
            return _Tried(CancelResult.CANCELLED, rows[0])
        case State.RUNNING:
            statements.run(_REQUEST, {"id": job_id, "actor_id": actor_id})
            return _Tried(CancelResult.REQUESTED, rows[0])
        case State.DONE | State.FAILED | State.CANCELLED:
            return _Tried(CancelResult.ENDED, rows[0])
