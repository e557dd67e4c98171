"""Pictures out of words and a seed: layered hills under a sky, the same for the same spec, different for another.

Pure functions on Pillow images, to be called in a thread. Knows nothing of graphs, files or events.
"""

import io
import math
import random
from typing import Final

from msgspec import Struct
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.sandbox.comfyui.palette import Colour, Palette, between, choose, mix
from bot.sandbox.comfyui.scaling import scaled

_SMOOTH_BELOW: Final = 1024 * 1024
"""Pixels up to which edges are drawn at twice the size and made smooth."""
_COMES_CLOSER: Final = 0.4
"""Of a picture's sides, what its film no longer shows at the end."""
PREVIEW_SIDE: Final = 512
"""ComfyUI scales previews, up or down, to this on the longer side."""


class PictureSpec(Struct, frozen=True):
    """All that decides a picture, besides its size."""

    words: str
    avoid: str
    seed: int
    checkpoint: str
    number: int
    """Which of a batch."""

    @property
    def rng(self) -> random.Random:
        return random.Random(f"{self.words}\n{self.avoid}\n{self.seed}\n{self.checkpoint}\n{self.number}")


def draw(spec: PictureSpec, width: int, height: int) -> Image.Image:
    """The picture of a spec."""
    rng = spec.rng
    palette = choose(spec.words, rng)
    scale = 2 if width * height <= _SMOOTH_BELOW else 1
    image = _sky(palette, width * scale, height * scale)
    _light(image, palette, rng)
    _hills(image, palette, rng)
    return image.reduce(scale) if scale > 1 else image


def _sky(palette: Palette, width: int, height: int) -> Image.Image:
    stops = (palette.zenith, mix(palette.zenith, palette.horizon, 0.45), palette.horizon)
    column = Image.new("RGB", (1, 64))
    for row in range(64):
        column.putpixel((0, row), between(stops, row / 44))
    return scaled(column, (width, height))


def _light(image: Image.Image, palette: Palette, rng: random.Random) -> None:
    """A sun or a moon with its halo, and stars at night."""
    width, height = image.size
    side = min(width, height)
    if palette.night:
        canvas = ImageDraw.Draw(image)
        for _ in range(90):
            x, y, size = (
                rng.uniform(0, width),
                rng.uniform(0, height * 0.6),
                side * rng.uniform(0.0008, 0.003),
            )
            canvas.ellipse(
                (x - size, y - size, x + size, y + size),
                fill=mix(palette.zenith, palette.glow, rng.uniform(0.4, 1)),
            )
    x, y = width * rng.uniform(0.18, 0.82), height * rng.uniform(0.16, 0.46)
    radius = side * rng.uniform(0.05, 0.1)
    halo = round(radius * 9)
    image.paste(palette.glow, (round(x - halo / 2), round(y - halo / 2)), scaled(_soft_disc(), (halo, halo)))
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=palette.glow)


def _soft_disc() -> Image.Image:
    """Strong in its middle, nothing at the edge of the square it lies in."""
    disc = ImageChops.invert(Image.radial_gradient("L"))
    return ImageChops.subtract(disc, Image.new("L", disc.size, 100))


def _hills(image: Image.Image, palette: Palette, rng: random.Random) -> None:
    """Ridges from the haze to the foreground, the nearest with trees."""
    width, height = image.size
    canvas = ImageDraw.Draw(image)
    layers = rng.randint(4, 6)
    for layer in range(layers):
        nearness = (layer + 1) / layers
        colour = mix(mix(palette.horizon, palette.near, 0.2), palette.near, nearness**0.8)
        base = height * (0.5 + 0.42 * nearness**1.2)
        ridge = _ridge(rng, width, base, height * (0.15 - 0.08 * nearness), rough=1.9 - nearness)
        canvas.polygon([(0.0, float(height)), *ridge, (float(width), float(height))], fill=colour)
        if layer >= layers - 2:
            _trees(canvas, ridge, colour, height * (0.018 + 0.05 * (nearness - 0.7)), rng)


def _ridge(
    rng: random.Random, width: int, base: float, swing: float, *, rough: float
) -> list[tuple[float, float]]:
    """A line of waves on waves, each shorter and lower than the last."""
    waves = [
        (rng.uniform(0.6, 1.4) * 2**octave, rng.uniform(0, math.tau), 0.5**octave * rough**0.5)
        for octave in range(6)
    ]
    line: list[tuple[float, float]] = []
    for step in range(129):
        share = step / 128
        lift = sum(size * math.sin(count * math.tau * share + turn) for count, turn, size in waves)
        line.append((share * width, base - swing * lift * 0.7))
    return line


def _trees(
    canvas: ImageDraw.ImageDraw,
    ridge: list[tuple[float, float]],
    colour: Colour,
    size: float,
    rng: random.Random,
) -> None:
    for x, y in ridge:
        if rng.random() < 0.42:
            tall = size * rng.uniform(0.6, 1.7)
            canvas.polygon(
                [(x - tall * 0.3, y + size * 0.3), (x, y - tall), (x + tall * 0.3, y + size * 0.3)],
                fill=colour,
            )


def preview(image: Image.Image, share: float) -> bytes:
    """A JPEG of the picture as it looks after ``share`` of its steps: first blotches, then itself."""
    scale = PREVIEW_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    blotch = PREVIEW_SIDE / (6 + (PREVIEW_SIDE / 4 - 6) * share**1.5)
    blotches = scaled(image, (max(1, round(size[0] / blotch)), max(1, round(size[1] / blotch))))
    frame = scaled(blotches, size).convert("RGB")
    content = io.BytesIO()
    frame.save(content, "JPEG", quality=95)
    return content.getvalue()


def redraw(original: Image.Image, drawn: Image.Image, share: float, mask: Image.Image | None) -> Image.Image:
    """The original with ``share`` of the new picture in it; with a mask, only where the mask is white.

    The edge is softened inwards: what the mask does not cover stays as it is.
    """
    blend = Image.blend(original, scaled(drawn, original.size), share)
    if mask is None:
        return blend
    hard = scaled(mask, original.size)
    soft = hard.filter(ImageFilter.GaussianBlur(max(original.size) / 128))
    return Image.composite(blend, original, ImageChops.darker(hard, soft))


def moving(picture: Image.Image, size: tuple[int, int], number: int, count: int) -> Image.Image:
    """Frame ``number`` of ``count`` of a film that slowly comes closer to the picture."""
    nearness = 1 - _COMES_CLOSER * number / max(1, count - 1)
    left, top = (round(side * (1 - nearness) / 2) for side in picture.size)
    return scaled(picture.crop((left, top, picture.width - left, picture.height - top)), size)
