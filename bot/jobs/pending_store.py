"""The part of the ledger that keeps what is no job yet, and who waits to be told: see :mod:`bot.jobs.store`."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from bot.jobs.inputs import Source
from bot.jobs.pending import NewReminder, PendingOrder, Reminder

MOST_PENDING = 25
"""Of one person; the oldest give way."""
MOST_REMINDERS = 10
"""Of one person at the same time."""
PENDING_SECONDS = 24 * 3600.0
"""Older ones are forgotten: the addresses of their files have expired."""


class PendingStore(Protocol):
    async def keep_pending(self, order: PendingOrder) -> None:
        """Keep an order until it is taken. One with the same id stays as it is."""
        ...

    async def pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        """None: there is none (any more), or it is another person's."""
        ...

    async def answer_pending(
        self, order_id: UUID, user_id: int, values: Mapping[str, str], files: Mapping[str, Source]
    ) -> PendingOrder | None:
        """Change what was chosen for some options; two forms that come back at once both count. None: see above."""
        ...

    async def reset_pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        """Choose again what was chosen first. None: see above."""
        ...

    async def take_pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        """Take it out, to make a job of it: of two who try, one gets it. None: see above."""
        ...

    async def keep_reminder(self, reminder: NewReminder) -> bool:
        """Keep it until it was told, once for each job and person. False: this person has :data:`MOST_REMINDERS`."""
        ...

    async def reminders(self, bot: str | None = None) -> Sequence[Reminder]:
        """All, oldest first; or those that fall to this bot."""
        ...

    async def reminded(self, reminder: Reminder) -> None:
        """It was told, or never can be."""
        ...
