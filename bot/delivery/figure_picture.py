"""A page of numbers as a picture: on its own background, so that it reads alike in Discord's dark and light. Pure.

Slow, and it loads Pillow: call in a thread.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from PIL import Image, ImageDraw

from bot.delivery.figure_page import Bar, Column, Page, Ranking
from bot.delivery.fonts import Fonts
from bot.delivery.sheet_labels import Colour, Label, label_of, lacking_in, line_height

WIDTH = 1200
"""Pixels; Discord shows it half as wide."""
MARGIN = 44
GAP = 24
LETTERS, SMALL, LARGE = 26, 22, 44
CHART_HEIGHT = 220
BAR_HEIGHT = 12
MOST_DAY_LABELS = 10

BACKGROUND: Colour = (24, 25, 28)
INK: Colour = (236, 236, 240)
FAINT: Colour = (172, 173, 182)
LINE: Colour = (58, 60, 68)
DONE: Colour = (92, 160, 255)
FAILED: Colour = (255, 128, 112)
CANCELLED: Colour = (160, 162, 172)
PARTS = (DONE, FAILED, CANCELLED)


class DrawnPage(Struct, frozen=True):
    content: bytes
    """A PNG."""
    size: tuple[int, int]
    lacking: frozenset[str]
    """Characters that no font here has."""


def draw_page(page: Page, fonts: Fonts) -> DrawnPage:
    # Drawn once to learn how high it is, which depends on its lists alone.
    height = _Drawing(page, fonts, Image.new("RGB", (1, 1))).draw()
    canvas = Image.new("RGB", (WIDTH, height), BACKGROUND)
    drawing = _Drawing(page, fonts, canvas)
    drawing.draw()
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return DrawnPage(out.getvalue(), canvas.size, lacking_in(drawing.labels))


@dataclass
class _Drawing:
    page: Page
    fonts: Fonts
    canvas: Image.Image
    labels: list[Label] = field(default_factory=list[Label])

    def __post_init__(self) -> None:
        self._pen = ImageDraw.Draw(self.canvas)

    def draw(self) -> int:
        """How high it is, in pixels."""
        y = self._say(self.page.title, MARGIN, MARGIN, INK, size=LETTERS + 6)
        y = self._tiles(y + GAP)
        if self.page.nothing:
            return self._say(self.page.nothing, MARGIN, y + GAP, FAINT) + MARGIN
        y = self._chart(y + GAP)
        return self._rankings(y + GAP) + MARGIN

    def _tiles(self, top: int) -> int:
        width = (WIDTH - 2 * MARGIN) // len(self.page.tiles)
        across = [MARGIN + number * width for number in range(len(self.page.tiles))]
        tiles, room = list(zip(across, self.page.tiles, strict=True)), width - GAP
        y = max(
            self._say(label, x, top, FAINT, size=SMALL, room=room, most_lines=2) for x, (label, _) in tiles
        )
        return max(self._say(value, x, y, INK, size=LARGE, room=room) for x, (_, value) in tiles)

    def _chart(self, top: int) -> int:
        y = self._say(self.page.chart, MARGIN, top, INK)
        y = self._legend(y)
        columns, floor = self.page.columns, y + line_height(SMALL) + CHART_HEIGHT
        most = max((sum(column.parts) for column in columns), default=0) or 1
        step = (WIDTH - 2 * MARGIN) / len(columns)
        every = -(-len(columns) // MOST_DAY_LABELS)
        for number, column in enumerate(columns):
            left, right = MARGIN + round(number * step), MARGIN + round((number + 1) * step)
            self._column(column, left, right, floor, most, counted=every == 1)
            if (len(columns) - 1 - number) % every == 0:
                middle = (left + right) // 2
                self._say(column.label, middle, floor + 4, FAINT, size=SMALL, at="middle")
        self._pen.line((MARGIN, floor, WIDTH - MARGIN, floor), fill=LINE, width=2)
        return floor + 4 + line_height(SMALL)

    def _legend(self, top: int) -> int:
        x, height = MARGIN, line_height(SMALL)
        for words, colour in zip(self.page.legend, PARTS, strict=True):
            box = (x, top + height // 2 - 9, x + 18, top + height // 2 + 9)
            self._pen.rectangle(box, fill=colour)
            label = self._label(words, SMALL, WIDTH // 4, 1)
            label.draw(self._pen, (x + 28, top, x + 28 + label.width, top + height), FAINT)
            x += 28 + label.width + GAP * 2
        return top + height

    def _column(self, column: Column, left: int, right: int, floor: int, most: int, *, counted: bool) -> None:
        inset = max(2, (right - left) // 6)
        y = floor
        for count, colour in zip(column.parts, PARTS, strict=True):
            if count:
                height = max(3, round(count / most * CHART_HEIGHT))
                self._pen.rectangle((left + inset, y - height, right - inset, y - 1), fill=colour)
                y -= height
        if counted and sum(column.parts):
            words, middle = str(sum(column.parts)), (left + right) // 2
            self._say(words, middle, y - line_height(SMALL), INK, size=SMALL, at="middle")

    def _rankings(self, top: int) -> int:
        """Two beside each other."""
        room, y = (WIDTH - 2 * MARGIN - 2 * GAP) // 2, top
        for pair in _pairs(self.page.rankings):
            ends = [
                self._ranking(ranking, MARGIN + number * (room + 2 * GAP), y, room)
                for number, ranking in enumerate(pair)
            ]
            y = max(ends) + GAP
        return y - GAP

    def _ranking(self, ranking: Ranking, x: int, top: int, room: int) -> int:
        y = self._say(ranking.heading, x, top, INK, room=room) + 6
        for bar in ranking.bars:
            y = self._bar(bar, x, y, room)
        return y

    def _bar(self, bar: Bar, x: int, y: int, room: int) -> int:
        value = self._label(bar.value, SMALL, room // 2, 1)
        bottom = y + line_height(SMALL)
        value.draw(self._pen, (x + room - value.width, y, x + room, bottom), INK)
        self._say(bar.label, x, y, FAINT, size=SMALL, room=room - value.width - GAP)
        self._pen.rectangle((x, bottom, x + room - 1, bottom + BAR_HEIGHT), fill=LINE)
        if bar.share:
            end = x + max(3, round(bar.share * room)) - 1
            self._pen.rectangle((x, bottom, end, bottom + BAR_HEIGHT), fill=DONE)
        return bottom + BAR_HEIGHT + 14

    def _say(
        self,
        words: str,
        x: int,
        y: int,
        colour: Colour,
        *,
        size: int = LETTERS,
        room: int = WIDTH - 2 * MARGIN,
        most_lines: int = 1,
        at: str = "left",
    ) -> int:
        """Where the next line begins."""
        label = self._label(words, size, room, most_lines)
        left = x - label.width // 2 if at == "middle" else x
        for number, line in enumerate(label.lines):
            top = y + number * line_height(size)
            width = round(label.font.getlength(line))
            one = Label((line,), label.font, size, frozenset())
            one.draw(self._pen, (left, top, left + width, top + line_height(size)), colour)
        return y + label.height

    def _label(self, words: str, size: int, room: int, most_lines: int) -> Label:
        label = label_of(words, self.fonts, size_pixels=size, width=room, most_lines=most_lines)
        self.labels.append(label)
        return label


def _pairs(rankings: Sequence[Ranking]) -> Iterator[Sequence[Ranking]]:
    for first in range(0, len(rankings), 2):
        yield rankings[first : first + 2]
