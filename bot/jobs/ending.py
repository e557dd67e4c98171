"""How a job ends in the ledger, whoever ends it."""

import json
from typing import LiteralString

from bot.jobs.database import Columns
from bot.jobs.job import Failed, Outcome, Timing
from bot.jobs.outcome_json import outcome_to_json, state_after

TO_END: LiteralString = """
state = :state, outcome = :outcome, finished_at = :now, delivery_due_at = :now,
started_at = coalesce(started_at, :now - :ran_seconds), node_seconds = :node_seconds, failure = :failure,
preparer = NULL, preparation_due_at = NULL, owner = NULL, worker_backend = NULL, lease_until = NULL
"""
"""The change; its parameters are :func:`end_of`."""


def end_of(outcome: Outcome, timing: Timing | None = None) -> Columns:
    return {
        "state": state_after(outcome),
        "outcome": outcome_to_json(outcome),
        "failure": outcome.reason.id if isinstance(outcome, Failed) else None,
        "ran_seconds": None if timing is None else timing.seconds,
        "node_seconds": None if timing is None else json.dumps(dict(timing.node_seconds)),
    }
