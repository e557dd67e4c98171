"""Make a still picture fit Discord's limit: smaller step by step, saying what was done. Pure, but slow.

Runs in a thread (see :class:`bot.delivery.fitter.Fitter`). A picture's header is checked before anything is decoded.
"""

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from msgspec import Struct
from PIL import Image

from bot.delivery.contents import Content, opened, size_of
from bot.delivery.fitted import CannotFit, Fitted
from bot.delivery.recipe_writing import MAX_JPEG_BYTES, exif_of
from bot.delivery.recipes import Recipe
from bot.delivery.words import megabytes
from bot.pictures import MAX_PIXELS, UNREADABLE, eight_bits
from bot.texts import text

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")
SMALLEST_SIDE = 256
"""Of the longer side: what is smaller is no picture any more."""
SHRINK = 0.75
LOSSLESS_GAIN = 1.5
"""Lossless WebP is seldom smaller than two thirds of a PNG: not tried where more is wanted, for it is slow."""
WEBP_LARGEST_SIDE = 16383
JPEG_LARGEST_SIDE = 65500


class Look(Struct, frozen=True):
    """What a picture's header says."""

    size: tuple[int, int]
    animated: bool

    @property
    def pixels(self) -> int:
        return self.size[0] * self.size[1]


@contextmanager
def picture_of(content: Content) -> Generator[Image.Image]:
    """The picture, of which only the header was read."""
    with opened(content) as file, Image.open(file, formats=FORMATS) as picture:
        yield picture


def look(content: Content) -> Look | None:
    """None: it is no picture that Pillow can read."""
    try:
        with picture_of(content) as picture:
            return Look(picture.size, bool(getattr(picture, "is_animated", False)))
    except UNREADABLE:
        return None


def fit(content: Content, recipe: Recipe, limit_bytes: int) -> Fitted:
    """A still picture with at most ``limit_bytes``, and with its recipe wherever the format holds it.

    Raises:
        CannotFit: it is no still picture, not a whole one, or not one that we dare to decode.
    """
    try:
        with picture_of(content) as picture:
            return _smaller(picture, size_of(content), recipe, limit_bytes)
    except UNREADABLE as error:
        raise CannotFit(text("file-unreadable")) from error


def _smaller(picture: Image.Image, size_bytes: int, recipe: Recipe, limit_bytes: int) -> Fitted:
    width, height = picture.size
    if width * height > MAX_PIXELS or getattr(picture, "is_animated", False):
        raise CannotFit(text("file-too-many-pixels"))
    before, was = picture.format or "?", picture.size
    for made, kind in _attempts(picture, size_bytes, recipe, limit_bytes):
        if len(made.content) <= limit_bytes:
            change = text(
                "fitted",
                limit=megabytes(limit_bytes),
                before=f"{before} {was[0]}×{was[1]}, {megabytes(size_bytes)}",
                after=f"{kind} {made.size[0]}×{made.size[1]}, {megabytes(len(made.content))}",
            )
            return Fitted(made.content, made.suffix, made.size, change)
    raise CannotFit(text("file-still-too-large"))


class _Encoded(Struct, frozen=True):
    content: bytes
    suffix: str
    size: tuple[int, int]


class _Extras(Struct, frozen=True):
    """What a picture carries beside its pixels."""

    profile: bytes | None
    exif: bytes
    jpeg_exif: bytes | None
    """None: a JPEG cannot hold it."""

    @classmethod
    def of(cls, picture: Image.Image, recipe: Recipe) -> "_Extras":
        exif = exif_of(recipe)
        small = exif if len(exif) <= MAX_JPEG_BYTES else None
        return cls(picture.info.get("icc_profile"), exif, small)


def _attempts(
    picture: Image.Image, size_bytes: int, recipe: Recipe, limit_bytes: int
) -> Iterator[tuple[_Encoded, str]]:
    """From the best to the smallest, made only when asked for."""
    extras = _Extras.of(picture, recipe)
    full = eight_bits(picture)
    if size_bytes <= limit_bytes * LOSSLESS_GAIN and max(full.size) <= WEBP_LARGEST_SIDE:
        yield _webp(full, extras, lossless=True, quality=50), "WebP"
    smaller = full
    while smaller is full or max(smaller.size) >= SMALLEST_SIDE:
        as_webp = full.mode == "RGBA" or extras.jpeg_exif is None
        for quality in (90, 80) if smaller is full else (85,):
            if as_webp and max(smaller.size) <= WEBP_LARGEST_SIDE:
                yield _webp(smaller, extras, lossless=False, quality=quality), f"WebP {quality} %"
            elif max(smaller.size) <= JPEG_LARGEST_SIDE:
                yield _jpeg(smaller, extras, quality), f"JPEG {quality} %"
        smaller = full.resize(  # pyright: ignore[reportUnknownMemberType]  # numpy's types, not installed
            (max(1, round(smaller.width * SHRINK)), max(1, round(smaller.height * SHRINK))),
            Image.Resampling.LANCZOS,
        )


def _webp(picture: Image.Image, extras: _Extras, *, lossless: bool, quality: int) -> _Encoded:
    # method 2: five times faster than 4 for one or two per cent of size
    out = io.BytesIO()
    picture.save(
        out,
        "WEBP",
        lossless=lossless,
        quality=quality,
        method=2,
        icc_profile=extras.profile,
        exif=extras.exif,
    )
    return _Encoded(out.getvalue(), ".webp", picture.size)


def _jpeg(picture: Image.Image, extras: _Extras, quality: int) -> _Encoded:
    out = io.BytesIO()
    exif = extras.jpeg_exif or b""
    picture.convert("RGB").save(out, "JPEG", quality=quality, icc_profile=extras.profile, exif=exif)
    return _Encoded(out.getvalue(), ".jpg", picture.size)
