"""Regular expressions that no text makes slow: those of Rust's ``regex``, as pydantic's core brings it.

It goes over a text once, whatever the pattern, and knows no look-around and no back-references. How long once takes is
bounded by how large patterns may be. See https://docs.rs/regex/latest/regex/#untrusted-input.
"""

import re
from collections.abc import Sequence

from pydantic_core import SchemaError, SchemaValidator, core_schema

from bot.errors import Refused
from bot.texts import text

MOST_CHARACTERS = 300
"""Of one pattern."""
MOST_WEIGHT = 1_000
"""Of all patterns of a guild together, as :func:`weight` counts."""

_TOKEN = re.compile(
    r"\((?:\?[a-zA-Z-]*:)?|\\[pP](?:\{[^}]*\}|.)|\\x\{[^}]*\}|\\.|\[(?:\\.|\[:[^]]*:\]|[^\]\\])*\]|\{(\d+)(,?)(\d*)\}|.",
    re.DOTALL,
)
_NAMED = ("(?P<", "(?<")
_WEIGHTS = {"w": 20, "W": 20, "p": 20, "P": 20, "b": 3, "B": 3, "d": 3, "D": 3, "s": 3, "S": 3}
"""Of classes of Unicode, against 1 for a letter: a letter of any language is one of hundreds of ranges."""


class Unreadable(Exception):
    """The engine does not take a pattern; its own words say why."""


class Patterns:
    """Some, looked for all at once."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """They should be such as :func:`check` lets pass, or words without any punctuation.

        Raises:
            Unreadable: one of them is not, or they are too large together.
        """
        self._validator = _validator("|".join(patterns)) if patterns else None

    def found_in(self, words: str) -> bool:
        """Whether one of them is anywhere in it."""
        return self._validator is not None and self._validator.isinstance_python(words)


def _validator(pattern: str) -> SchemaValidator:
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError as error:  # its last line: "error: look-around, … is not supported"
        last = str(error).strip().splitlines()[-1]
        raise Unreadable(last.strip().removeprefix("error: ").removeprefix("SchemaError: ")) from error


def any_case(pattern: str) -> str:
    """As a part of a larger one, that capitals do not matter to."""
    return f"(?i:{pattern})"


def check(pattern: str) -> None:
    """See that it can be used.

    Raises:
        Refused: why not.
    """
    if len(pattern) > MOST_CHARACTERS:
        raise Refused(text("words-pattern-long", most=MOST_CHARACTERS))
    if any(sign in pattern for sign in _NAMED):  # two patterns with one name cannot be looked for at once
        raise Refused(text("words-pattern-named"))
    try:
        for form in (pattern, any_case(pattern)):
            matches_nothing = Patterns([form]).found_in("")
    except Unreadable as error:
        raise Refused(text("words-pattern-wrong", problem=str(error))) from error
    if matches_nothing:
        raise Refused(text("words-pattern-empty"))


def weight(pattern: str) -> int:
    """How large it is for whoever looks for it: its letters, counted as often as ``{…}`` repeats them."""
    sums, last = [0], 0
    for token in _TOKEN.finditer(pattern):
        match token[0]:
            case group if group[0] == "(":
                sums.append(0)
            case ")" if len(sums) > 1:
                last = sums.pop()
                sums[-1] += last
            case "*" | "+" | "?" | "|":
                sums[-1] += 1
            case _ if token[1]:
                often = max(int(token[1]), int(token[3] or 0)) + (token[2] == "," and not token[3])
                sums[-1] += last * max(0, often - 1)
                last *= max(1, often)
            case atom:
                last = _weight_of(atom)
                sums[-1] += last
    return sum(sums)


def _weight_of(atom: str) -> int:
    if atom[0] == "[":
        inside = sum(_WEIGHTS.get(each[1], 0) for each in re.findall(r"\\.", atom))
        return 3 + inside + len(atom) // 8
    return _WEIGHTS.get(atom[1], 1) if atom[0] == "\\" else 3 if atom == "." else 1
