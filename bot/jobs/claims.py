"""Running jobs: who may, for how long, and how a run ends. Every write is fenced by the claim it belongs to."""

from contextlib import suppress
from functools import partial
from typing import LiteralString
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.backoff import Backoff
from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.claiming import take_next
from bot.jobs.costs import ANY_UNKNOWN, teach_others
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.ending import TO_END, end_of
from bot.jobs.input_rows import PREPARED, prepared_of
from bot.jobs.inputs import JobInput
from bot.jobs.job import Cancelled, Done, Job, Outcome, Timing
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, job_of
from bot.jobs.shares import CHARGED, correct, refund
from bot.jobs.store import Fenced, StoreUnavailable, Topic

_GRAPHS = "SELECT graph, ui_graph, fingerprint, trusted FROM graphs WHERE sequence = :sequence"

HELD: LiteralString = (
    "id = :id AND state = 'running' AND owner = :owner AND attempt = :attempt AND claims = :number"
)
"""The job is still the claim\'s."""

_END = update(TO_END, HELD, returning=f"workflow, models, {CHARGED}, at_once")

_TO_QUEUE = "state = 'queued', owner = NULL, worker_backend = NULL, lease_until = NULL"


_CANCELLED_BY = f"SELECT cancel_requested_by FROM jobs WHERE {HELD} FOR UPDATE"  # noqa: S608  # literals only
_WITHOUT_PROMPT = update(f"{_TO_QUEUE}, backend = NULL, prompt_id = NULL", HELD, returning=CHARGED)

_OVER = """
sequence IN (SELECT sequence FROM jobs WHERE state = 'running' AND lease_until <= :now FOR UPDATE SKIP LOCKED)
"""

_LOOKS = 8
_OTHERS = Backoff(first_seconds=0.02, longest_seconds=0.5)
"""Whoever finds only what others are just claiming looks again when they are through; a worker comes back by itself, too."""


class _Ended(Struct, frozen=True):
    """What the end of a job changes for others."""

    was_waited_for: bool
    """Its person has no more than so many running at a time."""
    teaches: Columns | None
    """Of which kind others are open that nobody knew what they take: what this one took, they learn."""


class Claims(Ledger):
    async def claim(self, worker: Worker, lease_seconds: float) -> Claim | None:
        for tries in range(1, _LOOKS + 1):
            claim, others_at_it = await self._database.write(partial(_claim, worker, lease_seconds))
            if not others_at_it:
                return claim
            await _OTHERS.pause(tries)
        return None

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict:
        rows = await self._database.run(
            update("lease_until = :now + :lease_seconds", HELD, returning="cancel_requested_by"),
            {**key_of(claim), "lease_seconds": lease_seconds},
        )
        if not rows:
            return Verdict.LOST
        return Verdict.OK if rows[0]["cancel_requested_by"] is None else Verdict.CANCEL

    async def note(self, claim: Claim, prompt_id: UUID) -> Claim:
        change = "attempt = attempt + 1, backend = worker_backend, prompt_id = :prompt_id, started_at = NULL"
        rows = await self._database.run(
            update(change, HELD, returning=JOB), {**key_of(claim), "prompt_id": str(prompt_id)}
        )
        if not rows:
            raise Fenced(f"job {claim.job.id} is no longer {claim.owner}'s")
        return replace(claim, job=job_of(rows[0]))

    async def release(self, claim: Claim, *, unbound: bool = False) -> bool:
        if not unbound:
            return bool(await self._put_back(_TO_QUEUE, HELD, key_of(claim)))
        let_go = await self._database.write(partial(_let_go, key_of(claim)))
        if let_go:  # to the queue, or at its end, which others of its person may have waited for
            self._wake(Topic.QUEUED)
            self._wake(Topic.ENDED)
        return let_go

    async def started(self, claim: Claim, seconds_ago: float) -> bool:
        rows = await self._database.run(
            update("started_at = coalesce(started_at, :now - :seconds_ago)", HELD),
            {**key_of(claim), "seconds_ago": seconds_ago},
        )
        return bool(rows)

    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        columns: Columns = {**key_of(claim), **end_of(outcome, timing)}
        ended = await self._database.write(partial(_finish, columns, outcome, timing))
        if ended is None:
            return False
        self._wake(Topic.ENDED)
        if ended.was_waited_for:
            self._wake(Topic.QUEUED)
        if ended.teaches is not None:
            with suppress(StoreUnavailable):  # the job has ended, whatever comes of that
                await self._database.write(partial(teach_others, ended.teaches))
        return True

    async def reap(self) -> int:
        return await self._put_back(_TO_QUEUE, _OVER)

    async def void_claims(self) -> None:
        """Put every running job back to the queue: for whoever knows that no worker is left."""
        await self._put_back(_TO_QUEUE, "state = 'running'")

    async def void_claims_of(self, backend: str) -> None:
        """The same for one backend's worker."""
        await self._put_back(
            _TO_QUEUE, "state = 'running' AND worker_backend = :backend", {"backend": backend}
        )

    async def _put_back(
        self, change: LiteralString, condition: LiteralString, columns: Columns | None = None
    ) -> int:
        """How many jobs: each takes its old place."""
        statement = update(change, condition, returning=CHARGED)
        count = await self._database.write(partial(_put_back, statement, columns))
        if count:
            self._wake(Topic.QUEUED)
        return count


def _claim(worker: Worker, lease_seconds: float, statements: Statements) -> tuple[Claim | None, bool]:
    """And whether to look again, since others were just claiming what there is."""
    row, others_at_it = take_next(worker, lease_seconds, statements)
    if row is None:
        return None, others_at_it
    key: Columns = {"sequence": row["sequence"]}
    job = job_of(row)
    inputs = tuple(map(prepared_of, statements.run(PREPARED, key))) if job.input_kinds else ()
    return _claim_of(row, job, statements.run(_GRAPHS, key)[0], inputs), False


def _put_back(statement: LiteralString, columns: Columns | None, statements: Statements) -> int:
    rows = statements.run(statement, columns)
    refund(rows, statements)
    return len(rows)


def _let_go(key: Columns, statements: Statements) -> bool:
    """A job whose prompt is lost waits for another run, or ends if somebody has cancelled it. False: it is not the claim's."""
    rows = statements.run(_CANCELLED_BY, key)
    if not rows:
        return False
    if (by := rows[0]["cancel_requested_by"]) is None:
        _put_back(_WITHOUT_PROMPT, key, statements)
    else:
        outcome = Cancelled(by_user_id=by)
        _finish({**key, **end_of(outcome)}, outcome, None, statements)
    return True


def _finish(
    columns: Columns, outcome: Outcome, timing: Timing | None, statements: Statements
) -> _Ended | None:
    """None: nothing did."""
    for row in statements.run(_END, columns):
        correct(row, outcome, timing, statements)
        kind: Columns = {"workflow": row["workflow"], "models": row["models"]}
        teaches = isinstance(outcome, Done) and bool(statements.run(ANY_UNKNOWN, kind))
        return _Ended(was_waited_for=bool(row["at_once"]), teaches=kind if teaches else None)
    return None


def key_of(claim: Claim) -> Columns:
    """The parameters of :data:`HELD`."""
    return {
        "id": str(claim.job.id),
        "owner": claim.owner,
        "attempt": claim.attempt,
        "number": claim.number,
    }


def _claim_of(row: Row, job: Job, graphs: Row, inputs: tuple[JobInput, ...]) -> Claim:
    return Claim(
        job=job,
        owner=row["owner"],
        number=row["claims"],
        graph=graphs["graph"],
        ui_graph=graphs["ui_graph"],
        fingerprint=graphs["fingerprint"],
        trusted=bool(graphs["trusted"]),
        inputs=inputs,
    )
