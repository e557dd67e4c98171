"""Rules about words as moderators write them: what one may be, and how much there may be of them. Pure."""

import re
from collections.abc import Sequence

from bot.errors import Refused
from bot.jobs.word_rule import MAX_NAME, WordAction, WordRule
from bot.moderation.words.matching import Matcher, word_sought
from bot.moderation.words.patterns import MOST_WEIGHT, Unreadable, check, weight
from bot.texts import text

MOST_IN_WORD = 100
"""Characters of a word or phrase."""
MOST_LETTERS = 30_000
"""Characters of all words and phrases of a guild."""

_BETWEEN = re.compile(r"[,，、;；\n]")  # Chinese ones


def list_of(typed: str) -> tuple[str, ...]:
    """The words and phrases that somebody typed, with commas or line breaks between them.

    Raises:
        Refused: there is none, or one that nothing can be looked for by.
    """
    words = tuple(dict.fromkeys(each for part in _BETWEEN.split(typed) if (each := " ".join(part.split()))))
    if not words:
        raise Refused(text("words-none-typed"))
    for word in words:
        if len(word) > MOST_IN_WORD:
            raise Refused(text("words-word-long", word=word, most=MOST_IN_WORD))
        if not word_sought(word):
            raise Refused(text("words-word-empty", word=word))
    return words


def new_rule(
    guild_id: int,
    name: str,
    action: WordAction,
    made_by: int,
    *,
    words: str | None,
    pattern: str | None,
    loose: bool,
) -> WordRule:
    """A rule of what somebody typed: ``words`` or ``pattern``.

    Raises:
        Refused: it cannot be one.
    """
    shown = " ".join(name.split())
    if not 0 < len(shown) <= MAX_NAME:
        raise Refused(text("words-name-length", most=MAX_NAME))
    if (words is None) == (pattern is None):
        raise Refused(text("words-one-of-two"))
    if words is not None:
        return WordRule(guild_id, shown, action, made_by, words=list_of(words), loose=loose)
    sought = (pattern or "").strip()
    check(sought)
    return WordRule(guild_id, shown, action, made_by, pattern=sought)


def matcher(rules: Sequence[WordRule]) -> Matcher:
    """What looks for all rules of a guild.

    Raises:
        Refused: they are too large together.
    """
    letters = sum(len(word) for rule in rules for word in rule.words)
    if letters > MOST_LETTERS:
        raise Refused(text("words-too-many-letters", count=letters, most=MOST_LETTERS))
    weights = sum(weight(rule.pattern) for rule in rules if rule.pattern is not None)
    if weights > MOST_WEIGHT:
        raise Refused(text("words-patterns-large", count=weights, most=MOST_WEIGHT))
    try:
        return Matcher(rules)
    except Unreadable as error:
        raise Refused(text("words-patterns-large-together")) from error
