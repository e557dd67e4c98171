"""The part of the ledger that tells a person what it holds of them, and erases it.

See :mod:`bot.jobs.store`, whose rules hold here too, and :mod:`bot.jobs.personal_data` for what is decided of each table.
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString, Protocol, TypeAlias

from msgspec import Struct

Told: TypeAlias = Mapping[str, str | int | float | None]
"""A row as the person is given it: column → value; JSON as text."""


class Held(Struct, frozen=True):
    """How many rows of a table are about a person."""

    rows: int
    here: int | None
    """How many of them in the place that was asked about; None: they belong to no place."""


class Erased(Struct, frozen=True):
    open_jobs: int
    """These are being cancelled; what is stored of them goes when they have ended."""


class PrivacyStore(Protocol):
    async def held(self, user_id: int, guild_id: int | None) -> Mapping[str, Held]:
        """Table → how much of it is about this person; ``guild_id`` is the place that is asked about (None: direct messages)."""
        ...

    async def told(self, user_id: int, table: LiteralString, skip: int, most: int) -> Sequence[Told]:
        """So many of a table's rows about this person, after the first ``skip``; the newest first where there are many."""
        ...

    async def erase(self, user_id: int) -> Erased:
        """Cancel what a person has begun, and delete what is stored of them; numbers stay, as nobody's.

        What cannot go at once (a job that still runs, a result that is just being shown) goes in :meth:`finish_erasures`.
        """
        ...

    async def finish_erasures(self) -> int:
        """Delete what has ended since, of everybody who asked; returns how many still wait."""
        ...

    async def forget_of_guild(self, guild_id: int, older_than_seconds: float) -> int:
        """As ``forget``, of one guild's jobs."""
        ...
