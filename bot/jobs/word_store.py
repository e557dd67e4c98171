"""The part of the ledger that keeps the rules about words: see :mod:`bot.jobs.store`, whose rules hold here too."""

from collections.abc import Sequence
from typing import Protocol

from bot.jobs.word_rule import WordRule

MOST_RULES = 500
"""Of a guild."""


class WordStore(Protocol):
    async def word_rules(self, guild_id: int) -> Sequence[WordRule]:
        """Those of a guild, by name."""
        ...

    async def save_word_rule(self, rule: WordRule) -> bool:
        """Keep it, in place of one of that name, with a line in the audit.

        False: the guild has :data:`MOST_RULES` already, and nothing changed. Else it wakes ``Topic.MODERATION``.
        """
        ...

    async def delete_word_rule(self, guild_id: int, name: str, *, by: int) -> bool:
        """Whether it was there; with a line in the audit then. Wakes ``Topic.MODERATION``."""
        ...
