"""One typed text: choices are picked, wildcards drawn, and neither goes on for ever."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import text
from bot.workflows.discord_rules import MAX_TEXT
from bot.workflows.prompts.expansion import Expanded, expanded
from bot.workflows.prompts.wildcards import Wildcards, unknown

ANIMALS: Wildcards = {
    "animal": ("fox", "{wolf|owl}", "__creature/bird__"),
    "creature/bird": ("heron", r"\{tit\}"),
    "self": ("__self__ __self__",),
    "long": ("x" * 2000,),
    "one": ("__other__",),
    "other": ("__one__",),
}


def read(words: str, *picks: int, wildcards: Wildcards | None = ANIMALS, choices: bool = True) -> Expanded:
    """The first of everything when the ``picks`` are used up."""
    left = list(picks)
    return expanded(
        words, choices=choices, wildcards=wildcards, pick=lambda count: (left.pop(0) if left else 0) % count
    )


@pytest.mark.parametrize(
    ("words", "picks", "becomes"),
    [
        ("a {red|blue} fox", (1,), "a blue fox"),
        ("a __animal__!", (0,), "a fox!"),
        ("__ANIMAL__", (), "fox"),
        ("__animal__", (1, 1), "owl"),
        ("__animal__", (2, 0), "heron"),
        ("__animal__", (2, 1), "{tit}"),
        ("__creature/bird__ and __animal__", (0, 0), "heron and fox"),
        ("{__animal__|stone} __{animal|x}__", (0, 0, 0, 0), "fox fox"),
        ("see http://x.y // and /* this */", (), "see http://x.y // and /* this */"),
        ("________ _a_ __ __ snake_case", (), "________ _a_ __ __ snake_case"),
    ],
)
def test_a_text_becomes_what_was_picked(words: str, picks: tuple[int, ...], becomes: str) -> None:
    assert read(words, *picks) == Expanded(becomes)


def test_what_is_switched_off_stays_as_it_was_typed() -> None:
    assert read("{a|b} __animal__", wildcards=None) == Expanded("a __animal__")
    assert read("{a|b} __animal__", choices=False) == Expanded("{a|b} fox")
    assert read("__animal__", 1, choices=False) == Expanded("{wolf|owl}")


def test_an_unknown_wildcard_stays_and_is_told() -> None:
    result = read("__anmal__ by __../etc/passwd__ __nothing like it__ __anmal__")
    assert result == Expanded(
        "__anmal__ by __../etc/passwd__ __nothing like it__ __anmal__", unknown=("anmal",)
    )
    assert unknown("anmal", ANIMALS) == text("prompt-wildcard-meant", name="__anmal__", names="__animal__")
    assert unknown("zzz", ANIMALS) == text("prompt-wildcard-unknown", name="__zzz__")
    assert unknown("zzz", {}) == text("prompt-no-wildcards", name="__zzz__")


def test_wildcards_that_lead_to_themselves_come_to_an_end() -> None:
    assert read("__one__").left == ("one",)
    result = read("__self__" * 20)
    assert result.left == ("self",)
    assert len(result.words) <= MAX_TEXT


def test_no_line_makes_a_text_too_long() -> None:
    result = read("__long__" * 5)
    assert result == Expanded("x" * 4000 + "__long__" * 3, left=("long",))
    assert read("y" * 9000 + "__animal__").words.endswith("fox")
    assert read("y" * 9000 + "__long__").left == ("long",)


HOSTILE = st.lists(st.sampled_from([*"{}|_/< é\\", "__", "animal", "self", "one"])).map("".join)


@settings(deadline=None)
@given(HOSTILE, st.integers())
def test_whatever_is_typed_becomes_something_of_bounded_length(words: str, seed: int) -> None:
    result = expanded(words, choices=True, wildcards=ANIMALS, pick=random.Random(seed).randrange)
    assert len(result.words) <= max(MAX_TEXT, len(words))
    again = expanded(words, choices=True, wildcards=ANIMALS, pick=random.Random(seed).randrange)
    assert again == result


@given(st.text())
def test_a_text_without_syntax_is_left_alone(words: str) -> None:
    plain = words.replace("{", "").replace("\\", "").replace("__", "")
    assert read(plain) == Expanded(plain)


def test_hostile_texts_end_soon() -> None:
    for words in ("{" * 100_000, "__self__" * 10_000, "__" * 50_000, "__a" * 30_000, "{__self__|" * 10_000):
        read(words)
