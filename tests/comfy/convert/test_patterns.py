"""Plain regular expressions say what Python's own module says, and others are not tried."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.comfy.convert.patterns import plain_pattern

WORDS = st.text("ab ", max_size=3)
ALTERNATIVES = st.tuples(
    st.sampled_from(["", "^"]),
    st.lists(WORDS, min_size=1, max_size=3).map(".*".join),
    st.sampled_from(["", "$"]),
).map("".join)


@given(st.lists(ALTERNATIVES, min_size=1, max_size=3).map("|".join), st.text("ab ", max_size=8))
def test_a_plain_pattern_is_found_where_python_finds_it(expression: str, text: str) -> None:
    pattern = plain_pattern(expression)
    assert pattern is not None
    assert pattern.found_in(text) is (re.search(expression, text) is not None)


@pytest.mark.parametrize(
    "expression",
    ["(a+)+$", "(a|a)(a|a)b", "a+", "a?", "[ab]", "a{9}", "\\d", "a.b", "(?i)a", "(", "a^b", "a$b"],
)
def test_what_is_not_plain_is_not_tried(expression: str) -> None:
    assert plain_pattern(expression) is None
