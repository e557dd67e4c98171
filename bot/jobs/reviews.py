"""Holding a finished job back until a moderator decides about it, once.

Who decides and who delivers each lock the job's row first: whichever comes second sees what the first one wrote, so
that no decision is slept over.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final, LiteralString
from uuid import UUID

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.job import Delivery, Job, MessageRef
from bot.jobs.ledger import Ledger
from bot.jobs.outbox import HELD, key_of
from bot.jobs.review_store import Decided, Judgement, Review, ReviewState
from bot.jobs.rows import JOB, job_of
from bot.jobs.store import Topic
from bot.texts import Text

_HOLD_BACK: LiteralString = (
    "spoiler = CASE WHEN :spoiler = 1 THEN 1 ELSE spoiler END, review = coalesce(review, :review)"
)
_JUDGE = update(_HOLD_BACK, HELD, returning=JOB)
_JUDGE_MEMBERS = update(_HOLD_BACK, "group_id = :id AND group_number > 1")

_KEEP_JUDGEMENT = """
INSERT INTO judgements (sequence, refusal, judged_at) SELECT sequence, :refusal, :now FROM jobs WHERE id = :id
ON CONFLICT (sequence) DO NOTHING
"""
_JUDGEMENT = "SELECT refusal FROM jobs CROSS JOIN judgements USING (sequence) WHERE id = :id"

_LOCK_HELD = f"SELECT sequence, guild_id FROM jobs WHERE {HELD} FOR UPDATE"  # noqa: S608  # literals only
_LOCK: Final = "SELECT sequence, guild_id, user_id FROM jobs WHERE id = :id FOR UPDATE"

_BEGIN = """
INSERT INTO reviews (sequence, begun_at, ends_at) VALUES (:sequence, :now, :now + :most_seconds)
ON CONFLICT (sequence) DO NOTHING
"""

_SHOW = """
UPDATE reviews SET channel_id = :channel_id, message_id = :message_id WHERE sequence = :sequence RETURNING state, ends_at
"""

_DECIDE = """
UPDATE reviews SET state = :state, decided_by = :by, reason = :reason, decided_at = :now
WHERE sequence = :sequence AND state = 'waiting'
RETURNING 1
"""

_END = """
UPDATE reviews SET state = 'undecided', decided_at = :now
WHERE sequence = :sequence AND state = 'waiting' AND ends_at <= :now
"""

_READ = """
SELECT
    id, guild_id, reviews.state, begun_at, ends_at, reviews.channel_id, reviews.message_id,
    decided_by, reason, decided_at
FROM jobs CROSS JOIN reviews USING (sequence) WHERE id = :id
"""

# Trying begins anew with the decision: what is said of a day of trying does not count the days of waiting.
_DUE_NOW = "delivery_due_at = :now, delivery_first_tried_at = NULL"

_WAIT = update("poster = NULL, delivery_due_at = :ends_at", "sequence = :sequence")
_GO_ON = update(f"poster = NULL, {_DUE_NOW}", "sequence = :sequence")
# Who is just showing it to moderators hears of the decision when that is written down.
_WAKE_UP = update(_DUE_NOW, "sequence = :sequence AND delivery = 'pending' AND poster IS NULL")


_ACTIONS: Mapping[ReviewState, AuditAction] = {
    ReviewState.APPROVED: AuditAction.APPROVE,
    ReviewState.REJECTED: AuditAction.REJECT,
}


class Reviews(Ledger):
    async def judged(
        self,
        delivery: Delivery,
        *,
        spoiler: bool = False,
        review: Text | None = None,
        refusal: Text | None = None,
    ) -> Job | None:
        columns: Columns = {
            **key_of(delivery),
            "spoiler": int(spoiler),
            "review": None if review is None else review.to_json(),
            "refusal": None if refusal is None else refusal.to_json(),
        }
        return await self._database.write(partial(_judge, columns))

    async def judgement(self, job_id: UUID) -> Judgement | None:
        for row in await self._database.read(_JUDGEMENT, {"id": str(job_id)}):
            return Judgement(None if row["refusal"] is None else Text.from_json(row["refusal"]))
        return None

    async def begin_review(self, delivery: Delivery, most_seconds: float) -> Review | None:
        return await self._database.write(partial(_begin, key_of(delivery), most_seconds))

    async def await_decision(self, delivery: Delivery, message: MessageRef) -> bool:
        return await self._database.write(partial(_await_decision, key_of(delivery), message))

    async def decide(
        self, job_id: UUID, by: int, *, approved: bool, reason: str | None = None
    ) -> Decided | None:
        state = ReviewState.APPROVED if approved else ReviewState.REJECTED
        decided = await self._database.write(partial(_decide, job_id, by, state, reason))
        if decided is not None and decided.now:
            self._wake(Topic.ENDED)
        return decided

    async def end_review(self, delivery: Delivery) -> Review | None:
        return await self._database.write(partial(_end, key_of(delivery)))

    async def review(self, job_id: UUID) -> Review | None:
        rows = await self._database.read(_READ, {"id": str(job_id)})
        return _review_of(rows[0]) if rows else None


def _judge(columns: Columns, statements: Statements) -> Job | None:
    rows = statements.run(_JUDGE, columns)
    if not rows:
        return None
    statements.run(_JUDGE_MEMBERS, columns)
    statements.run(_KEEP_JUDGEMENT, columns)
    return job_of(rows[0])


def _begin(key: Columns, most_seconds: float, statements: Statements) -> Review | None:
    rows = statements.run(_LOCK_HELD, key)
    if not rows or rows[0]["guild_id"] is None:
        return None
    statements.run(_BEGIN, {"sequence": rows[0]["sequence"], "most_seconds": most_seconds})
    return _review_of(statements.run(_READ, key)[0])


def _await_decision(key: Columns, message: MessageRef, statements: Statements) -> bool:
    for job in statements.run(_LOCK_HELD, key):
        of_job: Columns = {"sequence": job["sequence"]}
        shown: Columns = {"channel_id": message.channel_id, "message_id": message.message_id}
        for review in statements.run(_SHOW, {**of_job, **shown}):
            if review["state"] == ReviewState.WAITING:
                statements.run(_WAIT, {**of_job, "ends_at": review["ends_at"]})
            else:
                statements.run(_GO_ON, of_job)
            return True
    return False


def _decide(
    job_id: UUID, by: int, state: ReviewState, reason: str | None, statements: Statements
) -> Decided | None:
    key: Columns = {"id": str(job_id)}
    for job in statements.run(_LOCK, key):
        of_job: Columns = {"sequence": job["sequence"]}
        now = bool(statements.run(_DECIDE, {**of_job, "state": state, "by": by, "reason": reason}))
        if now:
            statements.run(_WAKE_UP, of_job)
            add_line(
                statements,
                job["guild_id"],
                by,
                _ACTIONS[state],
                user_id=job["user_id"],
                job_id=job_id,
                details={} if reason is None else {"reason": reason},
            )
        for review in statements.run(_READ, key):
            return Decided(_review_of(review), now=now)
    return None


def _end(key: Columns, statements: Statements) -> Review | None:
    for job in statements.run(_LOCK_HELD, key):
        statements.run(_END, {"sequence": job["sequence"]})
        for review in statements.run(_READ, key):
            return _review_of(review)
    return None


def _review_of(row: Row) -> Review:
    channel_id, message_id = row["channel_id"], row["message_id"]
    return Review(
        job_id=UUID(row["id"]),
        guild_id=row["guild_id"],
        state=ReviewState(row["state"]),
        begun_at=row["begun_at"],
        ends_at=row["ends_at"],
        message=None if message_id is None else MessageRef(channel_id, message_id),
        decided_by=row["decided_by"],
        reason=row["reason"],
        decided_at=row["decided_at"],
    )
