"""The part of the ledger that knows what people chose for all of their jobs: see :mod:`bot.jobs.store`."""

from typing import Protocol


class PeopleStore(Protocol):
    async def wants_mentions(self, user_id: int) -> bool:
        """Whether a person is to be notified of a result; until they said otherwise, yes."""
        ...

    async def set_mentions(self, user_id: int, *, wanted: bool) -> None: ...
