"""Where WebP and JPEG keep their EXIF."""

import struct
from collections.abc import Iterator

from bot.workflows.sources import exif
from bot.workflows.sources.tags import Tag
from bot.workflows.sources.window import Window

_APP1, _COMMENT, _SCAN, _END = 0xE1, 0xFE, 0xDA, 0xD9
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def webp_tags(window: Window) -> Iterator[Tag]:
    """The chunks of a RIFF; each is padded to an even length."""
    at = 12
    while at + 8 <= window.size:
        kind, length = struct.unpack("<4sI", window.read(at, 8))
        if kind == b"EXIF":
            yield from exif.tags(window.part(at + 8, length))
        at += 8 + length + length % 2


def jpeg_tags(window: Window) -> Iterator[Tag]:
    """The segments before the pixels."""
    at = 2
    while at + 4 <= window.size:
        marker, kind, length = struct.unpack(">BBH", window.read(at, 4))
        if marker != 0xFF or kind in {_SCAN, _END}:
            return
        if kind in _WITHOUT_LENGTH or kind == 0xFF:  # a fill byte
            at += 1 if kind == 0xFF else 2
            continue
        body = window.part(at + 4, length - 2)
        if kind == _APP1 and body.peek(0, 4) == b"Exif":
            yield from exif.tags(body)
        elif kind == _COMMENT:
            yield Tag("comment", body.all())
        at += 2 + length
