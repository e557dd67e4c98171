"""The colours of a picture: what its words suggest, varied by chance.

Knows nothing of pixels; ``drawing`` paints with what it is given here.
"""

import colorsys
import random
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec import Struct

Colour: TypeAlias = tuple[int, int, int]


class _Theme(Struct, frozen=True):
    """Hues in degrees; lightness and saturation from 0 to 1."""

    sky: float
    glow: float
    land: float
    saturation: float
    light: float


_THEMES: Final[tuple[tuple[str, _Theme], ...]] = (
    ("night midnight dark moon star stars space galaxy 夜 星 月", _Theme(230, 265, 235, 0.55, 0.16)),
    ("sunset dusk evening dawn sunrise autumn fire 日落 黄昏 秋", _Theme(268, 22, 330, 0.72, 0.55)),
    ("snow winter ice frost arctic glacier 雪 冬 冰", _Theme(208, 200, 214, 0.34, 0.74)),
    ("sea ocean water lake river beach island 海 湖 水", _Theme(196, 45, 192, 0.62, 0.6)),
    ("forest tree trees jungle garden meadow grass 森林 树 草", _Theme(165, 60, 128, 0.5, 0.56)),
    ("desert sand dune canyon savanna lion 沙漠", _Theme(200, 38, 26, 0.6, 0.62)),
    ("flower flowers blossom spring cherry pink 花 春", _Theme(205, 340, 318, 0.52, 0.7)),
)


class Palette(Struct, frozen=True):
    """Colours from the top of the sky to the nearest hill."""

    zenith: Colour
    horizon: Colour
    glow: Colour
    near: Colour
    night: bool


def _colour(hue: float, saturation: float, light: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 360 / 360, min(max(light, 0), 1), min(max(saturation, 0), 1))
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` of the second colour in the first."""
    blend = [round(a + (b - a) * share) for a, b in zip(first, second, strict=True)]
    return blend[0], blend[1], blend[2]


def _theme(words: str, rng: random.Random) -> _Theme:
    known = set(re.findall(r"[a-z]+", words.lower()))
    for names, theme in _THEMES:
        if any(name in known if name.isascii() else name in words for name in names.split()):
            return theme
    sky = rng.uniform(0, 360)
    return _Theme(
        sky, sky + rng.choice((150, 180, 210)), sky + rng.uniform(-60, 60), 0.55, rng.uniform(0.4, 0.68)
    )


def choose(words: str, rng: random.Random) -> Palette:
    """The palette that the words suggest; words that suggest none get one by chance."""
    theme = _theme(words, rng)
    turn = rng.uniform(-16, 16)
    return Palette(
        zenith=_colour(theme.sky + turn, theme.saturation, theme.light * 0.72),
        horizon=_colour(theme.glow + turn, theme.saturation * 0.9, min(0.9, theme.light * 1.25 + 0.08)),
        glow=_colour(theme.glow + turn + 14, 0.85, 0.88),
        near=_colour(theme.land + turn, theme.saturation * 0.8, theme.light * 0.26),
        night=theme.light < 0.3,
    )


def between(stops: Sequence[Colour], share: float) -> Colour:
    """The colour at ``share`` (0 to 1) of the way through some stops."""
    position = min(max(share, 0), 1) * (len(stops) - 1)
    index = min(int(position), len(stops) - 2)
    return mix(stops[index], stops[index + 1], position - index)
