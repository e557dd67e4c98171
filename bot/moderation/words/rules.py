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
MOST_IN_LIST = 4_000
"""Characters of a rule's whole list: what a form takes."""
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
    if len(typed) > MOST_IN_LIST:
        raise Refused(text("words-list-long", most=MOST_IN_LIST))
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
    words: str | None = None,
    pattern: str | None = None,
    loose: bool = False,
    spares_negative: bool = False,
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
        listed = list_of(words)
        return WordRule(guild_id, shown, action, made_by, listed, loose, spares_negative)
    sought = (pattern or "").strip()
    check(sought)
    return WordRule(guild_id, shown, action, made_by, spares_negative=spares_negative, pattern=sought)


def check_together(rules: Sequence[WordRule]) -> None:
    """See that all rules of a guild can be looked for at once.

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
        Matcher(rules)
    except Unreadable as error:
        raise Refused(text("words-patterns-large-together")) from error
