"""Which job a line of the log is about: whatever is said while one is worked on carries it, libraries' lines too.

A task hands its context on to the tasks that it starts. One that serves several jobs is started with a ``Context`` of its own.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.jobs.job import Job

_job: ContextVar[Job | None] = ContextVar("job", default=None)


@contextmanager
def about(job: Job) -> Generator[None]:
    """Let every line of the log that is written inside carry this job."""
    before = _job.set(job)
    try:
        yield
    finally:
        _job.reset(before)


def current_job() -> Job | None:
    """The job that is worked on here; None: no single one."""
    return _job.get()
