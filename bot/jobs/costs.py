"""What a job is expected to take on a GPU, learned from those that were done: by workflow, models and how much there is to do."""

from collections.abc import Sequence
from typing import LiteralString

from msgspec import Struct

from bot.jobs.database import Columns, Statements
from bot.jobs.fair_order import ASSUMED_COST, LEAST_COST
from bot.jobs.rows import OPEN

_MOST_RUNS = 20
_ALIKE = 1.1
"""Runs with no more than so many times the work of one another take the same time."""

# Of the same models first: of others only the order is guessed.
_RUNS: LiteralString = """
SELECT finished_at - started_at AS seconds, work FROM jobs
WHERE state = 'done' AND workflow = :workflow AND models = :models AND started_at IS NOT NULL
ORDER BY finished_at DESC
LIMIT :most
"""
_RUNS_OF_ANY_MODEL: LiteralString = """
SELECT finished_at - started_at AS seconds, work FROM jobs
WHERE state = 'done' AND workflow = :workflow AND started_at IS NOT NULL
ORDER BY finished_at DESC
LIMIT :most
"""

ANY_UNKNOWN = f"""
SELECT 1 FROM jobs WHERE {OPEN} AND cost_known = 0 AND workflow = :workflow AND models = :models LIMIT 1
"""  # noqa: S608  # literals only, here and below

# Who has one of them at the moment is not waited for: it learns when the next one is done.
_UNKNOWN = f"""
SELECT sequence, work FROM jobs
WHERE {OPEN} AND cost_known = 0 AND workflow = :workflow AND models = :models
ORDER BY sequence
FOR UPDATE SKIP LOCKED
"""  # noqa: S608

_LEARN = "UPDATE jobs SET cost = :cost, cost_known = 1 WHERE sequence = :sequence AND cost_known = 0"


class DoneRun(Struct, frozen=True):
    seconds: float
    work: float | None


class Cost(Struct, frozen=True):
    milliseconds: int
    known: bool
    """False: for the order alone."""


def seconds_of(runs: Sequence[DoneRun], work: float | None) -> float | None:
    """What so much work takes, as the median of runs with about as much; else of all, each in proportion."""
    from statistics import median  # noqa: PLC0415  # it brings fractions and decimals along

    if not runs:
        return None
    if work is None or not (measured := [run for run in runs if run.work]):
        return median(run.seconds for run in runs)
    ratios = [(run.seconds, work / (run.work or work)) for run in measured]
    alike = [seconds for seconds, ratio in ratios if 1 / _ALIKE <= ratio <= _ALIKE]
    return median(alike or [seconds * ratio for seconds, ratio in ratios])


def expected_cost(workflow: str, models: str, work: float | None, statements: Statements) -> Cost:
    which: Columns = {"workflow": workflow, "models": models, "most": _MOST_RUNS}
    seconds = seconds_of(_found(_RUNS, which, statements), work)
    if seconds is not None:
        return Cost(_whole(seconds), known=True)
    seconds = seconds_of(_found(_RUNS_OF_ANY_MODEL, which, statements), work)
    return Cost(ASSUMED_COST if seconds is None else _whole(seconds), known=False)


def teach_others(which: Columns, statements: Statements) -> None:
    """A job was done: those that are still open and the first of their kind learn what they take.

    ``which`` has ``workflow`` and ``models``, as :data:`ANY_UNKNOWN` asks.
    """
    unknown = statements.run(_UNKNOWN, which)
    runs = _found(_RUNS, {**which, "most": _MOST_RUNS}, statements)
    for row in unknown:
        if (seconds := seconds_of(runs, row["work"])) is not None:
            statements.run(_LEARN, {"sequence": row["sequence"], "cost": _whole(seconds)})


def _found(statement: LiteralString, which: Columns, statements: Statements) -> list[DoneRun]:
    return [DoneRun(max(0.0, row["seconds"]), row["work"]) for row in statements.run(statement, which)]


def _whole(seconds: float) -> int:
    return max(LEAST_COST, round(seconds * 1000))
