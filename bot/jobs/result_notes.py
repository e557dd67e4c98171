"""What became of a job's result: where it stands, its copy in the showcase, what is forgotten of it."""

import json
from collections.abc import Mapping
from functools import partial
from typing import cast
from uuid import UUID

from bot.jobs.database import Columns, Statements, update
from bot.jobs.job import MessageRef
from bot.jobs.ledger import Ledger
from bot.jobs.result_store import Exhibit
from bot.jobs.rows import parts_of

_NUMBER = """
SELECT count(other.id) AS number FROM jobs
JOIN jobs AS other ON other.origin_id = jobs.origin_id AND other.origin_action = jobs.origin_action
    AND other.group_number = 1 AND other.sequence <= jobs.sequence
WHERE jobs.id = :id
"""

_BEGIN = """
UPDATE jobs SET showcase_channel_id = :channel_id WHERE id = :id AND showcase_channel_id IS NULL RETURNING 1
"""

_EXHIBIT = """
SELECT showcase_channel_id, showcase_message_id FROM jobs WHERE id = :id AND showcase_channel_id IS NOT NULL
"""

_END = """
UPDATE jobs SET
    showcase_message_id = :message_id,
    showcase_channel_id = CASE WHEN CAST(:message_id AS BIGINT) IS NULL THEN NULL ELSE showcase_channel_id END
WHERE id = :id AND showcase_message_id IS NULL
"""

_OUTCOME = "SELECT sequence, outcome FROM jobs WHERE id = :id AND state IN ('done', 'failed') FOR UPDATE"


_KEPT = "DELETE FROM handed_over WHERE sequence = :sequence"


class ResultNotes(Ledger):
    async def node_seconds(self, job_id: UUID) -> Mapping[str, float]:
        rows = await self._database.read("SELECT node_seconds FROM jobs WHERE id = :id", {"id": str(job_id)})
        source = rows[0]["node_seconds"] if rows else None
        return cast("dict[str, float]", json.loads(source)) if source else {}

    async def posted(self, job_id: UUID) -> Mapping[str, MessageRef]:
        rows = await self._database.read(
            "SELECT delivery_parts FROM jobs WHERE id = :id", {"id": str(job_id)}
        )
        return parts_of(rows[0]["delivery_parts"]) if rows else {}

    async def number_among(self, job_id: UUID) -> int:
        rows = await self._database.read(_NUMBER, {"id": str(job_id)})
        return cast("int", rows[0]["number"])

    async def exhibit(self, job_id: UUID) -> Exhibit | None:
        rows = await self._database.read(_EXHIBIT, {"id": str(job_id)})
        if not rows:
            return None
        return Exhibit(rows[0]["showcase_channel_id"], rows[0]["showcase_message_id"], begun_before=True)

    async def begin_exhibit(self, job_id: UUID, channel_id: int) -> Exhibit | None:
        values: Columns = {"id": str(job_id), "channel_id": channel_id}
        if await self._database.run(_BEGIN, values):
            return Exhibit(channel_id, None, begun_before=False)
        return await self.exhibit(job_id)

    async def end_exhibit(self, job_id: UUID, message_id: int | None) -> None:
        await self._database.run(_END, {"id": str(job_id), "message_id": message_id})

    async def forget_outputs(self, job_id: UUID) -> None:
        await self._database.write(partial(_forget_outputs, {"id": str(job_id)}))


def _forget_outputs(key: Columns, statements: Statements) -> None:
    for row in statements.run(_OUTCOME, key):
        nothing: dict[str, object] = {"outputs": [], "texts": []}
        outcome = {**cast("dict[str, object]", json.loads(row["outcome"])), **nothing}
        columns: Columns = {**key, "outcome": json.dumps(outcome, ensure_ascii=False)}
        statements.run(update("outcome = :outcome", "id = :id"), columns)
        statements.run(_KEPT, {"sequence": row["sequence"]})
