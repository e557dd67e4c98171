"""Masks of each kind mark what is to change, and say so where they may be meant otherwise."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.jobs.inputs import Area, InputKind
from bot.texts import Text, text
from tests.inputs.rig import Looker, level, opened, pixels, saved

SIZE = (16, 8)
PICTURE = saved(Image.new("RGB", SIZE, "navy"))
LEFT = [255] * 8 + [0] * 8


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(tmp_path)


def drawing(mode: str = "L", size: tuple[int, int] = SIZE) -> Image.Image:
    """Its left half is white."""
    picture = Image.new("L", size, 0)
    picture.paste(255, (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def erased(size: tuple[int, int] = SIZE) -> Image.Image:
    """A copy of the picture whose left half is transparent."""
    picture = Image.new("RGBA", size, "navy")
    picture.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return picture


def sixteen_bits() -> Image.Image:
    picture = Image.new("I;16", SIZE, 0)
    picture.paste(65535, (0, 0, 8, 8))
    return picture


DRAWINGS = {
    "grey": saved(drawing()),
    "bilevel": saved(drawing("1")),
    "palette": saved(drawing("P")),
    "colour": saved(drawing("RGB")),
    "opaque alpha": saved(drawing("RGBA")),
    "16 bits": saved(sixteen_bits()),
    "GIF": saved(drawing(), "GIF"),
    "WebP": saved(drawing("RGB"), "WEBP", lossless=True),
    "BMP": saved(drawing("1"), "BMP"),
    "erased": saved(erased()),
    "erased palette": saved(drawing("P"), transparency=255),
}


@pytest.mark.parametrize("drawn", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_marks_what_is_white_or_else_transparent(looker: Looker, drawn: bytes) -> None:
    assert pixels(looker.mask(PICTURE, drawn)) == LEFT * 8


@pytest.mark.parametrize("colour", ["red", "lime", "blue", "yellow", "magenta"])
def test_a_bright_colour_on_black_marks_as_well_as_white(looker: Looker, colour: str) -> None:
    picture = Image.new("RGB", SIZE, "black")
    picture.paste(colour, (0, 0, 8, 8))
    assert pixels(looker.mask(PICTURE, saved(picture))) == LEFT * 8


def test_soft_edges_stay_soft(looker: Looker) -> None:
    soft = drawing().filter(ImageFilter.BoxBlur(1))
    row = pixels(looker.mask(PICTURE, saved(soft)))[16:32]
    assert row == [255] * 7 + [170, 85] + [0] * 7


def test_specks_of_a_jpeg_mark_nothing(looker: Looker) -> None:
    picture = Image.new("L", (64, 64), 0)
    ImageDraw.Draw(picture).ellipse((16, 16, 47, 47), fill=255)
    found = looker.mask(saved(Image.new("RGB", (64, 64))), saved(picture, "JPEG", quality=60))
    assert {found.getpixel((x, y)) for x in range(64) for y in range(10)} == {0}
    assert found.getpixel((32, 32)) == 255


def test_what_is_as_good_as_black_stays_and_as_good_as_white_changes(looker: Looker) -> None:
    drawn = drawing().point([16] * 128 + [239] * 128)  # pyright: ignore[reportUnknownMemberType]  # numpy's types
    assert pixels(looker.mask(PICTURE, saved(drawn))) == LEFT * 8


def test_the_transparent_pixels_of_the_picture_itself_are_a_mask(looker: Looker) -> None:
    looked = looker.look(saved(erased()), masked=True)
    assert looked.mask
    assert pixels(looker.mask(saved(erased()))) == LEFT * 8
    assert opened(looked.file).mode == "RGBA"


def test_the_mask_is_a_png_of_the_pictures_size(looker: Looker) -> None:
    looked = looker.look(PICTURE, drawing=saved(drawing(size=(4, 2))))
    assert looked.mask
    assert (opened(looked.mask).format, opened(looked.mask).size) == ("PNG", SIZE)


def test_a_drawing_of_another_size_is_stretched_and_that_is_said(looker: Looker) -> None:
    looked = looker.look(PICTURE, drawing=saved(drawing(size=(160, 20))))
    assert looked.notices == (text("input-mask-fitted", mask="160×20", picture="16×8"),)
    row = pixels(looker.mask(PICTURE, saved(drawing(size=(160, 20)))))[:16]
    assert (row[:7], row[9:]) == ([255] * 7, [0] * 7)


def test_a_drawing_of_the_same_size_needs_no_words(looker: Looker) -> None:
    assert looker.look(PICTURE, drawing=saved(drawing())).notices == ()


def test_a_mask_is_laid_over_the_picture_as_it_stands_upright(looker: Looker) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    looked = looker.look(saved(Image.new("RGB", (8, 16)), "JPEG", exif=exif), drawing=saved(drawing()))
    assert looked.mask
    assert (opened(looked.file).size, opened(looked.mask).size, looked.notices) == (SIZE, SIZE, ())


AREAS = {
    Area.CENTRE: (4, 2, 12, 6),
    Area.LEFT: (0, 0, 8, 8),
    Area.RIGHT: (8, 0, 16, 8),
    Area.TOP: (0, 0, 16, 4),
    Area.BOTTOM: (0, 4, 16, 8),
    Area.TOP_LEFT: (0, 0, 8, 4),
    Area.TOP_RIGHT: (8, 0, 16, 4),
    Area.BOTTOM_LEFT: (0, 4, 8, 8),
    Area.BOTTOM_RIGHT: (8, 4, 16, 8),
}


@pytest.mark.parametrize("area", Area)
def test_an_area_marks_its_part(looker: Looker, area: Area) -> None:
    expected = Image.new("L", SIZE, 255 if area is Area.EDGES else 0)
    expected.paste(0 if area is Area.EDGES else 255, AREAS.get(area, (1, 1, 15, 7)))
    assert pixels(looker.mask(PICTURE, area=area)) == pixels(expected)


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (5, 7)])
def test_an_area_of_the_smallest_picture_marks_something(
    looker: Looker, area: Area, size: tuple[int, int]
) -> None:
    assert 255 in pixels(looker.mask(saved(Image.new("RGB", size)), area=area))


def _in_mask(problem: Text) -> Text:
    return text("input-in-mask", problem=problem)


NOTHING = {
    "black": saved(Image.new("L", SIZE, 0)),
    "nearly black": saved(Image.new("L", SIZE, 100)),
    "hardly transparent": saved(Image.new("RGBA", SIZE, (255, 255, 255, 250))),
}


@pytest.mark.parametrize("drawn", NOTHING.values(), ids=NOTHING)
def test_a_drawing_that_marks_nothing_is_refused(looker: Looker, drawn: bytes) -> None:
    assert looker.refusal(PICTURE, drawing=drawn) == _in_mask(text("input-mask-empty"))
    assert looker.refusal(drawn, InputKind.MASK) == text("input-mask-empty")


@pytest.mark.parametrize("colour", [(0, 0, 0), (0, 0, 0, 255), (0, 0, 0, 200)])
def test_a_picture_without_anything_transparent_is_refused_as_its_own_mask(
    looker: Looker, colour: tuple[int, ...]
) -> None:
    picture = saved(Image.new("RGB" if len(colour) == 3 else "RGBA", SIZE, colour))
    assert looker.refusal(picture, masked=True) == text("input-mask-not-transparent")


def test_a_drawing_that_is_no_picture_is_told_from_the_picture(looker: Looker) -> None:
    assert looker.refusal(PICTURE, drawing=b"<svg/>") == _in_mask(text("input-no-picture"))
    assert looker.refusal(b"<svg/>", drawing=saved(drawing())) == text("input-no-picture")


def test_a_mask_that_marks_nearly_all_is_used_with_a_word(looker: Looker) -> None:
    swapped = Image.new("L", SIZE, 255)
    swapped.putpixel((3, 3), 0)
    looked = looker.look(PICTURE, drawing=saved(swapped))
    assert looked.notices == (text("input-mask-nearly-all", percent=99),)
    assert looker.look(saved(swapped), InputKind.MASK).notices == looked.notices


def test_a_photograph_as_a_mask_is_used_with_a_word(looker: Looker) -> None:
    photograph = Image.linear_gradient("L").resize(SIZE)  # pyright: ignore[reportUnknownMemberType]  # numpy's types
    assert looker.look(PICTURE, drawing=saved(photograph)).notices == (text("input-mask-greys"),)


def test_the_overlay_shows_the_marked_part_by_its_pattern(looker: Looker) -> None:
    grey = Image.new("RGB", (2000, 1000), (128, 128, 128))
    looked = looker.look(saved(grey), area=Area.LEFT)
    assert looked.overlay
    overlay = opened(looked.overlay)
    assert (overlay.format, overlay.size) == ("JPEG", (512, 256))
    row = [level(overlay.convert("L"), (x, 128)) for x in range(512)]
    marked, line, kept = row[20:230], row[250:262], row[280:500]
    assert max(marked) - min(marked) > 60  # stripes, also for those who see no colours
    assert max(kept) - min(kept) < 10
    assert max(line) - min(line) > 180  # white on black


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (10_000, 1), (512, 512), (1, 3000)])
def test_every_picture_has_an_overlay(looker: Looker, size: tuple[int, int]) -> None:
    looked = looker.look(saved(Image.new("RGB", size)), area=Area.CENTRE)
    assert looked.overlay
    assert max(opened(looked.overlay).size) == min(512, max(size))
