"""Running jobs: who may, for how long, and how a run ends. Every write is fenced by the claim it belongs to."""

import json
from typing import cast
from uuid import UUID

from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.job import Cancelled, CancelResult, Claim, Outcome, State, Timing, Verdict, Worker
from bot.jobs.ledger import Ledger
from bot.jobs.rows import job_of, needs_of, outcome_to_json, state_after
from bot.jobs.store import Fenced, Topic

_FIRST_PAGE = 16
_PAGE = 512
"""So many queued jobs are looked at at once. The first look is short: the first job can nearly always run."""

_NEXT_PAGE = """
SELECT sequence, turn, needs, backend FROM jobs
WHERE state = 'queued' AND (turn, sequence) > (:turn, :sequence)
ORDER BY turn, sequence
LIMIT :limit
"""

_CLAIM = """
UPDATE jobs SET
    state = 'running', owner = :owner, worker_backend = :backend, claims = claims + 1,
    lease_until = :now + :lease_seconds
WHERE sequence = :sequence AND state = 'queued'
RETURNING *
"""

_HELD = "id = :id AND state = 'running' AND owner = :owner AND attempt = :attempt AND claims = :number"

_TO_QUEUE = "state = 'queued', owner = NULL, worker_backend = NULL, lease_until = NULL"

_TO_END = """
state = :state, outcome = :outcome, finished_at = :now, delivery_due_at = :now,
started_at = coalesce(started_at, :now - :ran_seconds), node_seconds = :node_seconds,
owner = NULL, worker_backend = NULL, lease_until = NULL
"""


class Claims(Ledger):
    async def claim(self, worker: Worker, lease_seconds: float) -> Claim | None:
        async with self._database.alone() as statements:
            sequence = await _first_runnable(statements, worker)
            if sequence is None:
                return None
            rows = await statements.run(
                _CLAIM,
                {
                    "sequence": sequence,
                    "owner": worker.owner,
                    "backend": worker.backend,
                    "now": self._clock(),
                    "lease_seconds": lease_seconds,
                },
            )
        return _claim_of(rows[0])

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict:
        rows = await self._database.run(
            update("lease_until = :until", _HELD, returning="cancel_requested_by"),
            {**_key(claim), "until": self._clock() + lease_seconds},
        )
        if not rows:
            return Verdict.LOST
        return Verdict.OK if rows[0]["cancel_requested_by"] is None else Verdict.CANCEL

    async def note(self, claim: Claim, prompt_id: UUID) -> Claim:
        change = "attempt = attempt + 1, backend = worker_backend, prompt_id = :prompt_id"
        rows = await self._database.run(
            update(change, _HELD, returning="*"), {**_key(claim), "prompt_id": str(prompt_id)}
        )
        if not rows:
            raise Fenced(f"job {claim.job.id} is no longer {claim.owner}'s")
        return _claim_of(rows[0])

    async def release(self, claim: Claim) -> bool:
        rows = await self._database.run(update(_TO_QUEUE, _HELD), _key(claim))
        if rows:
            self._wake(Topic.QUEUED)
        return bool(rows)

    async def started(self, claim: Claim, seconds_ago: float) -> bool:
        rows = await self._database.run(
            update("started_at = coalesce(started_at, :started_at)", _HELD),
            {**_key(claim), "started_at": self._clock() - seconds_ago},
        )
        return bool(rows)

    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        rows = await self._database.run(update(_TO_END, _HELD), {**_key(claim), **self._end(outcome, timing)})
        if rows:
            self._wake(Topic.ENDED)
        return bool(rows)

    async def reap(self) -> int:
        over = "state = 'running' AND lease_until <= :now"
        rows = await self._database.run(update(_TO_QUEUE, over), {"now": self._clock()})
        if rows:
            self._wake(Topic.QUEUED)
        return len(rows)

    async def void_claims(self) -> None:
        """Put every running job back to the queue: for whoever knows that no worker is left."""
        await self._database.run(update(_TO_QUEUE, "state = 'running'"))

    async def cancel(self, job_id: UUID, actor_id: int) -> CancelResult:
        async with self._database.transaction() as statements:
            result = await self._cancel(statements, str(job_id), actor_id)
        match result:
            case CancelResult.CANCELLED:
                self._wake(Topic.ENDED)
            case CancelResult.REQUESTED:
                self._wake(Topic.CANCEL)
            case CancelResult.ENDED | CancelResult.UNKNOWN:
                pass
        return result

    async def _cancel(self, statements: Statements, job_id: str, actor_id: int) -> CancelResult:
        rows = await statements.run("SELECT state FROM jobs WHERE id = :id", {"id": job_id})
        if not rows:
            return CancelResult.UNKNOWN
        match State(rows[0]["state"]):
            case State.QUEUED:
                end = self._end(Cancelled(by_user_id=actor_id))
                await statements.run(update(_TO_END, "id = :id"), {"id": job_id, **end})
                return CancelResult.CANCELLED
            case State.RUNNING:
                change = "cancel_requested_by = coalesce(cancel_requested_by, :actor_id)"
                await statements.run(update(change, "id = :id"), {"id": job_id, "actor_id": actor_id})
                return CancelResult.REQUESTED
            case State.DONE | State.FAILED | State.CANCELLED:
                return CancelResult.ENDED

    def _end(self, outcome: Outcome, timing: Timing | None = None) -> Columns:
        return {
            "state": state_after(outcome),
            "outcome": outcome_to_json(outcome),
            "now": self._clock(),
            "ran_seconds": None if timing is None else timing.seconds,
            "node_seconds": None if timing is None else json.dumps(dict(timing.node_seconds)),
        }


async def _first_runnable(statements: Statements, worker: Worker) -> int | None:
    """Walk the queue in fair order, a page at a time, to the first job that this worker can run."""
    turn, sequence, limit = 0, 0, _FIRST_PAGE
    while True:
        page = await statements.run(_NEXT_PAGE, {"turn": turn, "sequence": sequence, "limit": limit})
        for row in page:
            if _can_run(worker, row):
                return cast("int", row["sequence"])
        if len(page) < limit:
            return None
        turn, sequence, limit = page[-1]["turn"], page[-1]["sequence"], _PAGE


def _can_run(worker: Worker, row: Row) -> bool:
    bound_to: str | None = row["backend"]
    if bound_to is not None and bound_to != worker.backend and bound_to not in worker.dead:
        return False
    return all(need in worker.has for need in needs_of(row["needs"]))


def _key(claim: Claim) -> Columns:
    return {
        "id": str(claim.job.id),
        "owner": claim.owner,
        "attempt": claim.attempt,
        "number": claim.number,
    }


def _claim_of(row: Row) -> Claim:
    return Claim(
        job=job_of(row),
        owner=row["owner"],
        number=row["claims"],
        graph=row["graph"],
        ui_graph=row["ui_graph"],
    )
