"""A file of any size, read in small pieces and never beyond a budget.

Every reader of a format goes through a :class:`Window`, so that none can be made to read for long: chunks, boxes, pages
and tags each cost a piece, and what lies between them (pixels, frames, sound, weights) is skipped unread. Nothing here
knows a format.
"""

from io import SEEK_END, BytesIO
from typing import BinaryIO

from msgspec import Struct

from bot.texts import text
from bot.workflows.sources.found import Damaged, TooMuch

MAX_PIECES = 200_000
"""A picture of 100 MB in chunks of 8 kB has 12,000."""
MAX_BYTES = 64 * 2**20
MAX_BLOCK = 16 * 2**20
"""One piece: two graphs of the largest kind, and what a format wraps around them."""


class Budget(Struct):
    """What may still be read of a file."""

    pieces: int = MAX_PIECES
    bytes: int = MAX_BYTES

    def spend(self, length: int) -> None:
        self.pieces -= 1
        self.bytes -= length
        if length > MAX_BLOCK or self.bytes < 0:
            raise TooMuch(text("source-too-big", megabytes=MAX_BLOCK >> 20))
        if self.pieces < 0:
            raise TooMuch(text("source-too-many-pieces", limit=MAX_PIECES))


class Window:
    """``size`` bytes of a file, from an offset of it; parts share the budget of the whole."""

    def __init__(
        self, file: BinaryIO, *, start: int = 0, size: int | None = None, budget: Budget | None = None
    ) -> None:
        self._file = file
        self._start = start
        self._budget = budget or Budget()
        self.size = file.seek(0, SEEK_END) if size is None else size

    def read(self, start: int, length: int) -> bytes:
        """Exactly ``length`` bytes.

        Raises:
            Damaged: the window ends before.
            TooMuch: the budget does.
        """
        if start + length > self.size:
            raise Damaged(text("source-cut-short"))
        piece = self.peek(start, length)
        if len(piece) < length:  # the file shrank under our hands
            raise Damaged(text("source-cut-short"))
        return piece

    def peek(self, start: int, length: int) -> bytes:
        """Up to ``length`` bytes; fewer at the window's end."""
        length = max(0, min(length, self.size - start))
        self._budget.spend(length)
        self._file.seek(self._start + start)
        return self._file.read(length)

    def all(self) -> bytes:
        return self.read(0, self.size)

    def part(self, start: int, length: int | None = None) -> "Window":
        """The bytes from ``start`` on as a window of their own; nothing is read."""
        size = self.size - start if length is None else length
        if start < 0 or size < 0 or start + size > self.size:
            raise Damaged(text("source-cut-short"))
        return Window(self._file, start=self._start + start, size=size, budget=self._budget)

    def over(self, content: bytes) -> "Window":
        """A window over bytes that were decoded from this one, on the same budget."""
        return Window(BytesIO(content), budget=self._budget)
