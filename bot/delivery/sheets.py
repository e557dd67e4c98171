"""Contact sheets: up to sixteen pictures on one, each in a cell of its own, labelled. Pure, but slow: call in a thread.

Of each picture the header is looked at first; then they are opened, made small and pasted one after the other, so that
no two of them are in memory at once.
"""

import io
from collections.abc import Iterator, Sequence

from msgspec import Struct
from PIL import Image, ImageDraw

from bot.delivery.contents import Content
from bot.delivery.fitting import Look, look, picture_of
from bot.delivery.fonts import Fonts
from bot.delivery.sheet_labels import Box, Label, label_of, lacking_in, line_height
from bot.delivery.sheet_values import MOST_CELLS, Drawn, Sheet
from bot.pictures import MAX_PIXELS, UNREADABLE, eight_bits

LONGEST_SIDE = 3072
"""Of a sheet without its labels, in pixels."""
LARGEST_CELL = 1024
SMALLEST_CELL = 192
"""Of its longer side: a smaller one has no room for a label."""
QUALITY = 92
BACKGROUND = (24, 25, 28)
EMPTY = (38, 39, 44)
INK = (236, 236, 240)
FAINT = (160, 161, 170)
CAPTION_LINES = 2
ROW_LINES = 3
EMPTY_LINES = 6


def draw_sheet(sheet: Sheet, fonts: Fonts) -> Drawn:
    """The sheet as a file.

    Raises:
        ValueError: no cell, or more than :data:`MOST_CELLS`.
    """
    if not 0 < len(sheet.cells) <= MOST_CELLS:
        raise ValueError(f"a sheet has 1 to {MOST_CELLS} cells, not {len(sheet.cells)}")
    looks = [None if cell.picture is None else look(cell.picture) for cell in sheet.cells]
    plan = plan_of(sheet, looks, fonts)
    canvas = Image.new("RGB", plan.size, BACKGROUND)
    pen = ImageDraw.Draw(canvas)
    labels = list(_axes(plan, pen))
    unread: list[int] = []
    for number, (cell, looked) in enumerate(zip(sheet.cells, looks, strict=True)):
        box = plan.cell(number)
        pasted = cell.picture is not None and looked is not None and _paste(canvas, box, cell.picture, looked)
        if cell.picture is not None and not pasted:
            unread.append(number)
        if not pasted:
            labels.append(_say(pen, box, cell.missing, plan, fonts))
    labels += _captions(plan, pen)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return Drawn(out.getvalue(), canvas.size, lacking_in(labels), tuple(unread))


class Plan(Struct, frozen=True):
    """Where everything goes, in pixels."""

    across: int
    down: int
    width: int
    height: int
    """Of a cell."""
    letters: int
    gap: int
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    captions: tuple[Label, ...]

    @property
    def _left(self) -> int:
        return self.gap + max((label.width + self.gap for label in self.rows), default=0)

    @property
    def _top(self) -> int:
        return self.gap + max((label.height + self.gap for label in self.columns), default=0)

    @property
    def _under(self) -> int:
        """Room for captions, the same under each row."""
        return max((label.height + self.gap for label in self.captions), default=0)

    @property
    def size(self) -> tuple[int, int]:
        return (
            self._left + self.across * (self.width + self.gap),
            self._top + self.down * (self.height + self._under + self.gap),
        )

    def cell(self, number: int) -> Box:
        row, column = divmod(number, self.across)
        left = self._left + column * (self.width + self.gap)
        top = self._top + row * (self.height + self._under + self.gap)
        return (left, top, left + self.width, top + self.height)

    def caption(self, number: int) -> Box:
        left, _, right, bottom = self.cell(number)
        return (left, bottom, right, bottom + self._under)

    def column(self, number: int) -> Box:
        left, top, right, _ = self.cell(number)
        return (left, self.gap, right, top - self.gap)

    def row(self, number: int) -> Box:
        left, top, _, bottom = self.cell(number * self.across)
        return (self.gap, top, left - self.gap, bottom)


def plan_of(sheet: Sheet, looks: Sequence[Look | None], fonts: Fonts) -> Plan:
    width, height = _cell_size([each.size for each in looks if each], sheet.across, sheet.down)
    letters = _letters(max(width, height), max(sheet.across * width, sheet.down * height))

    def fitted(words: str, most_lines: int, room: int) -> Label:
        return label_of(words, fonts, size_pixels=letters, width=room, most_lines=most_lines)

    captioned = not sheet.columns and any(cell.label for cell in sheet.cells)
    return Plan(
        across=sheet.across,
        down=sheet.down,
        width=width,
        height=height,
        letters=letters,
        gap=max(6, letters // 3),
        columns=tuple(fitted(each, CAPTION_LINES, width) for each in sheet.columns),
        rows=tuple(fitted(each, ROW_LINES, max(width // 2, letters * 6)) for each in sheet.rows),
        captions=tuple(fitted(each.label, CAPTION_LINES, width) for each in sheet.cells) if captioned else (),
    )


def _letters(cell: int, sheet: int) -> int:
    """The size of letters: to be read where Discord shows the sheet in a column of some 500 pixels."""
    return max(15, min(cell // 7, max(cell // 18, sheet // 42)))


def _cell_size(sizes: Sequence[tuple[int, int]], across: int, down: int) -> tuple[int, int]:
    """Of the shape that holds every picture, as large as the largest of them, within the sheet's bounds."""
    if not sizes:
        return SMALLEST_CELL * 2, SMALLEST_CELL * 2
    longest = max(max(size) for size in sizes)
    wide = max(width / max(width, height) for width, height in sizes)
    high = max(height / max(width, height) for width, height in sizes)
    side = min(longest, LARGEST_CELL, int(LONGEST_SIDE / max(across * wide, down * high)))
    side = max(side, SMALLEST_CELL)
    # not so narrow that no label has room: of a banner the cell is higher than the picture
    least = side // 4
    return max(round(side * wide), least), max(round(side * high), least)


def _paste(canvas: Image.Image, box: Box, content: Content, looked: Look) -> bool:
    """The picture, whole, in the middle of its cell. False: it cannot be read, or is not to be."""
    if looked.pixels > MAX_PIXELS:
        return False
    left, top, right, bottom = box
    try:
        with picture_of(content) as picture:
            picture.draft("RGB", (right - left, bottom - top))  # of a JPEG, no more is decoded than is needed
            shown = eight_bits(picture)
    except UNREADABLE:
        return False
    scale = min((right - left) / shown.width, (bottom - top) / shown.height)
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    small = shown.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)  # pyright: ignore[reportUnknownMemberType]  # numpy's types
    at = left + (right - left - size[0]) // 2, top + (bottom - top - size[1]) // 2
    canvas.paste(small, at, small if small.mode == "RGBA" else None)
    return True


def _say(pen: ImageDraw.ImageDraw, box: Box, words: str, plan: Plan, fonts: Fonts) -> Label:
    """In an empty cell."""
    pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=EMPTY)
    lines = min(EMPTY_LINES, max(1, (plan.height - 2 * plan.gap) // line_height(plan.letters)))
    room = plan.width - 2 * plan.gap
    label = label_of(words, fonts, size_pixels=plan.letters, width=room, most_lines=lines)
    label.draw(pen, box, FAINT)
    return label


def _axes(plan: Plan, pen: ImageDraw.ImageDraw) -> Iterator[Label]:
    for number, label in enumerate(plan.columns):
        label.draw(pen, plan.column(number), INK)
        yield label
    for number, label in enumerate(plan.rows):
        label.draw(pen, plan.row(number), INK)
        yield label


def _captions(plan: Plan, pen: ImageDraw.ImageDraw) -> Iterator[Label]:
    for number, label in enumerate(plan.captions):
        label.draw(pen, plan.caption(number), INK)
        yield label
