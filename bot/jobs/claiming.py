"""Which job a worker gets: the first in the fair order that its backend can run."""

import json
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import LiteralString, NamedTuple, cast

from msgspec.structs import replace

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

# The index leads from each kind and place to the next, past all their jobs. Of each kind those places are told whose turn it
# is first, and with the first what the kind needs. Jobs are looked up one by one: no planner can know how few there will be,
# and a join would read the whole table.
_KINDS = """
WITH RECURSIVE kinds (kind) AS (
    SELECT min(kind) FROM jobs WHERE state = 'queued'
    UNION ALL
    SELECT (SELECT min(kind) FROM jobs WHERE state = 'queued' AND kind > kinds.kind)
    FROM kinds WHERE kind IS NOT NULL
), places (kind, place) AS (
    SELECT kind, (SELECT min(place) FROM jobs WHERE state = 'queued' AND kind = kinds.kind)
    FROM kinds WHERE kind IS NOT NULL
    UNION ALL
    SELECT kind, (
        SELECT min(place) FROM jobs WHERE state = 'queued' AND kind = places.kind AND place > places.place
    )
    FROM places WHERE place IS NOT NULL
), level (reached) AS (
    SELECT coalesce(max(reached), 0) FROM shares WHERE backend = :backend AND place = -1 AND user_id = -1
), turns AS MATERIALIZED (
    SELECT
        places.kind, places.place,
        (
            SELECT min(sequence) FROM jobs
            WHERE state = 'queued' AND kind = places.kind AND place = places.place
        ) AS sequence,
        CASE WHEN used > level.reached THEN used ELSE level.reached END AS begins
    FROM level, places
    LEFT JOIN shares ON shares.backend = :backend AND shares.place = places.place AND shares.user_id = -1
    WHERE places.place IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pauses WHERE pauses.kind = 'pause' AND pauses.guild_id IN (0, places.place)
    )
), numbered AS (
    SELECT kind, place, sequence, begins, row_number() OVER (PARTITION BY kind ORDER BY begins, sequence) AS number
    FROM turns
)
SELECT
    kind, place, sequence, begins,
    CASE WHEN number = 1 THEN (SELECT needs FROM jobs WHERE jobs.sequence = numbered.sequence) END AS needs,
    CASE WHEN number = 1 THEN (SELECT models FROM jobs WHERE jobs.sequence = numbered.sequence) END AS models,
    CASE WHEN number = 1 THEN (SELECT backend FROM jobs WHERE jobs.sequence = numbered.sequence) END AS backend
FROM numbered WHERE number <= :most ORDER BY number
"""

# Of one place, from its part of an index alone: the first job of each kind and person, of each kind those whose turn it is first.
_HEADS = f"""
WITH heads AS (
    SELECT kind, user_id, min(sequence) AS sequence FROM jobs
    WHERE state = 'queued' AND place = :place GROUP BY kind, user_id
), running AS (
    SELECT user_id, count(*) AS many FROM jobs WHERE {OPEN} AND state = 'running' AND place = :place GROUP BY user_id
), level (reached) AS (
    SELECT coalesce(max(reached), 0) FROM shares WHERE backend = :backend AND place = :place AND user_id = -1
), turns AS (
    SELECT
        heads.kind, heads.user_id, heads.sequence,
        CASE WHEN used > level.reached THEN used ELSE level.reached END AS begins
    FROM level, heads
    LEFT JOIN shares ON shares.backend = :backend AND shares.place = :place AND shares.user_id = heads.user_id
    LEFT JOIN running ON running.user_id = heads.user_id
    WHERE many IS NULL OR EXISTS (
        SELECT 1 FROM jobs WHERE jobs.sequence = heads.sequence AND (at_once = 0 OR at_once > many)
    )
), numbered AS (
    SELECT kind, user_id, sequence, begins, row_number() OVER (PARTITION BY kind ORDER BY begins, sequence) AS number
    FROM turns
)
SELECT
    kind, user_id, sequence, begins,
    (SELECT passed FROM jobs WHERE jobs.sequence = numbered.sequence) AS passed,
    (SELECT at_once FROM jobs WHERE jobs.sequence = numbered.sequence) AS at_once
FROM numbered WHERE number <= :most
"""  # noqa: S608  # literals only, here and below
_MOST = 50
"""Where so many others are claiming at the same moment, a worker has to look again."""

_HAS_ROOM: LiteralString = f"""
(at_once = 0 OR at_once > (
    SELECT count(*) FROM jobs AS running
    WHERE running.user_id = jobs.user_id AND running.place = jobs.place AND {OPEN} AND running.state = 'running'
))
"""  # noqa: S608
"""Whether the job's person may have one more running."""

# Several workers come for one person's jobs at once: each gets the first that no other is just taking.
_TAKE = f"""
UPDATE jobs SET
    state = 'running', owner = :owner, worker_backend = :backend, claims = claims + 1,
    lease_until = :now + :lease_seconds, charged = cost, charged_to = :backend
WHERE sequence = (
    SELECT sequence FROM jobs
    WHERE state = 'queued' AND place = :place AND kind = :kind AND user_id = :user_id AND {_HAS_ROOM}
    ORDER BY sequence LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING {JOB}, owner, claims, sequence, place, cost, weight, charged_to
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

# Whoever cannot lock it leaves the order as it is: another worker is just taking that job, or passes over it.
_PASSED_OVER = """
UPDATE jobs SET passed = passed + 1
WHERE sequence = (
    SELECT sequence FROM jobs WHERE sequence = :sequence AND state = 'queued' AND passed = :passed
    FOR UPDATE SKIP LOCKED
)
RETURNING sequence
"""


class _Choice:
    """Looks at what is queued, as far as it must, and says in which order this worker should try to get it."""

    def __init__(self, worker: Worker, statements: Statements) -> None:
        self._worker = worker
        self._statements = statements
        self._able: dict[str, frozenset[str]] = {}
        """The kinds that the worker can run, and their models."""
        self._places = places_in_order(self._kinds())
        self._known: dict[int, list[Head]] = {}

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
                may_pass = may_be_passed(first, self._worker.loaded)
                if may_pass and (warm := self._warm()) and self._pass_over(first):
                    yield warm
            yield from _further_away(heads)

    def _warm(self) -> Head | None:
        loaded = self._worker.loaded
        heads = (warm_head(self._heads(kinds), loaded) for kinds in warm_places(self._places, loaded))
        return next((head for head in heads if head is not None), None)

    def _pass_over(self, head: Head) -> bool:
        return bool(self._statements.run(_PASSED_OVER, {"sequence": head.sequence, "passed": head.passed}))

    def _kinds(self) -> list[Kind]:
        kinds: list[Kind] = []
        for row in self._statements.run(_KINDS, {"backend": self._worker.backend, "most": _MOST}):
            name: str = row["kind"]
            if row["needs"] is not None and _can_run(self._worker, row):
                self._able[name] = _models_of(row["models"])
            if (models := self._able.get(name)) is not None:
                kinds.append(Kind(name, row["place"], row["sequence"], row["begins"], models))
        return kinds

    def _heads(self, kinds: Sequence[Kind]) -> list[Head]:
        any_kind = kinds[0]
        if any_kind.place not in self._known:
            which: Columns = {"backend": self._worker.backend, "place": any_kind.place, "most": _MOST}
            self._known[any_kind.place] = heads_in_order(
                _head_of(row, any_kind, models)
                for row in self._statements.run(_HEADS, which)
                if (models := self._able.get(row["kind"])) is not None
            )
        return self._known[any_kind.place]


class Taken(NamedTuple):
    """What came of looking for a job."""

    row: Row | None
    """The job that was claimed, with what a claim is made of."""
    others_at_it: bool = False
    """Others took what it found, or are just claiming of the same persons: whether something is left is not known."""


def take_next(worker: Worker, lease_seconds: float, statements: Statements) -> Taken:
    """Claim the job, with its charge. It waits for no other worker."""
    choice = _Choice(worker, statements)
    who: Columns = {"owner": worker.owner, "backend": worker.backend, "lease_seconds": lease_seconds}
    others_at_it = False
    for head in choice.heads():
        which: Columns = {"kind": head.kind.name, "place": head.kind.place, "user_id": head.user_id}
        others_at_it = True  # unless it gets this one
        # Of two workers that come at once the second would have to count the first: it goes on to somebody else.
        if head.at_once and not statements.try_lock(f"runs of person {head.user_id} in {head.kind.place}"):
            continue
        for row in statements.run(_TAKE, {**who, **which}):
            among_places = Turn(head.kind.begins, choice.reached)
            among_persons = Turn(head.begins, choice.reached_in(head.kind.place))
            charge(row, among_places, among_persons, statements)
            return Taken(row)
    return Taken(None, others_at_it)


def _further_away(heads: Sequence[Head]) -> Iterator[Head]:
    """The first one; then, since others are just taking the first ones, any of the next two, four, eight, and so on.

    Many who come at one moment would else run after each other, and each find what was just taken.
    """
    left, reach = list(heads), 1
    while left:
        yield left.pop(random.randrange(min(reach, len(left))))  # noqa: S311  # no secret
        reach *= 2


def _can_run(worker: Worker, row: Row) -> bool:
    bound_to: str | None = row["backend"]
    if bound_to is not None and bound_to != worker.backend and bound_to not in worker.dead:
        return False
    return all(need in worker.has for need in needs_of(row["needs"]))


def _head_of(row: Row, of_place: Kind, models: frozenset[str]) -> Head:
    kind = replace(of_place, name=row["kind"], models=models)
    return Head(kind, row["user_id"], row["sequence"], row["begins"], row["passed"], row["at_once"])


@lru_cache(256)
def _models_of(source: str) -> frozenset[str]:
    return frozenset(cast("list[str]", json.loads(source)))
