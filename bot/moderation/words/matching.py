"""Which rules some words are about: all rules of a guild at once, in time that grows with the words alone. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.jobs.word_rule import WordAction, WordRule
from bot.moderation.words.folding import in_words, needs_border, readings, seen, written
from bot.moderation.words.patterns import Patterns, any_case

ANY: Final = "*"


class Matcher:
    """Of one guild's rules."""

    def __init__(self, rules: Sequence[WordRule]) -> None:
        self._rules = {
            action: chosen
            for action in WordAction
            if (chosen := [rule for rule in rules if rule.action is action])
        }
        self._all = {action: _Sought(rules) for action, rules in self._rules.items()}

    def found(self, words: str) -> list[WordRule]:
        """The first rule of each action that the words are about, the strictest action first."""
        forms = _Forms(words)
        return [
            _first(self._rules[action], lambda sought: sought.found_in(forms))
            for action, all_rules in self._all.items()
            if all_rules.found_in(forms)
        ]

    def every(self, words: str) -> list[WordRule]:
        """All rules that the words are about, in order: for whoever tries them out. Slower by the number of rules."""
        forms = _Forms(words)
        return [rule for rules in self._rules.values() for rule in rules if _Sought([rule]).found_in(forms)]


class _Forms:
    """Some words in all the ways in which rules look at them."""

    def __init__(self, words: str) -> None:
        read = readings(words)
        self.in_words = tuple(dict.fromkeys(map(in_words, read)))
        self.whole = tuple(dict.fromkeys((written(words), read[0])))
        """With punctuation and digits, which patterns may ask for: with accents and all, and as an eye sees them."""


class _Sought:
    """Some rules, as one search for each kind."""

    def __init__(self, rules: Sequence[WordRule]) -> None:
        lists = [rule for rule in rules if rule.pattern is None]
        self._words = Patterns([word_sought(word) for rule in lists if not rule.loose for word in rule.words])
        self._loose = Patterns([loose_sought(word) for rule in lists if rule.loose for word in rule.words])
        self._patterns = Patterns([any_case(rule.pattern) for rule in rules if rule.pattern is not None])

    def found_in(self, forms: _Forms) -> bool:
        return any(
            self._words.found_in(each) or self._loose.found_in(each) for each in forms.in_words
        ) or any(map(self._patterns.found_in, forms.whole))


def word_sought(word: str) -> str:
    """A word of a list as it is looked for among words: with the spaces round it, but for an end that is open.

    Empty, where nothing is left of it: a word of dots.
    """
    inner = in_words(seen(word.strip(ANY))).strip()
    if not inner:
        return ""
    before = " " if not word.startswith(ANY) and needs_border(inner[0]) else ""
    after = " " if not word.endswith(ANY) and needs_border(inner[-1]) else ""
    return f"{before}{inner}{after}"


def loose_sought(word: str) -> str:
    """As :func:`word_sought`, with each letter as often as one likes, and apart from the others."""
    sought = word_sought(word)
    letters = [letter for letter in sought if letter != " "]
    before, after = (" " if sought[:1] == " " else ""), (" " if sought[-1:] == " " else "")
    return before + " ?".join(f"{letter}+" for letter in letters) + after


def _first(rules: Sequence[WordRule], is_found: Callable[[_Sought], bool]) -> WordRule:
    """The first that is found, of rules of which one is: by halves, so that all is made anew about twice."""
    while len(rules) > 1:
        half = rules[: len(rules) // 2]
        rules = half if is_found(_Sought(half)) else rules[len(half) :]
    return rules[0]
