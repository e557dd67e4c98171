"""The part of the ledger that keeps what the moderators of a guild chose. Values are JSON; what they mean is known above.

See :mod:`bot.jobs.store`, whose rules hold here too.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from msgspec import Struct

Layers: TypeAlias = Mapping[int | None, Mapping[str, str]]
"""Channel → key → value, of those that were chosen; under None those of the guild itself."""


class ChangedSettings(Struct, frozen=True):
    guild_id: int
    number: int
    """Of the change; the next one of any guild has a higher number."""
    layers: Layers
    """What is chosen now: maybe more than this change."""


class GuildStore(Protocol):
    async def guild_settings(self, guild_id: int) -> Layers: ...

    async def set_guild_setting(
        self, guild_id: int, key: str, value: str | None, *, set_by: int, channel_id: int | None = None
    ) -> None:
        """None: as if it had never been chosen. ``channel_id``: for one channel alone.

        Writes a line of the audit, and wakes ``Topic.SETTINGS``.
        """
        ...

    async def changed_settings(self, since: int, most: int) -> Sequence[ChangedSettings]:
        """The guilds whose last change has a number above ``since``, in order of these numbers; ``most`` of them."""
        ...
