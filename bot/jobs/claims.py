"""Running jobs: who may, for how long, and how a run ends. Every write is fenced by the claim it belongs to."""

from dataclasses import replace
from functools import partial
from typing import LiteralString
from uuid import UUID

from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.ending import TO_END, end_of
from bot.jobs.input_rows import PREPARED, prepared_of
from bot.jobs.inputs import JobInput
from bot.jobs.job import Outcome, Timing
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, job_of, needs_of
from bot.jobs.store import Fenced, Topic

# The index leads from the first job of a kind to the first of the next, past all others of the kind.
_FIRST_OF_EACH_KIND = """
WITH RECURSIVE first (kind, sequence) AS (
    SELECT * FROM (
        SELECT kind, sequence FROM jobs WHERE state = 'queued' ORDER BY kind, turn, sequence LIMIT 1
    ) AS very_first
    UNION ALL
    SELECT jobs.kind, jobs.sequence
    FROM first JOIN jobs ON jobs.sequence = (
        SELECT sequence FROM jobs
        WHERE state = 'queued' AND kind > first.kind ORDER BY kind, turn, sequence LIMIT 1
    )
)
SELECT jobs.kind, needs, backend FROM first JOIN jobs USING (sequence) ORDER BY turn, jobs.sequence
"""

# Several workers come for the jobs of a kind at once: each gets the first that no other is just taking.
_CLAIM = f"""
UPDATE jobs SET
    state = 'running', owner = :owner, worker_backend = :backend, claims = claims + 1,
    lease_until = :now + :lease_seconds
WHERE sequence = (
    SELECT sequence FROM jobs WHERE state = 'queued' AND kind = :kind
    ORDER BY turn, sequence LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING {JOB}, owner, claims, sequence
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_GRAPHS = "SELECT graph, ui_graph, fingerprint FROM graphs WHERE sequence = :sequence"

HELD: LiteralString = (
    "id = :id AND state = 'running' AND owner = :owner AND attempt = :attempt AND claims = :number"
)
"""The job is still the claim\'s."""

_TO_QUEUE = "state = 'queued', owner = NULL, worker_backend = NULL, lease_until = NULL"


_OVER = """
sequence IN (SELECT sequence FROM jobs WHERE state = 'running' AND lease_until <= :now FOR UPDATE SKIP LOCKED)
"""


class Claims(Ledger):
    async def claim(self, worker: Worker, lease_seconds: float) -> Claim | None:
        columns: Columns = {
            "owner": worker.owner,
            "backend": worker.backend,
            "lease_seconds": lease_seconds,
        }
        return await self._database.write(partial(_claim, worker, columns))

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict:
        rows = await self._database.run(
            update("lease_until = :now + :lease_seconds", HELD, returning="cancel_requested_by"),
            {**key_of(claim), "lease_seconds": lease_seconds},
        )
        if not rows:
            return Verdict.LOST
        return Verdict.OK if rows[0]["cancel_requested_by"] is None else Verdict.CANCEL

    async def note(self, claim: Claim, prompt_id: UUID) -> Claim:
        change = "attempt = attempt + 1, backend = worker_backend, prompt_id = :prompt_id"
        rows = await self._database.run(
            update(change, HELD, returning=JOB), {**key_of(claim), "prompt_id": str(prompt_id)}
        )
        if not rows:
            raise Fenced(f"job {claim.job.id} is no longer {claim.owner}'s")
        return replace(claim, job=job_of(rows[0]))

    async def release(self, claim: Claim, *, unbound: bool = False) -> bool:
        change = f"{_TO_QUEUE}, backend = NULL, prompt_id = NULL" if unbound else _TO_QUEUE
        rows = await self._database.run(update(change, HELD), key_of(claim))
        if rows:
            self._wake(Topic.QUEUED)
        return bool(rows)

    async def started(self, claim: Claim, seconds_ago: float) -> bool:
        rows = await self._database.run(
            update("started_at = coalesce(started_at, :now - :seconds_ago)", HELD),
            {**key_of(claim), "seconds_ago": seconds_ago},
        )
        return bool(rows)

    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        rows = await self._database.run(update(TO_END, HELD), {**key_of(claim), **end_of(outcome, timing)})
        if rows:
            self._wake(Topic.ENDED)
        return bool(rows)

    async def reap(self) -> int:
        rows = await self._database.run(update(_TO_QUEUE, _OVER))
        if rows:
            self._wake(Topic.QUEUED)
        return len(rows)

    async def void_claims(self) -> None:
        """Put every running job back to the queue: for whoever knows that no worker is left."""
        await self._database.run(update(_TO_QUEUE, "state = 'running'"))

    async def void_claims_of(self, backend: str) -> None:
        """The same for one backend's worker."""
        of_backend = "state = 'running' AND worker_backend = :backend"
        await self._database.run(update(_TO_QUEUE, of_backend), {"backend": backend})
        self._wake(Topic.QUEUED)


def _claim(worker: Worker, columns: Columns, statements: Statements) -> Claim | None:
    for first in statements.run(_FIRST_OF_EACH_KIND):
        if not _can_run(worker, first):
            continue
        for row in statements.run(_CLAIM, {**columns, "kind": first["kind"]}):
            key: Columns = {"sequence": row["sequence"]}
            inputs = tuple(map(prepared_of, statements.run(PREPARED, key)))
            return _claim_of(row, statements.run(_GRAPHS, key)[0], inputs)
    return None


def _can_run(worker: Worker, row: Row) -> bool:
    bound_to: str | None = row["backend"]
    if bound_to is not None and bound_to != worker.backend and bound_to not in worker.dead:
        return False
    return all(need in worker.has for need in needs_of(row["needs"]))


def key_of(claim: Claim) -> Columns:
    """The parameters of :data:`HELD`."""
    return {
        "id": str(claim.job.id),
        "owner": claim.owner,
        "attempt": claim.attempt,
        "number": claim.number,
    }


def _claim_of(row: Row, graphs: Row, inputs: tuple[JobInput, ...]) -> Claim:
    return Claim(
        job=job_of(row),
        owner=row["owner"],
        number=row["claims"],
        graph=graphs["graph"],
        ui_graph=graphs["ui_graph"],
        fingerprint=graphs["fingerprint"],
        inputs=inputs,
    )
