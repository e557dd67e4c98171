"""What happens to jobs, read off the calls to the ledger and their answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.jobs.claim import Claim, Preparation
from bot.jobs.job import (
    CancelResult,
    Delivery,
    NewJob,
    Outcome,
    State,
    Ticket,
    Timing,
)
from bot.jobs.outcome_json import state_after
from bot.metrics.recording import Counter, Figure, Histogram, Names

MOST_WORKFLOWS: Final = 100
"""As many slash commands as Discord takes of one bot."""

ENDS: Final = (State.DONE, State.FAILED, State.CANCELLED)
TRY_OUTCOMES: Final = ("posted", "postponed", "undeliverable")
_JOB_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 10800)
_DELIVERY_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)


class JobFigures:
    """``now``: the ledger's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.workflows = Names(MOST_WORKFLOWS)
        by_workflow = ("workflow",)
        self._submitted = Counter("comfycord_jobs_submitted", "Jobs that were written down", by_workflow)
        self._ended = Counter(
            "comfycord_jobs_ended",
            "Jobs that ended in this process, those that could not be made ready included",
            ("workflow", "state"),
        )
        self._cancelled = Counter("comfycord_jobs_cancelled_waiting", "Jobs cancelled before they began")
        self._reaped = Counter(
            "comfycord_jobs_reaped", "Running jobs that lost their worker, and were queued again"
        )
        self._attempts = Counter("comfycord_attempts", "Prompts that were given to a ComfyUI", ("backend",))
        self._wait = Histogram(
            "comfycord_job_wait_seconds",
            "From the command to the end of a job, less the time that it ran",
            _JOB_SECONDS,
            by_workflow,
        )
        self._run = Histogram(
            "comfycord_job_run_seconds", "How long a job ran, by ComfyUI's clock", _JOB_SECONDS, by_workflow
        )
        self._tries = Counter("comfycord_delivery_tries", "Tries to show the end of a job", ("outcome",))
        for outcome in TRY_OUTCOMES:
            self._tries.begin(outcome)
        self._shown = Histogram(
            "comfycord_delivery_seconds",
            "From the end of a job until it was shown on Discord",
            _DELIVERY_SECONDS,
        )

    @property
    def figures(self) -> Sequence[Figure]:
        return (
            self._submitted,
            self._ended,
            self._cancelled,
            self._reaped,
            self._attempts,
            self._wait,
            self._run,
            self._tries,
            self._shown,
        )

    @property
    def listeners(self) -> Mapping[str, Callable[..., None]]:
        """By method of the ledger: to be called with its answer, and after that with what it was given."""
        return {
            "submit": self._on_submit,
            "submit_group": self._on_submit_group,
            "fail_preparation": self._on_fail_preparation,
            "note": self._on_note,
            "finish": self._on_finish,
            "cancel": self._on_cancel,
            "cancel_group": self._on_cancel_group,
            "reap": self._on_reap,
            "delivered": self._on_delivered,
            "postpone": self._on_postpone,
            "undeliverable": self._on_undeliverable,
        }

    def _on_submit(self, ticket: Ticket, job: NewJob, *_: object) -> None:
        self._on_submit_group(ticket, [job])

    def _on_submit_group(self, ticket: Ticket, jobs: Sequence[NewJob], *_: object) -> None:
        if ticket.created:
            for job in jobs:
                workflow = self.workflows.bounded(job.command)
                self._submitted.add(workflow)
                for state in ENDS:
                    self._ended.begin(workflow, state)

    def _on_fail_preparation(self, valid: bool, preparation: Preparation, *_: object) -> None:
        if valid:
            self._ended.add(self.workflows.bounded(preparation.job.command), State.FAILED)

    def _on_note(self, claim: Claim, *_: object) -> None:
        self._attempts.add(claim.job.backend or "")

    def _on_finish(self, valid: bool, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> None:
        if not valid:
            return
        workflow = self.workflows.bounded(claim.job.command)
        self._ended.add(workflow, state_after(outcome))
        if timing is not None:
            self._run.observe(timing.seconds, workflow)
            self._wait.observe(max(0.0, self._now() - claim.job.created_at - timing.seconds), workflow)

    def _on_cancel(self, result: CancelResult, *_: object) -> None:
        self._on_cancel_group([result])

    def _on_cancel_group(self, results: Sequence[CancelResult], *_: object) -> None:
        if count := results.count(CancelResult.CANCELLED):
            self._cancelled.add(count=count)

    def _on_reap(self, count: int) -> None:
        if count:
            self._reaped.add(count=count)

    def _on_delivered(self, valid: bool, delivery: Delivery, *_: object) -> None:
        self._on_try(valid, "posted")
        if valid and delivery.job.finished_at is not None:
            self._shown.observe(max(0.0, self._now() - delivery.job.finished_at))

    def _on_postpone(self, valid: bool, *_: object) -> None:
        self._on_try(valid, "postponed")

    def _on_undeliverable(self, valid: bool, *_: object) -> None:
        self._on_try(valid, "undeliverable")

    def _on_try(self, valid: bool, outcome: str) -> None:
        if valid:
            self._tries.add(outcome)
