"""What a contact sheet is made of and becomes: values, for those who do not draw."""

from collections.abc import Sequence
from math import ceil, sqrt

from msgspec import Struct

from bot.delivery.contents import Content

MOST_CELLS = 16
SHEET_SUFFIX = ".jpg"


class Cell(Struct, frozen=True):
    picture: Content | None
    missing: str = ""
    """What the cell says where it has no picture; also where the picture cannot be read."""
    label: str = ""
    """Under the picture; empty where rows and columns are labelled."""


class Sheet(Struct, frozen=True):
    """What is to be drawn: cells row by row."""

    cells: Sequence[Cell]
    columns: Sequence[str] = ()
    """Labels along the top, as many as there are columns; empty: each cell has a label of its own."""
    rows: Sequence[str] = ()
    """Labels down the side."""

    @property
    def across(self) -> int:
        return len(self.columns) or ceil(sqrt(len(self.cells)))

    @property
    def down(self) -> int:
        return ceil(len(self.cells) / self.across)


class Drawn(Struct, frozen=True):
    content: bytes
    """A JPEG."""
    size: tuple[int, int]
    lacking: frozenset[str]
    """Characters of labels that no font here has."""
    unread: tuple[int, ...]
    """Which cells have a picture that could not be read, counting from 0."""
