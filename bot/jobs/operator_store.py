"""The part of the ledger that keeps what the operator decided, and looks at what only they may see.

See :mod:`bot.jobs.store`, whose rules hold here too.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from bot.jobs.job import Failed

HOUR_SECONDS = 3600.0


class BackendOrder(Struct, frozen=True):
    """What is wanted of one backend."""

    backend: str
    """As jobs know it."""
    paused: bool = False
    """No job begins there; those that run go on."""
    free_memory: bool = False
    """Its memory is to be made free, once, and was not yet."""


class BackendFailure(Struct, frozen=True):
    backend: str | None
    """The one that had the job; None: none had it."""
    failed: Failed


class GuildUse(Struct, frozen=True):
    guild_id: int
    """0: outside of every guild."""
    jobs: int
    """That ended."""
    failed: int
    gpu_seconds: float


class OperatorStore(Protocol):
    async def backend_orders(self) -> Sequence[BackendOrder]:
        """By backend; those of which nothing is wanted are left out."""
        ...

    async def pause_backend(self, backend: str, *, paused: bool, by: int) -> bool:
        """Let no job begin there, or let them again; with a line in the audit. False: so it was already."""
        ...

    async def ask_for_memory(self, backend: str, *, by: int) -> None:
        """Have its memory made free by whoever reaches it; with a line in the audit."""
        ...

    async def memory_freed(self, backend: str) -> None:
        """It was asked to."""
        ...

    async def failures(self, within_seconds: float = HOUR_SECONDS) -> Sequence[BackendFailure]:
        """Of jobs that failed lately: newest first, a thousand at most."""
        ...

    async def last_needs(self) -> Mapping[str, frozenset[str]]:
        """Backend → what the job needed that it began last, of those that run and the last thousand of a day."""
        ...

    async def guild_use(self, days: int) -> Sequence[GuildUse]:
        """Of jobs that ended today and on the days before it, so many in all; the most GPU time first."""
        ...

    async def guilds_that_chose(self, key: str) -> Mapping[int, str]:
        """Guild → what it chose for this setting, as it is kept."""
        ...

    async def guild_rulings(self) -> Mapping[int, bool]:
        """Guild → whether it may have the bot, where the operator decided that."""
        ...

    async def rule_guild(self, guild_id: int, *, allowed: bool, by: int) -> None:
        """With a line in the audit."""
        ...
