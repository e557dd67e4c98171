"""What each place and person has used of each backend, kept for the fair order (see :mod:`bot.jobs.fair_order`).

A backend has one worker, and only that one and what ends its jobs change its shares: workers do not wait for each other here.
"""

from collections.abc import Iterable
from typing import LiteralString, NamedTuple

from bot.jobs.database import Columns, Row, Statements
from bot.jobs.fair_order import LEAST_COST, charge_of
from bot.jobs.job import Cancelled, Done, Outcome, Timing

CHARGED: LiteralString = "place, user_id, weight, charged, charged_to, started_at"
"""What :func:`refund` and :func:`correct` read of a job that was claimed."""

# The backend as a whole, the place, the person in it: all who write shares lock them in this order, and none waits for another
# that waits for it.
_OWN_CHARGE: LiteralString = """
CASE WHEN excluded.place = -1 THEN 0 WHEN excluded.user_id = -1 THEN :of_place ELSE :of_person END
"""
_CHARGE = f"""
INSERT INTO shares (backend, place, user_id, used, reached, changed_at)
VALUES
    (:backend, -1, -1, 0, :reached, :now),
    (:backend, :place, -1, :used_by_place, :reached_in_place, :now),
    (:backend, :place, :user_id, :used_by_person, 0, :now)
ON CONFLICT (backend, place, user_id) DO UPDATE SET
    used = CASE WHEN excluded.used > shares.used + {_OWN_CHARGE} THEN excluded.used ELSE shares.used + {_OWN_CHARGE} END,
    reached = CASE WHEN excluded.reached > shares.reached THEN excluded.reached ELSE shares.reached END,
    changed_at = :now
"""  # noqa: S608  # literals only

_CORRECT = """
UPDATE shares SET used = used + CASE WHEN user_id = -1 THEN :of_place ELSE :of_person END
WHERE backend = :backend AND place = :place AND user_id IN (
    SELECT user_id FROM shares
    WHERE backend = :backend AND place = :place AND user_id IN (-1, :user_id)
    ORDER BY user_id FOR UPDATE
)
"""

FORGET_SHARES = "DELETE FROM shares WHERE changed_at < :now - :older_than_seconds RETURNING 1"
SHARES_KEPT_SECONDS = 24 * 3600.0
"""Who has asked for nothing for so long has used nothing."""


class Turn(NamedTuple):
    """When a job's turn came, in virtual time, and how far that has come: a loaded model may bring a job before its turn."""

    begins: int
    reached: int


def charge(row: Row, among_places: Turn, among_persons: Turn, statements: Statements) -> None:
    """Take a claimed job's cost from the shares of its place and person; ``row`` has what was claimed."""
    of_place: int = row["cost"]
    of_person = charge_of(of_place, row["weight"])
    values: Columns = {
        "backend": row["charged_to"],
        "place": row["place"],
        "user_id": row["user_id"],
        "of_place": of_place,
        "of_person": of_person,
        "used_by_place": among_places.begins + of_place,
        "used_by_person": among_persons.begins + of_person,
        "reached": among_places.reached,
        "reached_in_place": among_persons.reached,
    }
    statements.run(_CHARGE, values)


def refund(rows: Iterable[Row], statements: Statements) -> None:
    """Give back what was taken: these jobs are in the queue again, at their old place."""
    for row in sorted(rows, key=lambda row: (row["charged_to"] or "", row["place"], row["user_id"])):
        _correct(row, 0, statements)


def correct(row: Row, outcome: Outcome, timing: Timing | None, statements: Statements) -> None:
    """A job ended: what it took counts, not what was expected."""
    cost = _real_cost(outcome, timing, began=row["started_at"] is not None)
    if cost is not None:
        _correct(row, cost, statements)


def _real_cost(outcome: Outcome, timing: Timing | None, *, began: bool) -> int | None:
    """None: nobody knows better than before."""
    if timing is not None:
        return max(LEAST_COST, round(timing.seconds * 1000))
    if began or isinstance(outcome, Done):
        return None
    return 0 if isinstance(outcome, Cancelled) else LEAST_COST


def _correct(row: Row, cost: int, statements: Statements) -> None:
    charged: int = row["charged"]
    if row["charged_to"] is None or cost == charged:
        return
    weight: int = row["weight"]
    of_person = (charge_of(cost, weight) if cost else 0) - charge_of(charged, weight)
    values: Columns = {"backend": row["charged_to"], "place": row["place"], "user_id": row["user_id"]}
    statements.run(_CORRECT, {**values, "of_place": cost - charged, "of_person": of_person})
