"""The part of the ledger that knows in which guilds Discord may have commands of the bot's own: see :mod:`bot.jobs.store`.

What Discord has is asked of Discord. But it cannot be asked which guilds to ask about, and a bot may be killed after a
guild's last command is gone here and before it is gone there.
"""

from collections.abc import Collection
from typing import Protocol


class ToldStore(Protocol):
    async def note_told_guild(self, guild_id: int, *, has_commands: bool) -> None:
        """Before Discord is told of a guild's first command, and after it took the last one back."""
        ...

    async def told_guilds(self) -> Collection[int]: ...
