"""The rules about words of all guilds: changed in the ledger, looked at in memory."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn, TypeAlias

from bot.errors import NotThere, Refused
from bot.jobs.store import JobStore
from bot.jobs.word_rule import WordRule
from bot.jobs.word_store import MOST_RULES
from bot.moderation.memory import Memory
from bot.moderation.words.matching import Matcher
from bot.moderation.words.rules import check_together
from bot.texts import text
from bot.workflows.spelling import nearest

MOST_GUILDS = 64
"""Whose rules are kept ready to be looked for, of those that were asked for last."""

Rules: TypeAlias = tuple[WordRule, ...]


class WordBook:
    """Every method may raise ``StoreUnavailable``."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._memory = Memory[int, Rules](self._look)

    async def run(self) -> NoReturn:
        await self._memory.kept_true(self._store)

    async def of(self, guild_id: int | None) -> Rules:
        """By name. No rules hold in direct messages."""
        return () if guild_id is None else await self._memory.of(guild_id)

    async def named(self, guild_id: int, name: str) -> WordRule:
        """
        Raises:
            NotThere: there is none of that name.
        """  # noqa: D205, D212  # all that it does
        rules = {rule.name: rule for rule in await self._look(guild_id)}
        if name not in rules:
            near = ", ".join(nearest(name, rules) or tuple(rules)[:3]) or "–"
            raise NotThere(text("words-no-rule", name=name, names=near))
        return rules[name]

    async def save(self, rule: WordRule) -> None:
        """Keep it, in place of one of that name.

        Raises:
            Refused: there are too many, or they are too large together.
        """
        others = [each for each in await self._look(rule.guild_id) if each.name != rule.name]
        await asyncio.to_thread(check_together, [*others, rule])
        if not await self._store.save_word_rule(rule):
            raise Refused(text("words-too-many-rules", most=MOST_RULES))
        self._memory.forget()

    async def remove(self, guild_id: int, name: str, *, by: int) -> WordRule:
        """The rule that is gone.

        Raises:
            NotThere: there is none of that name.
        """
        rule = await self.named(guild_id, name)
        await self._store.delete_word_rule(guild_id, name, by=by)
        self._memory.forget()
        return rule

    async def tried(self, guild_id: int, words: str) -> Sequence[WordRule]:
        """All rules that some words are about, the strictest first."""
        rules = await self.of(guild_id)
        return await asyncio.to_thread(lambda: _matcher(rules).every(words))

    async def _look(self, guild_id: int) -> Rules:
        return tuple(await self._store.word_rules(guild_id))


def found(rules: Rules, words: str, *, is_negative: bool) -> list[WordRule]:
    """See :meth:`Matcher.found`. ``is_negative``: they say what is to be kept out. Blocks: for a thread."""
    about = tuple(rule for rule in rules if not rule.spares_negative) if is_negative else rules
    return _matcher(about).found(words)


@lru_cache(MOST_GUILDS)
def _matcher(rules: Rules) -> Matcher:
    return Matcher(rules)
