"""Where WebP and JPEG keep their EXIF."""

import struct
from collections.abc import Iterator

from bot.workflows.sources import exif
from bot.workflows.sources.tags import Tag
from bot.workflows.sources.window import Window

_APP1, _COMMENT, _SCAN, _END = 0xE1, 0xFE, 0xDA, 0xD9
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def webp_tags(window: Window) -> Iterator[Tag]:
    for kind, chunk in riff_chunks(window):
        if kind == b"EXIF":
            yield from exif.tags(chunk)


def riff_chunks(window: Window) -> Iterator[tuple[bytes, Window]]:
    """Kind and content of the chunks of a RIFF, WebP's and WAV's; each is padded to an even length."""
    at = 12
    while at + 8 <= window.size:
        kind, length = struct.unpack("<4sI", window.read(at, 8))
        yield kind, window.part(at + 8, length)
        at += 8 + length + length % 2


def jpeg_tags(window: Window) -> Iterator[Tag]:
    for kind, body in jpeg_segments(window):
        if kind == _APP1 and body.peek(0, 4) == b"Exif":
            yield from exif.tags(body)
        elif kind == _COMMENT:
            yield Tag("comment", body.all())


def jpeg_segments(window: Window) -> Iterator[tuple[int, Window]]:
    """Marker and content of the segments before the pixels."""
    at = 2
    while at + 4 <= window.size:
        marker, kind, length = struct.unpack(">BBH", window.read(at, 4))
        if marker != 0xFF or kind in {_SCAN, _END}:
            return
        if kind in _WITHOUT_LENGTH or kind == 0xFF:  # a fill byte
            at += 1 if kind == 0xFF else 2
            continue
        yield kind, window.part(at + 4, length - 2)
        at += 2 + length
