"""The part of the ledger that has ended jobs as numbers, which stay when the jobs themselves are forgotten.

See :mod:`bot.jobs.store`, whose rules hold here too. A day begins at midnight UTC, and a job counts on the day of its end.
"""

from typing import Protocol

from msgspec import Struct

DAY_SECONDS = 86_400
MOST_ROWS = 1000
"""Of workflows, persons and reasons, each: the first ones."""
FIGURES_DAYS = 400
"""For so long the numbers of a day are kept: a year can be compared with the one before."""


class Day(Struct, frozen=True):
    number: int
    """Days since 1970-01-01."""
    done: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def jobs(self) -> int:
        return self.done + self.failed + self.cancelled


class Use(Struct, frozen=True):
    """What one workflow, or one person, took."""

    of: str | int
    """What people call the workflow, all its versions; or the person's id, 0 for all whose names are not kept any more."""
    jobs: int
    gpu_seconds: float
    """From the beginning of each run to its end."""


class Failure(Struct, frozen=True):
    reason: str
    """The id of the text that told it; empty: it is not known."""
    jobs: int


class Waits(Struct, frozen=True):
    """From a job's submission to its beginning, in seconds of which the first two digits count."""

    jobs: int
    """How many began."""
    median_seconds: int
    ninth_tenth_seconds: int
    """Nine of ten waited no longer."""


class Figures(Struct, frozen=True):
    days: tuple[Day, ...]
    """Every day of the span, oldest first."""
    workflows: tuple[Use, ...]
    """The most GPU time first; so with people."""
    people: tuple[Use, ...]
    failures: tuple[Failure, ...]
    """The most frequent first."""
    waits: Waits | None
    """None: nothing began."""

    @property
    def jobs(self) -> int:
        return sum(day.jobs for day in self.days)

    @property
    def gpu_seconds(self) -> float:
        return sum(use.gpu_seconds for use in self.workflows)


class FigureStore(Protocol):
    async def figures(self, days: int, guild_id: int | None = None) -> Figures:
        """Of today and the days before it, so many in all; of one guild, or of all places (direct messages among them)."""
        ...
