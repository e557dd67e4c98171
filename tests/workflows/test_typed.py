"""What people type into a form, as values of options."""

import pytest

from bot.workflows import InputRef, Option, OptionKind
from bot.workflows.template import Scalar
from bot.workflows.typed import typed_value


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        (OptionKind.NUMBER, " 0.5 ", 0.5),
        (OptionKind.NUMBER, "0,5", 0.5),
        (OptionKind.NUMBER, ".5", 0.5),
        (OptionKind.NUMBER, "7", 7.0),
        (OptionKind.NUMBER, "-1", -1.0),
        (OptionKind.NUMBER, "much", "much"),
        (OptionKind.NUMBER, "1e9", "1e9"),
        (OptionKind.NUMBER, "nan", "nan"),
        (OptionKind.NUMBER, "1,000.5", "1,000.5"),
        (OptionKind.NUMBER, "9" * 31, "9" * 31),
        (OptionKind.INTEGER, " 12 ", "12"),
        (OptionKind.SEED, "42", "42"),
        (OptionKind.BOOLEAN, "True", True),
        (OptionKind.BOOLEAN, "否", False),
        (OptionKind.BOOLEAN, "maybe", "maybe"),
        (OptionKind.TEXT, " a fox\n", " a fox\n"),
        (OptionKind.CHOICE, " euler ", "euler"),
    ],
)
def test_words_become_the_value_that_they_say_or_stay_words(
    kind: OptionKind, words: str, value: Scalar
) -> None:
    typed = typed_value(Option("x", "An x", kind, (InputRef("1", "x"),)), words)
    assert (typed, type(typed)) == (value, type(value))
