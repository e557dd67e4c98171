"""Making a job ready before it is queued, its words and its files: a claim of its own, fenced by preparer and try."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import LiteralString

from bot.jobs.claim import Preparation
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.ending import TO_END, end_of
from bot.jobs.input_rows import ASKED, FORGET_ASKED, PREPARE, asked_of, blobs_of, prepared_columns
from bot.jobs.inputs import PreparedInput
from bot.jobs.job import Failed
from bot.jobs.ledger import Ledger
from bot.jobs.rewording import Reworded
from bot.jobs.rows import JOB, OPEN, job_of, reworded_columns
from bot.jobs.store import Topic

# As in the outbox: one column says when the next try may begin, which is when the lease ends while somebody tries.
_CLAIM = f"""
UPDATE jobs SET
    preparer = :owner, preparations = preparations + 1, preparation_due_at = :now + :lease_seconds
WHERE sequence = (
    SELECT sequence FROM jobs
    WHERE state = 'preparing' AND preparation_due_at <= :now
    ORDER BY sequence
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING {JOB}, preparer, sequence
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_HELD = "id = :id AND state = 'preparing' AND preparer = :owner AND preparations = :number"

_NEEDED = f"""
SELECT blob, mask, overlay FROM jobs CROSS JOIN inputs USING (sequence) WHERE {OPEN}
UNION ALL
SELECT blob, NULL, NULL FROM jobs CROSS JOIN handed_over USING (sequence) WHERE state = 'running'
UNION ALL
SELECT blob, NULL, NULL FROM jobs CROSS JOIN handed_over USING (sequence)
WHERE delivery = 'pending' AND finished_at IS NOT NULL
"""  # noqa: S608  # literals only

_USEFUL = """
SELECT blob, mask, overlay FROM (
    SELECT finished_at, number, blob, mask, overlay FROM jobs CROSS JOIN inputs USING (sequence)
    WHERE finished_at IS NOT NULL AND blob IS NOT NULL
    UNION ALL
    SELECT finished_at, number, blob, NULL, NULL FROM jobs CROSS JOIN handed_over USING (sequence)
    WHERE finished_at IS NOT NULL
) AS of_ended
ORDER BY finished_at DESC, number
"""

_GRAPHS = "SELECT graph, ui_graph FROM graphs WHERE sequence = :sequence"
_KEEP_GRAPHS = "UPDATE graphs SET graph = :graph, ui_graph = :ui_graph WHERE sequence = :sequence"


class Preparations(Ledger):
    async def claim_preparation(self, owner: str, lease_seconds: float) -> Preparation | None:
        values: Columns = {"owner": owner, "lease_seconds": lease_seconds}
        return await self._database.write(partial(_claim, values))

    async def renew_preparation(self, preparation: Preparation, lease_seconds: float) -> bool:
        return await self._due(preparation, "preparation_due_at = :now + :due_in_seconds", lease_seconds)

    async def postpone_preparation(self, preparation: Preparation, delay_seconds: float) -> bool:
        change = "preparation_due_at = :now + :due_in_seconds, preparer = NULL"
        postponed = await self._due(preparation, change, delay_seconds)
        if postponed:
            self._wake(Topic.PREPARATION)
        return postponed

    async def reworded(self, preparation: Preparation, reworded: Reworded) -> bool:
        return await self._database.write(partial(_reworded, _key(preparation), reworded))

    async def prepared(self, preparation: Preparation, inputs: Sequence[PreparedInput]) -> bool:
        done = await self._database.write(partial(_prepared, _key(preparation), inputs))
        if done:
            self._wake(Topic.QUEUED)
        return done

    async def fail_preparation(self, preparation: Preparation, failed: Failed) -> bool:
        columns: Columns = {**_key(preparation), **end_of(failed)}
        done = await self._database.write(partial(_failed, columns))
        if done:
            self._wake(Topic.ENDED)
        return done

    async def make_all_preparations_due(self) -> None:
        """Let every preparation be tried at once: for whoever knows that no preparer is left."""
        await self._database.run(update("preparer = NULL, preparation_due_at = 0", "state = 'preparing'"))

    async def needed_blobs(self) -> frozenset[str]:
        return frozenset(blobs_of(await self._database.read(_NEEDED)))

    async def useful_blobs(self) -> Sequence[str]:
        return blobs_of(await self._database.read(_USEFUL))

    async def _due(self, preparation: Preparation, change: LiteralString, due_in_seconds: float) -> bool:
        values: Columns = {**_key(preparation), "due_in_seconds": due_in_seconds}
        return bool(await self._database.run(update(change, _HELD), values))


def _claim(values: Columns, statements: Statements) -> Preparation | None:
    rows = statements.run(_CLAIM, values)
    return _preparation_of(rows[0], statements) if rows else None


def _preparation_of(row: Row, statements: Statements) -> Preparation:
    asked = statements.run(ASKED, {"sequence": row["sequence"]})
    preparation = Preparation(job_of(row), row["preparer"], tuple(map(asked_of, asked)))
    if not preparation.job.rewordings:
        return preparation
    (graphs,) = statements.run(_GRAPHS, {"sequence": row["sequence"]})
    return replace(preparation, graph=graphs["graph"], ui_graph=graphs["ui_graph"])


def _reworded(key: Columns, reworded: Reworded, statements: Statements) -> bool:
    columns = {**key, **reworded_columns(reworded)}
    change: LiteralString = (
        "rewording = NULL, option_values = :option_values, typed = :typed, notices = :notices, "
        "spoiler = CASE WHEN :spoiler = 1 THEN 1 ELSE spoiler END, review = coalesce(review, :review)"
    )
    held = f"{_HELD} AND rewording IS NOT NULL"
    rows = statements.run(update(change, held, returning="sequence"), columns)
    if not rows:
        return False
    graphs: Columns = {"graph": reworded.graph, "ui_graph": reworded.ui_graph}
    statements.run(_KEEP_GRAPHS, {"sequence": rows[0]["sequence"], **graphs})
    return True


def _prepared(key: Columns, inputs: Sequence[PreparedInput], statements: Statements) -> bool:
    to_queue = "state = 'queued', preparer = NULL, preparation_due_at = NULL"
    rows = statements.run(update(to_queue, _HELD, returning="sequence"), key)
    if not rows:
        return False
    for each in inputs:
        statements.run(PREPARE, prepared_columns(each, rows[0]["sequence"]))
    return True


def _failed(columns: Columns, statements: Statements) -> bool:
    if not statements.run(update(TO_END, _HELD), columns):
        return False
    statements.run(FORGET_ASKED, columns)
    return True


def _key(preparation: Preparation) -> Columns:
    return {
        "id": str(preparation.job.id),
        "owner": preparation.owner,
        "number": preparation.number,
    }
