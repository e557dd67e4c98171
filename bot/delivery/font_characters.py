"""Which characters a font has, by its ``cmap`` table: Pillow draws an empty box for what is missing, and does not say so.

Reads no more of a file than that table: fonts for Chinese have tens of megabytes. Blocks.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

_COLLECTION = b"ttcf"
_UNICODE = frozenset({(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)})
"""Platform and encoding of tables that are sorted by Unicode's numbers."""
_MOST_FACES = 64
_MOST_TABLES = 256
_MOST_BYTES = 4 * 1024 * 1024


class UnreadableFont(ValueError):
    """The file is no font whose characters are known."""


class FaceCharacters(Struct, frozen=True):
    """One face of a font's file."""

    index: int
    characters: frozenset[int]
    """Unicode's numbers."""


def characters_of(file: BinaryIO, index: int = 0) -> FaceCharacters:
    """What the face with that number has.

    Raises:
        UnreadableFont: see there.
        OSError: of the file.
    """
    try:
        cmap = _table(file, _start_of(file, index), b"cmap")
        return FaceCharacters(index, frozenset(_characters(cmap)))
    except (struct.error, IndexError) as error:
        raise UnreadableFont("the font ends too early") from error


def faces_in(file: BinaryIO) -> int:
    """How many faces the file has: 1 but for collections."""
    file.seek(0)
    head = file.read(12)
    return min(int.from_bytes(head[8:12]), _MOST_FACES) if head[:4] == _COLLECTION else 1


def _start_of(file: BinaryIO, index: int) -> int:
    count = faces_in(file)
    file.seek(0)
    if file.read(4) != _COLLECTION:
        return 0
    file.seek(12)
    return struct.unpack(f">{count}I", file.read(4 * count))[index]


def _table(file: BinaryIO, start: int, wanted: bytes) -> bytes:
    file.seek(start)
    (count,) = struct.unpack(">4xH6x", file.read(12))
    for _ in range(min(count, _MOST_TABLES)):
        tag, offset, length = struct.unpack(">4s4xII", file.read(16))
        if tag == wanted:
            file.seek(offset)
            return file.read(min(length, _MOST_BYTES))
    raise UnreadableFont("the font does not say which characters it has")


def _characters(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from(">2xH", cmap)
    for number in range(min(count, _MOST_TABLES)):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        if (platform, encoding) in _UNICODE:
            (form,) = struct.unpack_from(">H", cmap, offset)
            if form == 4:
                yield from _of_segments(cmap, offset)
            elif form == 12:
                yield from _of_groups(cmap, offset)


def _of_segments(cmap: bytes, offset: int) -> Iterator[int]:
    """Format 4: up to U+FFFF. What has no glyph after all is left out."""
    (twice,) = struct.unpack_from(">6xH", cmap, offset)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", cmap, offset + 14)
    starts = struct.unpack_from(f">{count}H", cmap, offset + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", cmap, offset + 16 + 2 * twice)
    ranges_at = offset + 16 + 3 * twice
    ranges = struct.unpack_from(f">{count}H", cmap, ranges_at)
    for number, (first, last, delta, distance) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for character in range(first, min(last, 0xFFFE) + 1):
            if distance:
                at = ranges_at + 2 * number + distance + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", cmap, at)
            else:
                glyph = (character + delta) & 0xFFFF
            if glyph:
                yield character


def _of_groups(cmap: bytes, offset: int) -> Iterator[int]:
    """Format 12: all of Unicode."""
    (count,) = struct.unpack_from(">12xI", cmap, offset)
    for number in range(min(count, len(cmap) // 12)):
        first, last, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * number)
        if last <= 0x10FFFF:
            yield from range(first if glyph else first + 1, last + 1)
