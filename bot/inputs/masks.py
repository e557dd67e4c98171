"""Masks: which part of a picture is to change. Slow, and loads Pillow: for a thread.

A mask is one channel of the picture's size: 255 changes, 0 stays, and what is between changes in part, so that soft and
antialiased edges stay soft. What ComfyUI gets is the reverse, as alpha: https://docs.comfy.org/interface/maskeditor.
"""

from pathlib import Path

from PIL import Image, ImageChops

from bot.inputs.errors import InputRefused
from bot.jobs.inputs import Area
from bot.pictures import mapped
from bot.texts import Text, text

Size = tuple[int, int]

_MARKED = 128
"""From here on something counts as marked, where it is asked whether anything is."""
_NEARLY_BLACK, _NEARLY_WHITE = 16, 239
"""A drawing saved as JPEG has specks around its edges: what is as good as black stays, what is as good as white changes."""
_GREY = range(64, 192)
_MANY_GREYS = 0.25
"""Of all pixels. Antialiased edges are far fewer; photographs have more."""
_NEARLY_ALL = 0.9


def drawn_mask(drawing: Image.Image) -> Image.Image:
    """From a picture of its own: transparent changes where anything is transparent, else white (or any bright colour) does.

    Raises:
        InputRefused: nothing is marked.
    """
    if has_transparency(drawing):
        mask = ImageChops.invert(drawing.getchannel("A"))
    else:
        brightest = drawing.getchannel("R")
        for channel in ("G", "B"):
            brightest = ImageChops.lighter(brightest, drawing.getchannel(channel))
        mask = mapped(brightest, [_cleaned(value) for value in range(256)])
    if not _is_marked(mask):
        raise InputRefused(text("input-mask-empty"))
    return mask


def own_mask(picture: Image.Image) -> Image.Image:
    """From a picture's own transparency.

    Raises:
        InputRefused: nothing of it is transparent.
    """
    mask = ImageChops.invert(picture.getchannel("A")) if picture.mode == "RGBA" else None
    if mask is None or not _is_marked(mask):
        raise InputRefused(text("input-mask-not-transparent"))
    return mask


def area_mask(area: Area, size: Size) -> Image.Image:
    width, height = size
    if area is Area.EDGES:
        border = max(1, min(size) // 8)
        mask = Image.new("L", size, 255)
        mask.paste(0, (border, border, max(border, width - border), max(border, height - border)))
        return mask
    left, top, right, bottom = _EIGHTHS[area]
    mask = Image.new("L", size, 0)
    mask.paste(255, (width * left // 8, height * top // 8, -(-width * right // 8), -(-height * bottom // 8)))
    return mask


def fitted(mask: Image.Image, size: Size) -> tuple[Image.Image, tuple[Text, ...]]:
    """Stretched over a picture of ``size``, corner to corner, which is said: another shape may lie elsewhere than meant."""
    if mask.size == size:
        return mask, ()
    stretched = mask.resize(size, Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]  # numpy's types
    return stretched, (text("input-mask-fitted", mask=_named(mask.size), picture=_named(size)),)


def doubts(mask: Image.Image) -> tuple[Text, ...]:
    """What a person should know who may have drawn it the other way round, or sent the wrong picture."""
    counts = mask.histogram()
    whole = sum(counts)
    marked = sum(counts[_MARKED:]) / whole
    if sum(counts[value] for value in _GREY) / whole > _MANY_GREYS:
        return (text("input-mask-greys"),)
    if marked >= _NEARLY_ALL:
        return (text("input-mask-nearly-all", percent=int(marked * 100)),)
    return ()


def save_as_alpha(mask: Image.Image, file: Path) -> None:
    """The PNG that ``/upload/mask`` takes: only its alpha matters, 0 where the picture is to change."""
    Image.merge("LA", (Image.new("L", mask.size), ImageChops.invert(mask))).save(file, "PNG")


def save_for_any_channel(mask: Image.Image, file: Path) -> None:
    """The PNG for LoadImageMask, whichever channel the workflow reads: white is what changes, and so is transparent."""
    Image.merge("RGBA", (mask, mask, mask, ImageChops.invert(mask))).save(file, "PNG")


def has_transparency(picture: Image.Image) -> bool:
    return picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)


def _is_marked(mask: Image.Image) -> bool:
    return any(mask.histogram()[_MARKED:])


def _cleaned(value: int) -> int:
    if value <= _NEARLY_BLACK:
        return 0
    return 255 if value >= _NEARLY_WHITE else value


def _named(size: Size) -> str:
    return f"{size[0]}×{size[1]}"


_EIGHTHS = {
    Area.CENTRE: (2, 2, 6, 6),
    Area.LEFT: (0, 0, 4, 8),
    Area.RIGHT: (4, 0, 8, 8),
    Area.TOP: (0, 0, 8, 4),
    Area.BOTTOM: (0, 4, 8, 8),
    Area.TOP_LEFT: (0, 0, 4, 4),
    Area.TOP_RIGHT: (4, 0, 8, 4),
    Area.BOTTOM_LEFT: (0, 4, 4, 8),
    Area.BOTTOM_RIGHT: (4, 4, 8, 8),
}
"""Left, top, right, bottom in eighths of the picture; at least a pixel of the smallest."""
