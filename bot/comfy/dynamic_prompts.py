"""Texts that the editor changes each time it sends them: ``{a|b}`` picks one, comments go, backslashes keep."""

import re
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

_DEEPEST = 100
_RUN = re.compile(r"[^\\{|}]+")
_READ_OTHERWISE = re.compile(r"\{|(?<=\\)[|}]")

Pick: TypeAlias = Callable[[int], int]
"""Chooses one of ``n`` choices: a number from 0 to n-1."""


class Choice(Struct, frozen=True):
    """``{a|b}``: one of these."""

    options: "tuple[Pieces, ...]"


Pieces: TypeAlias = tuple[str | Choice, ...]
"""A text that was read: words as they stand, and choices."""


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
    return picked(read_choices(stripped), pick)


def read_choices(text: str) -> Pieces:
    """What the text offers. A brace that nothing closes is closed by the end; beyond 100 levels they are letters."""
    return _Reader(text).pieces(0)


def picked(pieces: Pieces, pick: Pick) -> str:
    """One of the texts that the pieces offer."""
    return "".join(
        piece if isinstance(piece, str) else picked(piece.options[pick(len(piece.options))], pick)
        for piece in pieces
    )


def kept(text: str) -> str:
    """The words that are read as this text, letter by letter: what would be a choice gets its backslash."""
    return _READ_OTHERWISE.sub(r"\\\g<0>", text)


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

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def pieces(self, depth: int) -> Pieces:
        """Up to the bar or brace that ends them here, which is left to be read; outside of choices nothing does."""
        pieces: list[str | Choice] = []
        words: list[str] = []
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter == "{" and depth < _DEEPEST:
                if words:
                    pieces.append("".join(words))
                    words.clear()
                pieces.append(self._choice(depth + 1))
            elif letter in "|}" and depth:
                break
            else:
                words.append(self._words())
        return (*pieces, "".join(words)) if words else tuple(pieces)

    def _words(self) -> str:
        """The next letters that are no more than that; of an escaped one, what the backslash keeps."""
        run = _RUN.match(self._text, self._at)
        if run is not None:
            self._at = run.end()
            return run[0]
        letter, following = self._text[self._at], self._text[self._at + 1 : self._at + 2]
        if letter == "\\" and following in {"{", "|", "}"}:
            self._at += 2
            return following
        self._at += 1
        return letter

    def _choice(self, depth: int) -> Choice:
        """The choices up to the brace that closes here, or to the end of the text."""
        options: list[Pieces] = []
        closed = False
        while not closed:
            self._at += 1  # the brace or bar before it
            options.append(self.pieces(depth))
            closed = self._text[self._at : self._at + 1] != "|"
        self._at += 1
        return Choice(tuple(options))
