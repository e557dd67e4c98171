"""The part of the ledger that knows which queues are held up: see :mod:`bot.jobs.store`, whose rules hold here too."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class PauseKind(StrEnum):
    PAUSE = "pause"
    """No job is claimed; those that run go on, and new ones wait with the others."""
    DRAIN = "drain"
    """No job is taken in; those that wait are run."""


class PauseStore(Protocol):
    """A ``guild_id`` of None is every queue, those of direct messages too."""

    async def pause(self, guild_id: int | None, kind: PauseKind, *, by: int) -> bool:
        """Hold up a queue, with a line in the audit. False: it is held up like that already, and nothing changed."""
        ...

    async def resume(self, guild_id: int | None, *, by: int) -> bool:
        """Let it go on, however it was held up, with a line in the audit. False: it was not."""
        ...

    async def pauses(self) -> Mapping[int | None, frozenset[PauseKind]]:
        """All queues that are held up now, by guild."""
        ...
