"""What is true of pictures wherever they are decoded, handed in or made: limits, Pillow's errors, eight bits a channel.

Decoding is slow: call what uses this in a thread, and import it only there, for it loads Pillow.
"""

import struct
import warnings
import zlib
from collections.abc import Sequence

from PIL import Image

MAX_PIXELS = 40_000_000

UNREADABLE = (
    Image.DecompressionBombError,
    Warning,  # of pictures that unpack to too much, always an error; of odd files, where warnings are errors
    OSError,  # UnidentifiedImageError, and truncated pictures
    EOFError,
    SyntaxError,  # Pillow's word for a broken PNG
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,  # of AVIF; and RecursionError
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over bytes that are no whole picture: whatever its parsers stumble over, it does not translate."""

# For the whole process: filters cannot be set for one thread alone.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def eight_bits(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something is transparent. Of 16 bits (depth maps), convert() alone keeps only what is white."""
    if picture.mode.startswith("I"):
        scaled = picture.point(lambda value: value * (1 / 257))  # pyright: ignore[reportUnknownMemberType]  # numpy's types
        return scaled.convert("L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def mapped(channel: Image.Image, values: Sequence[int]) -> Image.Image:
    """One channel with ``values[n]`` where it has ``n``."""
    return channel.point(values)  # pyright: ignore[reportUnknownMemberType]  # numpy's types
