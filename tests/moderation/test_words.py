"""Rules about words: which words they are about, however those are written, and in which time."""

from collections.abc import Sequence

import pytest

from bot.errors import Refused
from bot.jobs.word_rule import WordAction, WordRule
from bot.moderation.words.matching import Matcher
from bot.moderation.words.patterns import MOST_WEIGHT, Patterns, any_case, check, weight
from bot.moderation.words.rules import check_together, list_of, new_rule
from tests.moderation.corpora import Slow, innocent, look_alikes, slow_patterns

REFUSE, REVIEW, SPOILER = WordAction


def rule(
    name: str, *words: str, action: WordAction = REFUSE, loose: bool = False, pattern: str | None = None
) -> WordRule:
    return WordRule(1, name, action, 1, words=words, loose=loose, pattern=pattern)


def names(found: Sequence[WordRule]) -> list[str]:
    return [each.name for each in found]


ALL = [rule(f"{each.word} {each.loose}", each.word, loose=each.loose) for each in look_alikes()]


def test_a_word_is_seen_however_it_is_written() -> None:
    missed = [
        (each.word, written)
        for each, its_rule in zip(look_alikes(), ALL, strict=True)
        for written in each.caught
        if not Matcher([its_rule]).found(written)
    ]
    assert missed == []


def test_words_that_only_resemble_one_are_left_alone() -> None:
    every = Matcher(ALL)
    assert [(words, names(found)) for words in innocent() if (found := every.every(words))] == []


def test_letters_that_stand_apart_are_a_word_only_where_the_rule_says_so() -> None:
    assert Matcher([rule("strict", "blood")]).found("b.l.o.o.d") == []


def test_of_each_action_the_first_rule_that_is_met_is_found_and_the_strictest_action_first() -> None:
    rules = [
        rule("a", "gore", action=SPOILER),
        rule("b", "knife", action=REVIEW),
        rule("c", "nothing"),
        rule("d", "knife", "gore"),
        rule("e", pattern=r"knif\w"),
    ]
    assert names(Matcher(rules).found("a knife, gore")) == ["d", "b", "a"]
    assert names(Matcher(rules).every("a knife, gore")) == ["d", "e", "b", "a"]
    assert names(Matcher(rules).found("a spoon")) == []
    assert names(Matcher([]).found("a knife")) == []


@pytest.mark.parametrize("which", range(7))
def test_which_of_many_rules_it_was_is_told(which: int) -> None:
    many = Matcher([rule(str(number), f"word{number}") for number in range(7)])
    assert names(many.found(f"a word{which}!")) == [str(which)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\d+ ?y\.?o\b", "16 Y.O"),
        (r"año", "feliz AÑO"),  # as it is written
        (r"blood", "вӏооԁ"),  # as an eye sees it
        (r"(?:血|腥)+", "血腥"),
        (r"Upper", "UPPER"),
    ],
)
def test_a_pattern_looks_at_words_as_they_are_written_and_as_an_eye_sees_them(
    pattern: str, words: str
) -> None:
    check(pattern)
    assert Matcher([rule("p", pattern=pattern)]).found(words)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)b",
        "(?<!a)b",
        r"(a)\1",
        "(a",
        "a)|(b",
        "(?P<n>a)",
        "a*",
        "",
        "x" * 301,
        "(a{1000}){1000}",
        "(?x)a # b",
    ],
)
def test_a_pattern_that_the_engine_cannot_bound_or_read_is_refused(pattern: str) -> None:
    with pytest.raises(Refused):
        check(pattern)


@pytest.mark.parametrize(
    ("pattern", "weighs"),
    [
        ("abc", 3),
        ("a{100}", 100),
        ("(ab{10}){10}", 110),
        ("(?:a{5}){2,3}", 15),
        (r"\{9}", 3),
        ("[{9}]{3}", 9),
    ],
)
def test_a_pattern_weighs_as_much_as_it_becomes_when_its_counts_are_written_out(
    pattern: str, weighs: int
) -> None:
    assert weight(pattern) == weighs


@pytest.mark.parametrize("case", slow_patterns(), ids=str)
def test_no_text_makes_a_pattern_slow(case: Slow) -> None:
    """An engine that goes back and tries again would be at it for hours: of so long a text, even one of squares."""
    check(case.pattern)
    assert weight(case.pattern) < MOST_WEIGHT
    Patterns([any_case(case.pattern)]).found_in(case.words(200_000))


def test_all_rules_of_a_guild_together_are_bounded() -> None:
    check_together([rule("a", *(f"word{number}" for number in range(3_000)))])
    with pytest.raises(Refused) as letters:
        check_together([rule("a", *(f"word{number}" for number in range(5_000)))])
    with pytest.raises(Refused) as weights:
        check_together([rule(str(number), pattern="[ab]{200}c") for number in range(5)])
    assert [letters.value.message.id, weights.value.message.id] == [
        "words-too-many-letters",
        "words-patterns-large",
    ]


def test_a_list_is_typed_with_commas_or_lines_between_its_words() -> None:
    assert list_of("blood, very  sad\n血腥、暴力，kill*,,\n") == (
        "blood",
        "very sad",
        "血腥",
        "暴力",
        "kill*",
    )


@pytest.mark.parametrize("typed", ["", " ,\n", "blood, ...", "*", "a" * 101, "blood\n" * 700])
def test_a_list_of_nothing_that_can_be_looked_for_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        list_of(typed)


def test_a_new_rule_has_a_name_and_either_words_or_a_pattern() -> None:
    def made(name: str, words: str | None, pattern: str | None) -> WordRule:
        return new_rule(1, name, REVIEW, 2, words=words, pattern=pattern, loose=True)

    assert made(" no  gore ", "gore", None) == WordRule(1, "no gore", REVIEW, 2, words=("gore",), loose=True)
    assert made("ages", None, r" \d+yo ") == WordRule(1, "ages", REVIEW, 2, pattern=r"\d+yo")
    for name, words, pattern in (("", "a", None), ("x" * 33, "a", None), ("a", None, None), ("a", "b", "c")):
        with pytest.raises(Refused):
            made(name, words, pattern)
