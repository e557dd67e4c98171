"""What single guilds have for themselves, as the sync of their commands asks for it."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

from msgspec import Struct

from bot.client.payloads import AnyCommand


class OwnCommands(Struct, frozen=True):
    """Of one guild."""

    commands: Sequence[AnyCommand] = ()
    kept: frozenset[str] = frozenset()
    """Names of commands that cannot be made now, and shall not go either: Discord keeps what it has of them."""

    @property
    def has_any(self) -> bool:
        return bool(self.commands or self.kept)


class GuildCommandSource(Protocol):
    """What the bot offers in single guilds: the cogs."""

    @property
    def changed(self) -> asyncio.Event:
        """Set when what follows became another; cleared by whoever acts on it."""
        ...

    @property
    def guilds(self) -> Collection[int]:
        """Those that have commands of their own."""
        ...

    async def of(self, guild_id: int) -> OwnCommands:
        """Of any guild; equal as long as nothing changed.

        Raises:
            StoreUnavailable: it cannot be said now.
        """
        ...
