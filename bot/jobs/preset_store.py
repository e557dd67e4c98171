"""The part of the ledger that keeps presets: see :mod:`bot.jobs.store`, whose rules hold here too."""

from collections.abc import Sequence
from typing import Protocol

from bot.jobs.preset import Preset

MOST_OF_PERSON = 50
MOST_OF_GUILD = 100


class PresetStore(Protocol):
    async def save_preset(self, preset: Preset) -> bool:
        """Keep it, in place of one of that name of the same person or guild.

        False: there are :data:`MOST_OF_PERSON` or :data:`MOST_OF_GUILD` already, and nothing changed.
        """
        ...

    async def presets(self, user_id: int, guild_id: int | None) -> Sequence[Preset]:
        """A person's own and their guild's, by name; of one name the person's own first."""
        ...

    async def delete_preset(self, preset: Preset) -> bool:
        """Whether it was there."""
        ...
