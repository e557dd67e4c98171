"""Choices in a text: read once, picked from, and written so that they are none."""

from hypothesis import given
from hypothesis import strategies as st

from bot.comfy.dynamic_prompts import Choice, expand, kept, read_choices

WORDS = st.text(st.sampled_from("ab {}|\\\n"), max_size=60)


def test_a_text_is_words_and_choices_which_hold_texts() -> None:
    assert read_choices(r"a {red|{x|\{y}|} fox|b") == (
        "a ",
        Choice((("red",), (Choice((("x",), ("{y",))),), ())),
        " fox|b",
    )


@given(WORDS)
def test_what_is_kept_is_read_letter_by_letter(words: str) -> None:
    assert expand(kept(words), strip_comments=False) == words


@given(WORDS, st.integers(0, 5))
def test_any_text_becomes_one_that_is_no_longer(words: str, picked: int) -> None:
    assert len(expand(words, lambda count: picked % count, strip_comments=False)) <= len(words)


def test_braces_by_the_thousand_are_read_in_one_go() -> None:
    assert expand("{" * 100_000, strip_comments=False) == "{" * 99_900
    assert expand("{" * 50_000 + "x" + "}" * 50_000, strip_comments=False).count("x") == 1
    assert expand("{a|b}" * 20_000, strip_comments=False) == "a" * 20_000
    assert expand("}" * 100_000 + "|" * 100_000, strip_comments=False) == "}" * 100_000 + "|" * 100_000
