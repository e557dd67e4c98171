"""The part of the ledger that knows whose jobs wait in which guild: see :mod:`bot.jobs.store`."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class WaitingPerson(Struct, frozen=True):
    guild_id: int
    user_id: int


NOBODY = WaitingPerson(0, 0)
"""Before all."""


class WaitingStore(Protocol):
    async def waiting_people(
        self, bot: str, *, waited_seconds: float, after: WaitingPerson = NOBODY, most: int
    ) -> Sequence[WaitingPerson]:
        """Whose jobs have waited so long in guilds that fall to this bot: in order, from the one after ``after`` on."""
        ...
