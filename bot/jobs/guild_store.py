"""The part of the ledger that keeps what the moderators of a guild chose. Values are JSON; what they mean is known above.

See :mod:`bot.jobs.store`, whose rules hold here too.
"""

from collections.abc import Mapping
from typing import Protocol


class GuildStore(Protocol):
    async def guild_settings(self, guild_id: int) -> Mapping[str, str]:
        """Key → value, of those that were chosen."""
        ...

    async def set_guild_setting(self, guild_id: int, key: str, value: str | None, *, set_by: int) -> None:
        """None: as if it had never been chosen."""
        ...
