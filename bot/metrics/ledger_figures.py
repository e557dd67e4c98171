"""What waits in the ledger. Of several processes with one ledger each tells the same."""

import asyncio
from collections.abc import Sequence
from typing import Final

from bot.jobs.backlog import UNDELIVERED
from bot.jobs.job import State
from bot.jobs.store import JobStore, StoreUnavailable
from bot.jobs.workflow_key import spoken
from bot.metrics.recording import Figure, Gauge, Names

PATIENCE_SECONDS: Final = 5.0
STAGES: Final = (State.PREPARING, State.QUEUED, State.RUNNING, UNDELIVERED)


async def ledger_figures(store: JobStore, workflows: Names) -> Sequence[Figure]:
    up = Gauge("comfycord_store_up", "Whether the ledger answers")
    jobs = Gauge(
        "comfycord_jobs", "Jobs that have not ended, or whose end was not shown yet", ("state", "workflow")
    )
    oldest = Gauge(
        "comfycord_oldest_job_seconds",
        "How long ago the oldest job of a state was asked for; of those not shown yet, how long ago it ended",
        ("state",),
    )
    up.values[()] = 0
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            backlog = await store.backlog()
    except (StoreUnavailable, TimeoutError):
        return (up,)
    up.values[()] = 1
    for stage in STAGES:
        oldest.values[(stage,)] = 0
        jobs.values.update({(stage, workflow): 0 for workflow in workflows.known})
    for each in backlog:
        labels = each.stage, workflows.bounded(spoken(each.workflow))
        jobs.values[labels] = jobs.values.get(labels, 0) + each.jobs
        oldest.values[(each.stage,)] = max(oldest.values[(each.stage,)], store.now() - each.since)
    return up, jobs, oldest
