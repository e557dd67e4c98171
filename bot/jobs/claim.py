"""What a claim is: the right to work on one job for a while. Values only."""

from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from bot.jobs.inputs import JobInput, NewInput
from bot.jobs.job import Job


class Worker(Struct, frozen=True):
    """Who claims: one worker of one backend in one process."""

    owner: str
    """Unique per process and backend."""
    backend: str
    has: Container[str]
    """Answers whether the backend has what a job needs (one of ``NewJob.needs``). Asked outside of the event loop."""
    dead: Container[str] = frozenset[str]()
    """Names of backends whose jobs are to move on: away for too long, or not configured any more."""
    loaded: frozenset[str] = frozenset()
    """The models that the backend has loaded, as far as that is known (``NewJob.models``)."""


class Claim(Struct, frozen=True):
    """The right to run one job, until the lease ends. Writes are fenced by owner, attempt and number."""

    job: Job
    owner: str
    number: int
    """Counts the claims of its job: a new one fences the old, even one of the same owner."""
    graph: str
    """The filled graph in API format, as JSON text."""
    ui_graph: str | None
    """What the editor is to show of the files that come out, as JSON text."""
    inputs: tuple[JobInput, ...] = ()
    """The files that its backend must have before the graph is submitted."""
    fingerprint: str | None = None
    trusted: bool = True
    """See :class:`bot.jobs.job.NewJob`, of both."""

    @property
    def attempt(self) -> int:
        return self.job.attempt


class Verdict(StrEnum):
    """What a worker learns when it renews its lease."""

    OK = "ok"
    CANCEL = "cancel"
    """Somebody asked for the job to be cancelled: stop it at the backend and finish it as cancelled."""
    LOST = "lost"
    """The job is no longer this worker's: drop it, write nothing."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The right to make one job ready, until the lease ends. Writes are fenced by owner and number."""

    job: Job
    owner: str
    inputs: tuple[NewInput, ...]
    """The files to fetch."""
    graph: str = field(default="", repr=False)
    ui_graph: str | None = field(default=None, repr=False)
    """As of a :class:`Claim`, where something is to be done to the words in them; left out where not."""

    @property
    def number(self) -> int:
        """Counts the tries of its job, from 1; each fences those before it."""
        return self.job.preparations
