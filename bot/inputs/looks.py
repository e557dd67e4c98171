"""A file is looked at before anything believes it, and made into what a job is given. Slow: for a thread."""

from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from bot.inputs import masks
from bot.inputs.errors import told_of_mask
from bot.inputs.limits import InputLimits
from bot.inputs.looked import Fetched, Looked, Mask
from bot.inputs.other_files import checked_file
from bot.inputs.overlays import save_overlay
from bot.inputs.picture_reading import read_picture
from bot.inputs.recordings import checked_recording
from bot.jobs.inputs import InputKind
from bot.workflows.sources.found import Origin

_LARGEST_PNG_BYTES = 64 * 2**20
"""ComfyUI takes 100 MB at once, unless told otherwise."""
_PNG_LEVEL = 3
"""Higher ones take longer by half for a twentieth."""


def look(fetched: Fetched, limits: InputLimits) -> Looked:
    """What the job is given. New files are written beside the one that was fetched.

    Raises:
        InputRefused: it is not what the workflow takes, or beyond a limit.
        OSError: the disk.
    """
    match fetched.kind:
        case InputKind.IMAGE:
            return _picture(fetched, limits)
        case InputKind.MASK:
            return _mask(fetched, limits)
        case InputKind.VIDEO | InputKind.AUDIO:
            suffix = checked_recording(fetched.file, fetched.kind, max_seconds=limits.max_seconds)
            return Looked(fetched.file, suffix)
        case InputKind.FILE:
            return Looked(fetched.file, checked_file(fetched.file, fetched.filename))


def _picture(fetched: Fetched, limits: InputLimits) -> Looked:
    folder = fetched.file.parent
    # Before the picture, and to one byte a pixel: two large pictures are never in memory at once.
    drawn = _drawn(fetched.mask, limits)
    picture, form = read_picture(fetched.file, max_pixels=limits.max_pixels)
    if fetched.mask is None:
        return _kept(picture, form, folder)
    mask, fitting = masks.fitted(drawn or _undrawn(fetched.mask, picture), picture.size)
    kept = _kept(picture, form, folder)
    overlay, alpha = folder / "overlay.jpg", folder / "alpha.png"
    save_overlay(picture, mask, overlay)
    del picture
    masks.save_as_alpha(mask, alpha)
    return replace(kept, mask=alpha, overlay=overlay, notices=fitting + masks.doubts(mask))


def _drawn(mask: Mask | None, limits: InputLimits) -> Image.Image | None:
    if mask is None or mask.drawing is None:
        return None
    with told_of_mask():
        drawing, _form = read_picture(mask.drawing, max_pixels=limits.max_pixels)
        return masks.drawn_mask(drawing)


def _undrawn(mask: Mask, picture: Image.Image) -> Image.Image:
    return masks.own_mask(picture) if mask.area is None else masks.area_mask(mask.area, picture.size)


def _mask(fetched: Fetched, limits: InputLimits) -> Looked:
    drawing, _form = read_picture(fetched.file, max_pixels=limits.max_pixels)
    mask = masks.drawn_mask(drawing)
    file = fetched.file.with_name("mask.png")
    masks.save_for_any_channel(mask, file)
    return Looked(file, ".png", notices=masks.doubts(mask))


def _kept(picture: Image.Image, form: Origin, folder: Path) -> Looked:
    """As PNG, for it loses nothing.

    What came as JPEG has lost already: as the best JPEG it stays a third as large, which matters to the disk, to the way
    to ComfyUI, and to those who wait for this thread.
    """
    if form is not Origin.JPEG:
        file = folder / "picture.png"
        picture.save(file, "PNG", compress_level=_PNG_LEVEL)
        if picture.mode == "RGBA" or file.stat().st_size <= _LARGEST_PNG_BYTES:
            return Looked(file, ".png")
    file = folder / "picture.jpg"
    picture.save(file, "JPEG", quality=95, subsampling=0)
    return Looked(file, ".jpg")
