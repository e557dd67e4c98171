"""Texts that the editor changes each time it sends them: ``{a|b}`` picks one, comments go, backslashes keep."""

from collections.abc import Callable
from typing import TypeAlias

_DEEPEST = 100

Pick: TypeAlias = Callable[[int], int]
"""Chooses one of ``n`` choices: a number from 0 to n-1."""


def first(_count: int) -> int:
    """The pick that makes conversions repeatable."""
    return 0


def expand(text: str, pick: Pick = first, *, strip_comments: bool = True) -> str:
    """The text with one choice picked of each ``{a|b|{c|d}}``; braces and bars after a backslash stay.

    ``strip_comments``: as the editor does, ``/* */`` and ``//`` to the end of the line are removed, which cuts
    addresses; not for what a person typed.
    """
    stripped = _without_comments(text) if strip_comments else text
    if "{" not in stripped and "\\" not in stripped:
        return stripped
    return _Reader(stripped, pick).read()


def _without_comments(text: str) -> str:
    if "/" not in text:
        return text
    parts: list[str] = []
    at, last_close = 0, text.rfind("*/")
    while (slash := text.find("/", at)) >= 0:
        if text.startswith("//", slash):
            parts.append(text[at:slash])
            line_end = text.find("\n", slash)
            at = len(text) if line_end < 0 else line_end
        elif text.startswith("/*", slash) and slash + 2 <= last_close:
            parts.append(text[at:slash])
            at = text.find("*/", slash + 2) + 2
        else:
            parts.append(text[at : slash + 1])
            at = slash + 1
    parts.append(text[at:])
    return "".join(parts)


class _Reader:
    """Reads a text once, from left to right."""

    def __init__(self, text: str, pick: Pick) -> None:
        self._text, self._pick = text, pick
        self._at = 0

    def read(self) -> str:
        parts: list[str] = []
        while self._at < len(self._text):
            parts.append(self._piece(0))
        return "".join(parts)

    def _piece(self, depth: int) -> str:
        """The next letter, escaped letter, or choice."""
        text, at = self._text, self._at
        self._at += 1
        if text[at] == "\\" and text[at + 1 : at + 2] in {"{", "|", "}"}:
            self._at += 1
            return text[at + 1]
        return self._choice(depth + 1) if text[at] == "{" and depth < _DEEPEST else text[at]

    def _choice(self, depth: int) -> str:
        """One of the choices up to the brace that closes here, or to the end of the text."""
        choices: list[list[str]] = [[]]
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter == "}":
                self._at += 1
                break
            if letter == "|":
                self._at += 1
                choices.append([])
            else:
                choices[-1].append(self._piece(depth))
        return "".join(choices[self._pick(len(choices))])
