"""The part of the ledger that looks back: groups, what was made of what, and one person's own jobs.

See :mod:`bot.jobs.store`, whose rules hold here too.
"""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from bot.jobs.job import Job, State

MOST_CHILDREN = 25


class HistoryPage(Struct, frozen=True):
    jobs: tuple[Job, ...]
    """Newest first."""
    count: int
    """How many there are in all."""


class HistoryStore(Protocol):
    async def members(self, group_id: UUID) -> Sequence[Job]:
        """The jobs of a group in order; none: there is no such group (any more)."""
        ...

    async def made_of(self, job_id: UUID) -> Sequence[Job]:
        """The jobs whose origin this one is: newest first, :data:`MOST_CHILDREN` at most."""
        ...

    async def jobs_called(self, digits: str) -> Sequence[Job]:
        """The jobs whose id begins with these eight hex digits; mostly one."""
        ...

    async def history(
        self,
        user_id: int,
        guild_id: int | None,
        *,
        states: Collection[State] = tuple(State),
        workflow: str | None = None,
        skip: int = 0,
        most: int = 10,
    ) -> HistoryPage:
        """A person's own jobs in one guild (None: in direct messages), open and ended; of a group the first member."""
        ...
