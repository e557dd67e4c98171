"""The mask laid over the picture, small, for the person who waits. Slow, and loads Pillow: for a thread.

Stripes and a line around them tell the marked part by shape, not by colour alone.
"""

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.pictures import mapped

LONGEST_SIDE = 512
_SHORTEST_SIDE = 16
"""A picture of 10000×10 would be a hair: its short side is stretched to so much."""
_ORANGE, _BLUE = (255, 140, 0), (0, 40, 120)
"""Told apart with every kind of colour blindness, and by their brightness alone."""
_STRIPE = 8
_COVERING = 150
"""Of 255; the picture shines through."""


def save_overlay(picture: Image.Image, mask: Image.Image, file: Path) -> None:
    """Write a JPEG. Transparent pixels are shown in the colour that they have, for ComfyUI sees that too."""
    size = _small(picture.size)
    small = picture.resize(size, Image.Resampling.BOX).convert("RGB")  # pyright: ignore[reportUnknownMemberType]  # numpy's types
    marked = mask.resize(size, Image.Resampling.BOX)  # pyright: ignore[reportUnknownMemberType]  # as above
    small.paste(_stripes(size), mask=mapped(marked, [value * _COVERING // 255 for value in range(256)]))
    inside = mapped(marked, [0] * 128 + [255] * 128)
    for width, colour in ((5, "black"), (3, "white")):
        small.paste(colour, mask=_edge(inside, width))
    small.save(file, "JPEG", quality=85)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, LONGEST_SIDE / max(size))
    width, height = (max(min(each, _SHORTEST_SIDE), round(each * scale)) for each in size)
    return width, height


def _stripes(size: tuple[int, int]) -> Image.Image:
    stripes = Image.new("RGB", size, _ORANGE)
    draw = ImageDraw.Draw(stripes)
    width, height = size
    for start in range(-height, width, 2 * _STRIPE):
        draw.line(((start, height), (start + height, 0)), fill=_BLUE, width=_STRIPE // 2)
    return stripes


def _edge(inside: Image.Image, width: int) -> Image.Image:
    """A line of ``width`` pixels (odd) where inside meets outside."""
    grown = inside.filter(ImageFilter.MaxFilter(width))
    shrunk = inside.filter(ImageFilter.MinFilter(width))
    return ImageChops.subtract(grown, shrunk)
