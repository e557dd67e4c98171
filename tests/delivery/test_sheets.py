import io
import random
from pathlib import Path

import pytest
from PIL import Image

from bot.delivery.fitting import Look, look
from bot.delivery.fonts import Fonts
from bot.delivery.sheet_labels import label_of
from bot.delivery.sheet_values import Cell, Drawn, Sheet
from bot.delivery.sheet_words import alt_of, letters_note
from bot.delivery.sheets import (
    BACKGROUND,
    EMPTY,
    LONGEST_SIDE,
    SMALLEST_CELL,
    Plan,
    draw_sheet,
    plan_of,
)
from bot.texts import render
from tests.delivery.lettering import font_for, put
from tests.delivery.media import animation

NO_FONTS = Fonts([])
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (40, 40, 220)

Colour = tuple[int, ...]


def picture(
    colour: Colour | int, width: int = 200, height: int = 200, *, mode: str = "RGB", kind: str = "PNG"
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), colour).save(out, kind)
    return out.getvalue()


def drawn(sheet: Sheet, fonts: Fonts = NO_FONTS) -> tuple[Drawn, Plan, Image.Image]:
    made = draw_sheet(sheet, fonts)
    looks = [look(cell.picture) if cell.picture is not None else None for cell in sheet.cells]
    shown = Image.open(io.BytesIO(made.content))
    shown.load()
    assert shown.size == made.size
    return made, plan_of(sheet, looks, fonts), shown


def at_middle(shown: Image.Image, plan: Plan, number: int) -> Colour:
    left, top, right, bottom = plan.cell(number)
    return pixel(shown, ((left + right) // 2, (top + bottom) // 2))


def pixel(shown: Image.Image, at: tuple[int, int]) -> Colour:
    found = shown.getpixel(at)
    assert isinstance(found, tuple)
    return tuple(found)


def near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) < 8 for a, b in zip(one, other, strict=True))


def has_ink(shown: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether something light is drawn there."""
    low, high = shown.crop(box).convert("L").getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    return high - low > 80


def test_cells_stand_row_by_row_under_and_beside_their_labels() -> None:
    cells = [Cell(picture(colour)) for colour in (RED, GREEN, BLUE, BLUE, RED, GREEN)]
    made, plan, shown = drawn(Sheet(cells, ["cfg 4", "cfg 6", "cfg 8"], ["euler", "dpmpp_2m"]))
    assert (plan.across, plan.down) == (3, 2)
    found = [at_middle(shown, plan, number) for number in range(6)]
    assert all(map(near, found, (RED, GREEN, BLUE, BLUE, RED, GREEN)))
    assert all(has_ink(shown, plan.column(number)) for number in range(3))
    assert all(has_ink(shown, plan.row(number)) for number in range(2))
    assert (made.lacking, made.unread) == (frozenset(), ())


def test_each_picture_of_a_group_has_its_label_under_it() -> None:
    cells = [
        Cell(picture(RED), label="red fox"),
        Cell(picture(GREEN), label=""),
        Cell(picture(BLUE), label="cat"),
    ]
    _, plan, shown = drawn(Sheet(cells))
    assert (plan.across, plan.down) == (2, 2)
    assert [has_ink(shown, plan.caption(number)) for number in range(3)] == [True, False, True]


def test_pictures_of_different_shapes_keep_them_in_cells_of_one_size() -> None:
    cells = [Cell(picture(RED, 400, 200)), Cell(picture(GREEN, 100, 300))]
    _, plan, shown = drawn(Sheet(cells, ["a", "b"]))
    assert (plan.width, plan.height) == (400, 400)
    left, top, right, bottom = plan.cell(0)
    assert near(pixel(shown, (left + 5, (top + bottom) // 2)), RED)
    assert near(pixel(shown, ((left + right) // 2, top + 80)), BACKGROUND)
    left, top, right, bottom = plan.cell(1)
    assert near(pixel(shown, ((left + right) // 2, top + 5)), GREEN)
    assert near(pixel(shown, (left + 80, (top + bottom) // 2)), BACKGROUND)


def test_a_failed_one_says_so_in_its_cell() -> None:
    cells = [Cell(picture(RED)), Cell(None, missing="The GPU ran out of memory")]
    _, plan, shown = drawn(Sheet(cells, ["a", "b"]))
    left, top, _, _ = plan.cell(1)
    assert near(pixel(shown, (left + 2, top + 2)), EMPTY)
    assert has_ink(shown, plan.cell(1))


def test_sixteen_failed_ones_make_a_sheet_too() -> None:
    made, plan, _ = drawn(Sheet([Cell(None, missing="cancelled")] * 16))
    assert (plan.across, plan.down, made.unread) == (4, 4, ())


@pytest.mark.parametrize("count", [0, 17])
def test_no_more_than_sixteen(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 16 cells"):
        draw_sheet(Sheet([Cell(None)] * count), NO_FONTS)


def test_a_sheet_of_large_pictures_is_bounded() -> None:
    cells = [Cell(picture(RED, 2048, 1024))] * 16
    _, plan, shown = drawn(Sheet(cells, "abcd", "efgh"))
    assert plan.across * plan.width <= LONGEST_SIDE
    assert max(shown.size) < LONGEST_SIDE * 1.25


def test_tiny_pictures_and_banners_leave_room_for_labels() -> None:
    tiny = [Look((8, 8), animated=False)]
    plan = plan_of(Sheet([Cell(b"")], ["x"]), tiny, NO_FONTS)
    assert (plan.width, plan.height) == (SMALLEST_CELL, SMALLEST_CELL)
    banner = [Look((4000, 10), animated=False)]
    plan = plan_of(Sheet([Cell(b"")], ["x"]), banner, NO_FONTS)
    assert (plan.width, plan.height) == (1024, 256)


MODES = [
    ("RGBA", (200, 30, 30, 255), "PNG"),
    ("P", 0, "PNG"),
    ("L", 90, "PNG"),
    ("LA", (90, 255), "PNG"),
    ("1", 1, "PNG"),
    ("I;16", 30_000, "PNG"),
    ("CMYK", (0, 200, 200, 0), "JPEG"),
    ("RGB", (200, 30, 30), "JPEG"),
    ("RGB", (200, 30, 30), "WEBP"),
    ("RGB", (200, 30, 30), "BMP"),
]


@pytest.mark.parametrize(("mode", "colour", "kind"), MODES)
def test_a_picture_of_any_mode_is_shown(mode: str, colour: Colour, kind: str) -> None:
    made, plan, shown = drawn(Sheet([Cell(picture(colour, mode=mode, kind=kind))], ["a"]))
    assert made.unread == ()
    assert not near(at_middle(shown, plan, 0), BACKGROUND) or mode == "P"


def test_what_is_transparent_shows_the_sheet() -> None:
    _, plan, shown = drawn(Sheet([Cell(picture((200, 30, 30, 0), mode="RGBA"))], ["a"]))
    assert near(at_middle(shown, plan, 0), BACKGROUND)


def test_of_an_animation_the_first_frame_is_shown() -> None:
    made, _, _ = drawn(Sheet([Cell(animation("WEBP")), Cell(animation("GIF"))], ["a", "b"]))
    assert made.unread == ()


def test_what_is_no_picture_or_a_broken_one_says_so_and_spoils_no_other() -> None:
    whole = io.BytesIO()
    Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000)).save(whole, "PNG")
    broken = whole.getvalue()[:60_000]
    cells = [
        Cell(b"words", "no picture"),
        Cell(broken, "damaged"),
        Cell(b"\0\0\0 ftypisom", "a video"),
        Cell(picture(BLUE)),
    ]
    made, plan, shown = drawn(Sheet(cells))
    assert made.unread == (0, 1, 2)
    assert near(at_middle(shown, plan, 3), BLUE)
    assert has_ink(shown, plan.cell(0))


def test_a_picture_of_too_many_pixels_is_never_decoded() -> None:
    made, plan, shown = drawn(
        Sheet([Cell(picture(1, 9000, 9000, mode="1"), "too large"), Cell(picture(RED))])
    )
    assert made.unread == (0,)
    assert near(at_middle(shown, plan, 1), RED)


def test_pictures_on_the_disk_are_read_from_there(tmp_path: Path) -> None:
    path = tmp_path / "1"
    path.write_bytes(picture(GREEN))
    _, plan, shown = drawn(Sheet([Cell(path)]))
    assert near(at_middle(shown, plan, 0), GREEN)


def test_a_long_label_is_wrapped_at_joints_and_cut_with_an_ellipsis() -> None:
    words = "dpmpp_2m_sde_gpu and a second sentence that nobody could read in so small a cell"
    label = label_of(words, NO_FONTS, size_pixels=20, width=160, most_lines=2)
    assert label.lines == ("dpmpp_2m_sde_", "gpu and a seco…")
    assert label.width <= 160


def test_chinese_without_spaces_is_wrapped_too(tmp_path: Path) -> None:
    put(tmp_path, "simhei.ttf", font_for("红…"))
    label = label_of("红" * 50, Fonts([tmp_path]), size_pixels=20, width=200, most_lines=3)
    assert len(label.lines) == 3
    assert label.lines[0] == label.lines[1] == "红" * len(label.lines[0])
    assert label.lines[2].endswith("红…")


def test_a_sheet_says_what_its_labels_lack() -> None:
    made, _, _ = drawn(Sheet([Cell(None, "失败", "红 fox"), Cell(None, "", "é")]))
    assert made.lacking == {"失", "败", "红", "é"}
    note = letters_note(made.lacking)
    assert note is not None
    assert "fonts-noto-cjk" in render(note, "en")
    other = letters_note({"🦊"})
    assert other is not None
    assert render(other, "en").startswith("No font on the bot's machine has `🦊`")
    assert letters_note(()) is None


def test_what_a_sheet_shows_is_told_to_those_who_do_not_see_it() -> None:
    assert render(alt_of((), ["cfg 4", "cfg 6"], ["euler"]), "en") == (
        "A contact sheet. Along the top: cfg 4; cfg 6. Down the side: euler."
    )
    assert render(alt_of(["red fox", "blue fox"]), "en") == (
        "A contact sheet of 2 pictures, row by row: red fox; blue fox"
    )
    assert len(render(alt_of(["long " * 99] * 16), "en")) <= 1024
    assert len(render(alt_of((), ["long " * 99] * 4, ["long " * 99] * 4), "zh-CN")) <= 1024
