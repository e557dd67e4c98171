"""From the file of a picture to its pixels: upright, in sRGB, eight bits a channel, and nothing else of the file.

Slow, and loads Pillow: for a thread (see :mod:`bot.inputs.looking`).
"""

import io
from contextlib import suppress
from pathlib import Path

from PIL import ExifTags, Image, ImageCms

from bot.inputs.errors import InputRefused
from bot.inputs.picture_headers import PICTURES, picture_size
from bot.pictures import UNREADABLE, eight_bits
from bot.texts import text
from bot.workflows.sources.found import Origin, SourceError
from bot.workflows.sources.sniffing import sniff
from bot.workflows.sources.window import Budget, Window

_PILLOW_NAMES = {
    Origin.PNG: ("PNG",),
    Origin.JPEG: ("JPEG",),
    Origin.WEBP: ("WEBP",),
    Origin.GIF: ("GIF",),
    Origin.AVIF: ("AVIF",),
    Origin.BMP: ("BMP",),
    Origin.TIFF: ("TIFF",),
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What EXIF's orientation says how the camera was held, and what puts the picture upright."""
_HEADER_BYTES = 64 * 2**20
"""What may be read of a file besides its own bytes once, before its pixels."""


def read_picture(file: Path, *, max_pixels: int) -> tuple[Image.Image, Origin]:
    """The first frame as RGB, or RGBA where something of it is transparent, in memory; and what it was kept as.

    Raises:
        InputRefused: no picture, damaged, or too many pixels; the last is told before any is unpacked.
    """
    try:
        form = _checked(file, max_pixels)
        with Image.open(file, formats=_PILLOW_NAMES[form]) as picture:
            _check_size(picture.size, max_pixels)  # in case Pillow reads the header differently
            if picture.mode == "F":
                raise InputRefused(text("input-picture-float"))
            picture.load()
            return _normalised(picture), form
    except (*UNREADABLE, SourceError) as error:
        raise InputRefused(text("input-picture-damaged")) from error


def _checked(file: Path, max_pixels: int) -> Origin:
    with file.open("rb") as content:
        window = Window(content, budget=Budget(bytes=_HEADER_BYTES + file.stat().st_size))
        form = sniff(window)
        if form is Origin.HEIC:
            raise InputRefused(text("input-picture-heic"))
        if form not in PICTURES:
            raise InputRefused(text("input-no-picture"))
        _check_size(picture_size(window, form), max_pixels)
    return form


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width <= 0 or height <= 0:
        raise InputRefused(text("input-picture-damaged"))
    if width * height > max_pixels:
        raise InputRefused(
            text(
                "input-too-many-pixels",
                width=str(width),
                height=str(height),
                megapixels=round(max_pixels / 1_000_000, 1),
            )
        )


def _normalised(picture: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(picture))
    pixels = _in_srgb(picture)
    if turn is not None:
        pixels = pixels.transpose(turn)
    pixels.info.clear()
    return pixels


def _orientation(picture: Image.Image) -> int:
    """As the picture stands where its EXIF makes no sense: the pixels are good all the same."""
    with suppress(*UNREADABLE):
        found = picture.getexif().get(ExifTags.Base.Orientation, 1)
        return found if isinstance(found, int) else 1
    return 1


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Converted from the colours of the picture's own profile. One that cannot be used is left out, as ComfyUI does."""
    profile = picture.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        pixels = picture if picture.mode in {"L", "CMYK"} else _eight_bits(picture)
        with suppress(ImageCms.PyCMSError, *UNREADABLE):
            mode = "RGB" if pixels.mode in {"L", "CMYK"} else pixels.mode
            converted = ImageCms.profileToProfile(
                pixels, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _srgb(), outputMode=mode
            )
            if converted is not None:
                return converted
    return _eight_bits(picture)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The picture itself where it is so already: the largest has 160 MB, and converting makes a copy."""
    is_plain = picture.mode == "RGBA" or (picture.mode == "RGB" and not picture.has_transparency_data)
    return picture if is_plain else eight_bits(picture)


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # not typed
