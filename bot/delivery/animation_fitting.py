"""Make a picture that moves fit Discord's limit: as WebP, with less quality, then fewer pixels and frames. Pure, but slow."""

import io
from collections.abc import Iterator

from PIL import Image

from bot.delivery.contents import Content, size_of
from bot.delivery.fitted import CannotFit, Fitted
from bot.delivery.fitting import WEBP_LARGEST_SIDE, picture_of
from bot.delivery.recipe_writing import exif_of
from bot.delivery.recipes import Recipe
from bot.delivery.words import megabytes
from bot.pictures import MAX_PIXELS, UNREADABLE
from bot.texts import text

MAX_ALL_PIXELS = 150_000_000
"""Of all frames together: what more of them cost to decode is a minute."""
MAX_HELD_PIXELS = 40_000_000
"""Of the frames that are in memory at once."""
_STEPS = ((1.0, 1, 80), (0.75, 1, 75), (0.75, 2, 70), (0.5, 2, 70), (0.5, 3, 60), (0.35, 4, 50))
"""Scale of the sides, every how-manieth frame is kept, quality."""
_FRAME_MS = 100
"""Of a frame that does not say how long it is shown."""


def fit_animation(content: Content, recipe: Recipe, limit_bytes: int) -> Fitted:
    """The animation with at most ``limit_bytes``, with its recipe.

    Raises:
        CannotFit: it is broken, too long to be decoded, or too large still.
    """
    try:
        with picture_of(content) as picture:
            return _smaller(picture, size_of(content), recipe, limit_bytes)
    except UNREADABLE as error:
        raise CannotFit(text("file-unreadable")) from error


def _smaller(picture: Image.Image, size_bytes: int, recipe: Recipe, limit_bytes: int) -> Fitted:
    count: int = getattr(picture, "n_frames", 1)
    width, height = picture.size
    if (
        width * height > MAX_PIXELS
        or width * height * count > MAX_ALL_PIXELS
        or max(width, height) > WEBP_LARGEST_SIDE
    ):
        raise CannotFit(text("file-too-many-pixels"))
    before, exif = picture.format or "?", exif_of(recipe)
    for scale, every, quality in _STEPS:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size[0] * size[1] * -(-count // every) > MAX_HELD_PIXELS:
            continue
        made = _webp(picture, size, every, quality, exif)
        if len(made) <= limit_bytes:
            change = text(
                "fitted",
                limit=megabytes(limit_bytes),
                before=f"{before} {width}×{height}, {megabytes(size_bytes)}",
                after=f"WebP {quality} % {size[0]}×{size[1]}, {megabytes(len(made))}",
            )
            return Fitted(made, ".webp", size, change)
    raise CannotFit(text("file-still-too-large"))


def _webp(picture: Image.Image, size: tuple[int, int], every: int, quality: int, exif: bytes) -> bytes:
    kept = list(_frames(picture, size, every))
    frames, durations = [frame for frame, _ in kept], [shown_ms for _, shown_ms in kept]
    out = io.BytesIO()
    frames[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=picture.info.get("loop", 0),
        quality=quality,
        method=2,
        exif=exif,
    )
    return out.getvalue()


def _frames(picture: Image.Image, size: tuple[int, int], every: int) -> Iterator[tuple[Image.Image, int]]:
    """The frames that are kept, each shown for as long as those that it stands for."""
    kept: Image.Image | None = None
    shown_ms = 0
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        if number % every == 0:
            if kept is not None:
                yield kept, shown_ms
            frame = picture.convert("RGBA")
            kept = frame if frame.size == size else frame.resize(size, Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]  # numpy's types, not installed
            shown_ms = 0
        shown_ms += int(picture.info.get("duration") or _FRAME_MS)
    if kept is not None:
        yield kept, shown_ms
