"""A small picture of what somebody is to look at in place of a file: nothing that made it is in it. Pure, but slow."""

import io

from bot.delivery.contents import Content
from bot.delivery.fitting import picture_of
from bot.pictures import MAX_PIXELS, UNREADABLE, eight_bits

LONGEST_SIDE = 1024
"""In pixels: what classifiers look at is smaller still."""
_QUALITY = 90


def sample_of(content: Content) -> bytes | None:
    """Of an animation its first frame. None: it is no picture that we dare to decode."""
    try:
        with picture_of(content) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            small = eight_bits(picture).convert("RGB")
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = io.BytesIO()
            small.save(out, "JPEG", quality=_QUALITY)
            return out.getvalue()
    except UNREADABLE:
        return None
