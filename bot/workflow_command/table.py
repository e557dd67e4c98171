"""Columns for a terminal, where 中文 takes twice the room of Latin letters. It knows nothing of what it lays out."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from unicodedata import combining, east_asian_width

_GAP = "  "


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row as a line, its cells in line with those above and below. All rows have as many cells as the first."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield _GAP.join(padded(cell, room) for cell, room in zip(row, widths, strict=True)).rstrip()


def padded(words: str, room: int) -> str:
    return words + " " * (room - width(words))


def shortened(words: str, room: int) -> str:
    """One line that is no wider than ``room``; an ellipsis says that there was more."""
    line = " ".join(words.split())
    if width(line) <= room:
        return line
    reached = accumulate(map(_letter_width, line))
    return line[: sum(1 for _ in takewhile(lambda end: end < room, reached))].rstrip() + "…"


def width(words: str) -> int:
    return sum(map(_letter_width, words))


def _letter_width(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
