"""What a run is told from outside, by whoever renews its lease."""

import asyncio

from msgspec import Struct, field


class RunSignals(Struct):
    """Set by others, heeded by the run at its next check."""

    lost: bool = False
    """Another worker has the job."""
    cancelled_by: int | None = None
    alive: bool = False
    """The backend said something over a socket since it last failed to answer a request."""
    check: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is a reason to check on the prompt now."""

    @property
    def cancelling(self) -> bool:
        return self.cancelled_by is not None

    def lose(self) -> None:
        self.lost = True
        self.check.set()

    def cancel(self, user_id: int) -> None:
        self.cancelled_by = user_id
        self.check.set()
