"""Texts that the editor changes each time it sends them: ``{a|b}`` picks one, comments go, backslashes keep."""

import re
from collections.abc import Callable

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_DEEPEST = 100

Pick = Callable[[int], int]
"""Chooses one of ``n`` choices: a number from 0 to n-1."""


def first(_count: int) -> int:
    """The pick that makes conversions repeatable."""
    return 0


def expand(text: str, pick: Pick = first, *, strip_comments: bool = True) -> str:
    """The text with one choice picked of each ``{a|b|{c|d}}``; ``\\{``, ``\\|`` and ``\\}`` stand for themselves.

    ``strip_comments``: as the editor does, ``/* */`` and ``//`` to the end of the line are removed, which cuts
    addresses; not for what a person typed.
    """
    stripped = _COMMENT.sub("", text) if strip_comments else text
    if "{" not in stripped and "\\" not in stripped:
        return stripped
    written, _ = _Reader(stripped, pick).read(0, 0)
    return written


class _Reader:
    def __init__(self, text: str, pick: Pick) -> None:
        self.text, self.pick = text, pick

    def read(self, at: int, depth: int) -> tuple[str, int]:
        """From ``at`` to the end of the text."""
        parts: list[str] = []
        text, end = self.text, len(self.text)
        while at < end:
            letter = text[at]
            if letter == "\\" and at + 1 < end and text[at + 1] in "{|}":
                parts.append(text[at + 1])
                at += 2
            elif letter == "{" and depth < _DEEPEST:
                choice, at = self.choose(at + 1, depth + 1)
                parts.append(choice)
            else:
                parts.append(letter)
                at += 1
        return "".join(parts), at

    def choose(self, at: int, depth: int) -> tuple[str, int]:
        """One of the choices up to the brace that closes here."""
        text, end = self.text, len(self.text)
        choices: list[list[str]] = [[]]
        while at < end and text[at] != "}":
            letter = text[at]
            if letter == "\\" and at + 1 < end and text[at + 1] in "{|}":
                choices[-1].append(text[at + 1])
                at += 2
            elif letter == "|":
                choices.append([])
                at += 1
            elif letter == "{" and depth < _DEEPEST:
                inner, at = self.choose(at + 1, depth + 1)
                choices[-1].append(inner)
            else:
                choices[-1].append(letter)
                at += 1
        return "".join(choices[self.pick(len(choices))]), at + 1
