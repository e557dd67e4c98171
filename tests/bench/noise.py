"""A picture of noise, which nothing makes smaller."""

import io
import os

from PIL import Image

SIDE = 738


def noise() -> bytes:
    """1.64 MB of PNG, other pixels each time."""
    out = io.BytesIO()
    Image.frombytes("RGB", (SIDE, SIDE), os.urandom(SIDE * SIDE * 3)).save(out, "PNG")
    return out.getvalue()
