"""Labels of a contact sheet: cut into lines that fit, and drawn. Pure but for the fonts; loads Pillow."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from PIL import ImageDraw, ImageFont

from bot.delivery.fonts import Drawable, Fonts

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour: TypeAlias = tuple[int, int, int]
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""

LINE_HEIGHT = 1.35
"""Of the size of the letters: those of Chinese and Thai are high."""
ELLIPSIS = "…"
JOINTS = "_-/\\·,"
"""After these a line may end, where it has no space."""
MOST_CHARACTERS = 400
"""Of a label that are looked at: no cell shows more."""


class Label(Struct, frozen=True):
    """Lines of words that fit."""

    lines: tuple[str, ...]
    font: Font
    size_pixels: int
    lacking: frozenset[str]
    """Characters that no font here has."""

    @property
    def height(self) -> int:
        return line_height(self.size_pixels) * len(self.lines)

    @property
    def width(self) -> int:
        return max((round(self.font.getlength(line)) for line in self.lines), default=0)

    def draw(self, draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
        """In the middle of the box."""
        left, top, right, bottom = box
        height = line_height(self.size_pixels)
        middle_y = (top + bottom - self.height) // 2 + height // 2
        for number, line in enumerate(self.lines):
            at = ((left + right) // 2, middle_y + number * height)
            if isinstance(self.font, ImageFont.FreeTypeFont):
                draw.text(at, line, fill=colour, font=self.font, anchor="mm")
            else:
                draw.text(
                    (at[0] - round(self.font.getlength(line)) // 2, at[1] - height // 2), line, fill=colour
                )


def line_height(size_pixels: int) -> int:
    return round(size_pixels * LINE_HEIGHT)


def label_of(words: str, fonts: Fonts, *, size_pixels: int, width: int, most_lines: int) -> Label:
    """``words`` in at most so many lines of at most ``width`` pixels; what is too long ends in an ellipsis."""
    drawable: Drawable = fonts.for_label(words[:MOST_CHARACTERS])
    font = drawable.face.at(size_pixels)
    lines = _lines(drawable.words, font, width, most_lines)
    return Label(tuple(lines), font, size_pixels, drawable.lacking)


def lacking_in(labels: Sequence[Label]) -> frozenset[str]:
    return frozenset[str]().union(*(label.lacking for label in labels))


def _lines(words: str, font: Font, width: int, most: int) -> list[str]:
    lines: list[str] = []
    rest = words
    while rest:
        if font.getlength(rest) <= width:
            return [*lines, rest]
        if len(lines) == most - 1:
            return [*lines, _cut(rest, font, width)]
        line = _line(rest, font, width)
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return lines


def _line(words: str, font: Font, width: int) -> str:
    """The beginning that fits, up to where a name has a joint, if it has one."""
    fits = max(1, _fitting(words, font, width))
    if words[fits].isspace():
        return words[:fits]
    space = words.rfind(" ", 0, fits)
    joint = space if space > 0 else max(words.rfind(each, 0, fits) for each in JOINTS)
    return words[: joint + 1] if joint > 0 else words[:fits]


def _cut(words: str, font: Font, width: int) -> str:
    fits = _fitting(words, font, width - round(font.getlength(ELLIPSIS)))
    return words[:fits].rstrip() + ELLIPSIS


def _fitting(words: str, font: Font, width: int) -> int:
    """How many characters from the first on fit."""
    least, most = 0, len(words)
    while least < most:
        middle = (least + most + 1) // 2
        if font.getlength(words[:middle]) <= width:
            least = middle
        else:
            most = middle - 1
    return least
