"""Make a file fit Discord's limit: untouched where it fits, else smaller, saying what was done. Pure, but slow.

Runs in a thread (see :class:`bot.delivery.fitter.Fitter`). A picture's header is checked before anything is decoded.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image

from bot.delivery.fitter import CannotFit, Fitted
from bot.delivery.words import megabytes
from bot.pictures import MAX_PIXELS, UNREADABLE, eight_bits
from bot.texts import text

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SMALLEST_SIDE = 256
"""Of the longer side: what is smaller is no picture any more."""
SHRINK = 0.75
LOSSLESS_GAIN = 1.5
"""Lossless WebP is seldom smaller than two thirds of a PNG: not tried where more is wanted, for it is slow."""
WEBP_LARGEST_SIDE = 16383
JPEG_LARGEST_SIDE = 65500


def fit(content: bytes, filename: str, limit_bytes: int) -> Fitted:
    """``content`` with at most ``limit_bytes``.

    Raises:
        CannotFit: it is no still picture, not a whole one, or not one that we dare to decode.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if len(content) <= limit_bytes:
                return Fitted(content, suffix, picture.size)
            return _smaller(picture, content, limit_bytes)
    except UNREADABLE as error:
        if len(content) <= limit_bytes:
            return Fitted(content, suffix, None)
        raise _cannot(content, limit_bytes) from error


def _smaller(picture: Image.Image, content: bytes, limit_bytes: int) -> Fitted:
    width, height = picture.size
    if width * height > MAX_PIXELS or getattr(picture, "is_animated", False):
        raise _cannot(content, limit_bytes)
    before, was = picture.format or "?", picture.size
    for made, kind in _attempts(picture, len(content), limit_bytes):
        if len(made.content) <= limit_bytes:
            change = text(
                "fitted",
                limit=megabytes(limit_bytes),
                before=f"{before} {was[0]}×{was[1]}, {megabytes(len(content))}",
                after=f"{kind} {made.size[0]}×{made.size[1]}, {megabytes(len(made.content))}",
            )
            return Fitted(made.content, made.suffix, made.size, change)
    raise _cannot(content, limit_bytes)


@dataclass(frozen=True, slots=True)
class _Encoded:
    content: bytes
    suffix: str
    size: tuple[int, int]


def _attempts(picture: Image.Image, size_bytes: int, limit_bytes: int) -> Iterator[tuple[_Encoded, str]]:
    """From the best to the smallest, made only when asked for."""
    profile = picture.info.get("icc_profile")
    full = eight_bits(picture)
    if size_bytes <= limit_bytes * LOSSLESS_GAIN and max(full.size) <= WEBP_LARGEST_SIDE:
        yield _webp(full, profile, lossless=True, quality=50), "WebP"
    smaller = full
    while smaller is full or max(smaller.size) >= SMALLEST_SIDE:
        for quality in (90, 80) if smaller is full else (85,):
            if full.mode == "RGBA" and max(smaller.size) <= WEBP_LARGEST_SIDE:
                yield _webp(smaller, profile, lossless=False, quality=quality), f"WebP {quality} %"
            elif max(smaller.size) <= JPEG_LARGEST_SIDE:
                yield _jpeg(smaller, profile, quality), f"JPEG {quality} %"
        smaller = full.resize(  # pyright: ignore[reportUnknownMemberType]  # numpy's types, not installed
            (max(1, round(smaller.width * SHRINK)), max(1, round(smaller.height * SHRINK))),
            Image.Resampling.LANCZOS,
        )


def _webp(picture: Image.Image, profile: bytes | None, *, lossless: bool, quality: int) -> _Encoded:
    # method 2: five times faster than 4 for one or two per cent of size
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=lossless, quality=quality, method=2, icc_profile=profile)
    return _Encoded(out.getvalue(), ".webp", picture.size)


def _jpeg(picture: Image.Image, profile: bytes | None, quality: int) -> _Encoded:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality, icc_profile=profile)
    return _Encoded(out.getvalue(), ".jpg", picture.size)


def _cannot(content: bytes, limit_bytes: int) -> CannotFit:
    return CannotFit(text("file-cannot-fit", size=megabytes(len(content)), limit=megabytes(limit_bytes)))
