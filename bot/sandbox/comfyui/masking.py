"""Masks as grey pictures: white is what they cover."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from bot.sandbox.comfyui.scaling import scaled


def grown(mask: Image.Image, pixels: int) -> Image.Image:
    """Wider on every side by so many pixels; narrower if they are negative."""
    if pixels == 0:
        return mask
    edge = ImageFilter.MaxFilter(3) if pixels > 0 else ImageFilter.MinFilter(3)
    for _ in range(min(abs(pixels), max(mask.size))):
        mask = mask.filter(edge)
    return mask


def faded(size: tuple[int, int], padded: Sequence[bool], feathering: int) -> Image.Image:
    """A mask over a picture whose padded sides (left, top, right, bottom) it covers, less and less inwards.

    Without effect where the feathering would reach the middle, as in ComfyUI.
    """
    width, height = size
    if not 0 < feathering * 2 < min(width, height):
        return Image.new("L", size, 0)
    left, top, right, bottom = padded
    across = bytes(_cover(x, width, left, right, feathering) for x in range(width))
    down = bytes(_cover(y, height, top, bottom, feathering) for y in range(height))
    nearest = Image.Resampling.NEAREST
    return ImageChops.lighter(
        scaled(Image.frombytes("L", (width, 1), across), size, nearest),
        scaled(Image.frombytes("L", (1, height), down), size, nearest),
    )


def _cover(at: int, length: int, near: bool, far: bool, feathering: int) -> int:  # noqa: FBT001  # both sides alike
    """How much of 255, by the distance to the nearest padded side."""
    distance = min(at if near else length, length - at if far else length)
    return 0 if distance >= feathering else round(255 * ((feathering - distance) / feathering) ** 2)
