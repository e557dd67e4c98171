"""Which job a worker gets: the first in the fair order that its backend can run."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import LiteralString, cast

from bot.jobs.claim import Worker
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.fair_order import (
    Head,
    Kind,
    heads_in_order,
    may_be_passed,
    places_in_order,
    warm_head,
    warm_places,
)
from bot.jobs.rows import JOB, OPEN, needs_of
from bot.jobs.shares import Turn, charge

# The index leads from the first job of a kind and place to the first of the next, past all others.
_KINDS = """
WITH RECURSIVE waiting (kind, place, sequence) AS (
    SELECT * FROM (
        SELECT kind, place, sequence FROM jobs WHERE state = 'queued' ORDER BY kind, place, sequence LIMIT 1
    ) AS very_first
    UNION ALL
    SELECT jobs.kind, jobs.place, jobs.sequence
    FROM waiting JOIN jobs ON jobs.sequence = coalesce(
        (
            SELECT sequence FROM jobs
            WHERE state = 'queued' AND kind = waiting.kind AND place > waiting.place
            ORDER BY place, sequence LIMIT 1
        ), (
            SELECT sequence FROM jobs
            WHERE state = 'queued' AND kind > waiting.kind ORDER BY kind, place, sequence LIMIT 1
        )
    )
)
SELECT
    jobs.kind, jobs.place, jobs.sequence, needs, models, jobs.backend, used,
    (SELECT reached FROM shares WHERE backend = :backend AND place = -1 AND user_id = -1) AS reached
FROM waiting CROSS JOIN jobs USING (sequence)
LEFT JOIN shares ON shares.backend = :backend AND shares.place = jobs.place AND shares.user_id = -1
WHERE NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.kind = 'pause' AND pauses.guild_id IN (0, jobs.place))
"""

_HAS_ROOM: LiteralString = f"""
(at_once = 0 OR at_once > (
    SELECT count(*) FROM jobs AS running
    WHERE running.user_id = jobs.user_id AND running.place = jobs.place AND {OPEN} AND running.state = 'running'
))
"""  # noqa: S608  # literals only, here and below
"""Whether the job's person may have one more running."""

_HEADS = f"""
WITH heads AS (
    SELECT min(sequence) AS sequence FROM jobs
    WHERE state = 'queued' AND kind = :kind AND place = :place
    GROUP BY user_id
)
SELECT
    jobs.sequence, jobs.user_id, passed, used, at_once,
    (SELECT reached FROM shares WHERE backend = :backend AND place = :place AND user_id = -1) AS reached
FROM heads CROSS JOIN jobs USING (sequence)
LEFT JOIN shares ON shares.backend = :backend AND shares.place = :place AND shares.user_id = jobs.user_id
WHERE {_HAS_ROOM}
"""  # noqa: S608

# Several workers come for one person's jobs at once: each gets the first that no other is just taking.
_TAKE = f"""
UPDATE jobs SET
    state = 'running', owner = :owner, worker_backend = :backend, claims = claims + 1,
    lease_until = :now + :lease_seconds, charged = cost, charged_to = :backend
WHERE sequence = (
    SELECT sequence FROM jobs
    WHERE state = 'queued' AND kind = :kind AND place = :place AND user_id = :user_id AND {_HAS_ROOM}
    ORDER BY sequence LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING {JOB}, owner, claims, sequence, place, cost, weight, charged_to
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_PASSED_OVER: LiteralString = "UPDATE jobs SET passed = passed + 1 WHERE sequence = :sequence"


class _Choice:
    """Looks at what is queued, as far as it must, and says in which order this worker should try to get it."""

    def __init__(self, worker: Worker, statements: Statements) -> None:
        self._worker = worker
        self._statements = statements
        self._places = places_in_order(self._kinds())
        self._known: dict[int, list[Head]] = {}
        self.passed: Head | None = None
        """The one that is next in the fair order, while another is tried before it."""

    @property
    def reached(self) -> int:
        """The virtual time among places."""
        return self._places[0][0].begins

    def reached_in(self, place: int) -> int:
        return self._known[place][0].begins

    def heads(self) -> Iterator[Head]:
        first: Head | None = None
        for kinds in self._places:
            heads = self._heads(kinds)  # another worker may have taken all of them since
            if first is None and heads:
                first = heads[0]
                if may_be_passed(first, self._worker.loaded) and (warm := self._warm()):
                    self.passed = first
                    yield warm
                    self.passed = None
            yield from heads

    def _warm(self) -> Head | None:
        loaded = self._worker.loaded
        heads = (warm_head(self._heads(kinds), loaded) for kinds in warm_places(self._places, loaded))
        return next((head for head in heads if head is not None), None)

    def _kinds(self) -> list[Kind]:
        able: dict[str, bool] = {}
        kinds: list[Kind] = []
        for row in self._statements.run(_KINDS, {"backend": self._worker.backend}):
            name: str = row["kind"]
            if name not in able:
                able[name] = _can_run(self._worker, row)
            if able[name]:
                kinds.append(_kind_of(row))
        return kinds

    def _heads(self, kinds: Sequence[Kind]) -> list[Head]:
        place = kinds[0].place
        if place not in self._known:
            self._known[place] = heads_in_order(head for kind in kinds for head in self._heads_of(kind))
        return self._known[place]

    def _heads_of(self, kind: Kind) -> list[Head]:
        values: Columns = {"backend": self._worker.backend, "kind": kind.name, "place": kind.place}
        return [_head_of(row, kind) for row in self._statements.run(_HEADS, values)]


def take_next(worker: Worker, lease_seconds: float, statements: Statements) -> Row | None:
    """Claim the job, with its charge; the row has what a claim is made of."""
    choice = _Choice(worker, statements)
    who: Columns = {"owner": worker.owner, "backend": worker.backend, "lease_seconds": lease_seconds}
    for head in choice.heads():
        which: Columns = {"kind": head.kind.name, "place": head.kind.place, "user_id": head.user_id}
        if head.at_once:  # of two workers that come at once the second counts the first
            statements.lock(f"runs of person {head.user_id} in {head.kind.place}")
        for row in statements.run(_TAKE, {**who, **which}):
            among_places = Turn(head.kind.begins, choice.reached)
            among_persons = Turn(head.begins, choice.reached_in(head.kind.place))
            charge(row, among_places, among_persons, statements)
            if choice.passed is not None:
                statements.run(_PASSED_OVER, {"sequence": choice.passed.sequence})
            return row
    return None


def _can_run(worker: Worker, row: Row) -> bool:
    bound_to: str | None = row["backend"]
    if bound_to is not None and bound_to != worker.backend and bound_to not in worker.dead:
        return False
    return all(need in worker.has for need in needs_of(row["needs"]))


def _kind_of(row: Row) -> Kind:
    return Kind(row["kind"], row["place"], row["sequence"], _begins(row), _models_of(row["models"]))


def _head_of(row: Row, kind: Kind) -> Head:
    return Head(kind, row["user_id"], row["sequence"], _begins(row), row["passed"], row["at_once"])


def _begins(row: Row) -> int:
    return max(row["used"] or 0, row["reached"] or 0)


@lru_cache(256)
def _models_of(source: str) -> frozenset[str]:
    return frozenset(cast("list[str]", json.loads(source)))
