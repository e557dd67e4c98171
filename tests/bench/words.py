"""(w) How long a text of the longest kind is looked through: by 500 rules, and by patterns that are slow elsewhere.

Each with rules that look for the first time, which is when they are slowest. The floor is reading the text once.
"""

import asyncio
import os
import random
from collections.abc import Sequence
from time import perf_counter

from bot.jobs.word_rule import WordAction, WordRule
from bot.jobs.word_store import MOST_RULES
from bot.moderation.words.matching import Matcher
from bot.moderation.words.rules import check_together
from bot.workflows.discord_rules import MAX_TEXT
from tests.bench.convert import best_ms
from tests.bench.table import AtMost, Row
from tests.moderation.corpora import look_alikes, slow_patterns

RUNS = 5
BUDGET_MS = 50
HEAVIEST = (
    r"(?:(?:(?:a?b?){12}){20})*[^ab]",
    r"a[ab]{325}[^ab]",
    r"(?:.*a){190}[^ab]",
    r"[ab]{20}a[ab]{300}[^ab]",
)
"""Each with nearly all the weight that a server's patterns may have, and none found in :func:`_ab`."""


async def measure() -> Sequence[Row]:
    return await asyncio.to_thread(_rows)


def _rows() -> Sequence[Row]:
    slow = [([_pattern(each.pattern)], each.words(MAX_TEXT)) for each in slow_patterns()]
    disguised = " ".join(written for each in look_alikes() for written in each.caught)
    disguised = (disguised * 20)[:MAX_TEXT]
    heaviest = max(_first_ms([_pattern(each)], _ab()) for each in HEAVIEST)
    lists = _lists()
    return [
        _row(f"slowest of {len(slow)} patterns", max(_first_ms(*each) for each in slow), slow[0][1]),
        _row("heaviest patterns allowed", heaviest, _ab()),
        _row(f"{MOST_RULES} rules, none met", _first_ms(lists, _clean()), _clean()),
        _row(f"{MOST_RULES} rules, disguised words", _first_ms(lists, disguised), disguised),
        _row(
            f"{MOST_RULES} rules, the last met",
            _first_ms(lists, f"{_clean()[:-9]} {lists[-1].words[-1]}"),
            _clean(),
        ),
    ]


def _pattern(pattern: str) -> WordRule:
    return WordRule(1, pattern, WordAction.REFUSE, 1, pattern=pattern)


def _lists() -> list[WordRule]:
    """Of 8 words each, a fifth of them loose; and 40 patterns."""
    source = random.Random(7)  # made-up words

    def word() -> str:
        return "".join(source.choice("abcdefghijkl") for _ in range(6))

    patterns = [_pattern(rf"{word()}[a-z]*\d?") for _ in range(40)]
    return patterns + [
        WordRule(1, str(n), WordAction.REFUSE, 1, words=tuple(word() for _ in range(8)), loose=n % 5 == 0)
        for n in range(MOST_RULES - len(patterns))
    ]


def _ab() -> str:
    source = random.Random(9)
    return "".join(source.choice("ab") for _ in range(MAX_TEXT))


def _clean() -> str:
    """No word of those, though each begins and ends as they may."""
    source = random.Random(8)
    return " ".join("".join(source.choice("abcdefghijkl0") for _ in range(5)) for _ in range(MAX_TEXT))[
        :MAX_TEXT
    ]


def _first_ms(rules: Sequence[WordRule], words: str) -> float:
    """The shortest of several first times."""
    times: list[float] = []
    for _ in range(RUNS):
        check_together(rules)
        all_rules = Matcher(rules)
        started = perf_counter()
        all_rules.found(words)
        times.append((perf_counter() - started) * 1000)
    return min(times)


def _row(what: str, result: float, words: str) -> Row:
    return Row(
        "w",
        f"{what}, {MAX_TEXT:,} chars",
        "ms",
        result,
        best_ms(lambda: len(words.casefold().split())),
        AtMost(BUDGET_MS),
        os.getloadavg()[0],
    )
