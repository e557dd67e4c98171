"""Showing the end of a job exactly once: a claim of its own, fenced by poster and try."""

import json
from collections.abc import Collection
from functools import partial
from typing import LiteralString

from bot.jobs.bots import falls_to
from bot.jobs.database import Columns, Statements, listed, update
from bot.jobs.job import Delivery, DeliveryState, MessageRef
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, delivery_of

# One column says when the next try may begin: at once after the end, at the end of the lease while somebody
# tries, after the delay when it was postponed.
_CLAIM = f"""
UPDATE jobs SET
    poster = :poster, delivery_tries = delivery_tries + 1, delivery_due_at = :now + :lease_seconds,
    delivery_first_tried_at = coalesce(delivery_first_tried_at, :now)
WHERE sequence = (
    SELECT sequence FROM jobs
    WHERE delivery = 'pending' AND finished_at IS NOT NULL AND delivery_due_at <= :now
        AND {falls_to(":poster")}
        AND :full_channels NOT LIKE '%,' || channel_id || ',%'
        AND (group_id IS NULL OR (group_number = 1 AND NOT EXISTS (
            SELECT 1 FROM jobs AS member WHERE member.group_id = jobs.group_id AND member.finished_at IS NULL
        )))
    ORDER BY finished_at, sequence
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING
    {JOB}, poster, delivery_tries, delivery_first_tried_at, delivery_parts, status_keeper AS kept_by,
    coalesce((SELECT mentions FROM people WHERE people.user_id = jobs.user_id), 1) AS wants_mention
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

# What is told of the first of a group is told of all.
_MEMBERS = """
UPDATE jobs SET delivery = :delivery, poster = NULL, interaction_token = ''
WHERE group_id = :id AND group_number > 1 AND finished_at IS NOT NULL
"""

HELD: LiteralString = "id = :id AND delivery = 'pending' AND poster = :poster AND delivery_tries = :tries"
"""The delivery is still the poster's."""

_PARTS = f"SELECT delivery_parts FROM jobs WHERE {HELD} FOR UPDATE"  # noqa: S608  # literals only

_POSTPONE = update("delivery_due_at = :now + :delay_seconds, poster = NULL", HELD)

# Nobody needs the way back to the interaction any more, so nobody can leak it.
_SETTLE = update(
    """
    delivery = :delivery, result_message_id = :message_id, result_thread_id = :thread_id, poster = NULL,
    interaction_token = ''
    """,
    HELD,
)


class Outbox(Ledger):
    async def claim_delivery(
        self, poster: str, lease_seconds: float, full_channels: Collection[int] = ()
    ) -> Delivery | None:
        values: Columns = {
            "poster": poster,
            "lease_seconds": lease_seconds,
            "full_channels": listed(full_channels),
        }
        rows = await self._database.run(_CLAIM, values)
        return delivery_of(rows[0]) if rows else None

    async def record_part(self, delivery: Delivery, part: str, message: MessageRef) -> bool:
        return await self._database.write(partial(_record_part, key_of(delivery), part, message))

    async def delivered(
        self, delivery: Delivery, message_id: int | None, thread_id: int | None = None
    ) -> bool:
        return await self._settle(delivery, DeliveryState.POSTED, message_id, thread_id)

    async def undeliverable(self, delivery: Delivery) -> bool:
        return await self._settle(delivery, DeliveryState.UNDELIVERABLE, None)

    async def postpone(self, delivery: Delivery, delay_seconds: float) -> bool:
        values: Columns = {**key_of(delivery), "delay_seconds": delay_seconds}
        return bool(await self._database.run(_POSTPONE, values))

    async def make_all_due(self) -> None:
        """Let every pending delivery be tried at once: for whoever knows that no poster is left."""
        await self._database.run(
            update(
                "poster = NULL, delivery_due_at = 0",
                "delivery = 'pending' AND finished_at IS NOT NULL",
            )
        )

    async def _settle(
        self, delivery: Delivery, state: DeliveryState, message_id: int | None, thread_id: int | None = None
    ) -> bool:
        result: Columns = {"message_id": message_id, "thread_id": thread_id}
        values: Columns = {**key_of(delivery), "delivery": state, **result}
        if delivery.job.group is None:
            return bool(await self._database.run(_SETTLE, values))
        return await self._database.write(partial(_settle_all, values))


def _record_part(key: Columns, part: str, message: MessageRef, statements: Statements) -> bool:
    rows = statements.run(_PARTS, key)
    if not rows:
        return False
    parts = {**json.loads(rows[0]["delivery_parts"]), part: [message.channel_id, message.message_id]}
    statements.run(update("delivery_parts = :parts", HELD), {**key, "parts": json.dumps(parts)})
    return True


def _settle_all(values: Columns, statements: Statements) -> bool:
    if not statements.run(_SETTLE, values):
        return False
    statements.run(_MEMBERS, values)
    return True


def key_of(delivery: Delivery) -> Columns:
    return {"id": str(delivery.job.id), "poster": delivery.poster, "tries": delivery.tries + 1}
