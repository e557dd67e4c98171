"""Which blobs are the files that a job made, where they were given to the ledger."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from bot.jobs.claim import Claim
from bot.jobs.claims import HELD, key_of
from bot.jobs.database import Columns, Statements
from bot.jobs.ledger import Ledger

_OF_CLAIM = f"SELECT sequence FROM jobs WHERE {HELD} FOR UPDATE"  # noqa: S608  # literals only
_OF_UNSHOWN = """
SELECT sequence FROM jobs WHERE id = :id AND delivery = 'pending' AND finished_at IS NOT NULL FOR UPDATE
"""
_ANY = "SELECT 1 FROM handed_over WHERE sequence = :sequence"
_FORGET = "DELETE FROM handed_over WHERE sequence = :sequence"
_WRITE = "INSERT INTO handed_over (sequence, number, blob) VALUES (:sequence, :number, :blob)"
_READ = """
SELECT blob FROM jobs CROSS JOIN handed_over USING (sequence) WHERE id = :id ORDER BY handed_over.number
"""


class Handover(Ledger):
    async def hand_over(self, claim: Claim, blobs: Sequence[str | None]) -> bool:
        return await self._database.write(partial(_hand_over, key_of(claim), blobs))

    async def keep_outputs(self, job_id: UUID, blobs: Sequence[str | None]) -> bool:
        return await self._database.write(partial(_keep, {"id": str(job_id)}, blobs))

    async def handed_over(self, job_id: UUID) -> Sequence[str | None]:
        return [row["blob"] for row in await self._database.read(_READ, {"id": str(job_id)})]


def _hand_over(key: Columns, blobs: Sequence[str | None], statements: Statements) -> bool:
    rows = statements.run(_OF_CLAIM, key)
    if not rows:
        return False
    of_job: Columns = {"sequence": rows[0]["sequence"]}
    statements.run(_FORGET, of_job)
    _write(of_job, blobs, statements)
    return True


def _keep(key: Columns, blobs: Sequence[str | None], statements: Statements) -> bool:
    for row in statements.run(_OF_UNSHOWN, key):
        of_job: Columns = {"sequence": row["sequence"]}
        if not statements.run(_ANY, of_job):
            _write(of_job, blobs, statements)
            return True
    return False


def _write(of_job: Columns, blobs: Sequence[str | None], statements: Statements) -> None:
    for number, blob in enumerate(blobs, start=1):
        statements.run(_WRITE, {**of_job, "number": number, "blob": blob})
