"""The part of the ledger that knows whom moderators keep from asking: see :mod:`bot.jobs.store`, whose rules hold here too."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Block(Struct, frozen=True):
    guild_id: int
    user_id: int
    until: float | None
    """None: until somebody lets them again."""
    reason: str
    blocked_by: int


class BlockStore(Protocol):
    async def block(
        self, guild_id: int, user_id: int, *, seconds: float | None, reason: str, by: int
    ) -> Block | None:
        """Keep a person from asking for jobs in this guild, in place of a block that holds already.

        Adds a line to the audit. None: the same moderator just did that, for the same reason and as long, within
        :data:`bot.jobs.job.DOUBLE_PRESS_SECONDS`, and nothing changed.
        """
        ...

    async def unblock(self, guild_id: int, user_id: int, *, by: int) -> bool:
        """Let them again, with a line in the audit. False: they were not blocked (any more), and nothing changed."""
        ...

    async def blocks(self, guild_id: int, most: int) -> Sequence[Block]:
        """Those that hold now, the newest first."""
        ...
