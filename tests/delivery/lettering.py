"""Fonts to test with, wherever no other font is installed: Pillow's own letters under the numbers of other characters."""

import io
import struct
from pathlib import Path

from PIL import ImageFont


def pillows_own() -> bytes:
    source = getattr(ImageFont.load_default(16), "path", None)
    assert isinstance(source, io.BytesIO)
    return source.getvalue()


def font_for(characters: str) -> bytes:
    """A font that has these characters and no others; each looks like some Latin letter."""
    groups = b"".join(struct.pack(">III", ord(each), ord(each), 36) for each in sorted(set(characters)))
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(groups) // 12) + groups
    return _with_table(pillows_own(), b"cmap", struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table)


def font_of_segments(characters: str) -> bytes:
    """As :func:`font_for`, by the older table, in which the last of these characters has no glyph after all."""
    codes = sorted({ord(each) for each in characters})
    starts = [codes[0], 0xFFFF]
    ends = [codes[-1], 0xFFFF]
    glyphs = [36 if code in codes[:-1] else 0 for code in range(codes[0], codes[-1] + 1)]
    body = struct.pack(">HHHH", 4, 0, 0, 0) + struct.pack(">2HH2H", *ends, 0, *starts)
    body += struct.pack(">2H2H", 0, 1, 4, 0) + struct.pack(f">{len(glyphs)}H", *glyphs)
    table = struct.pack(">HHH", 4, 6 + len(body), 0) + body
    return _with_table(pillows_own(), b"cmap", struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table)


def collection_of(*fonts: bytes) -> bytes:
    """A file of several faces, whose tables say where they are counted from its beginning."""
    head_size = 12 + 4 * len(fonts)
    starts: list[int] = []
    body = b""
    for font in fonts:
        starts.append(head_size + len(body))
        body += _moved(font, head_size + len(body))
    return struct.pack(">4sHHI", b"ttcf", 1, 0, len(fonts)) + struct.pack(f">{len(fonts)}I", *starts) + body


def put(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def _entries(font: bytes) -> list[tuple[bytes, int, int, int]]:
    (count,) = struct.unpack_from(">4xH", font)
    return [struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(count)]


def _with_table(font: bytes, tag: bytes, table: bytes) -> bytes:
    out = bytearray(font) + table
    for number, (name, checksum, _, _) in enumerate(_entries(font)):
        if name == tag:
            struct.pack_into(">4sIII", out, 12 + 16 * number, name, checksum, len(font), len(table))
    return bytes(out)


def _moved(font: bytes, distance: int) -> bytes:
    out = bytearray(font)
    for number, (name, checksum, offset, length) in enumerate(_entries(font)):
        struct.pack_into(">4sIII", out, 12 + 16 * number, name, checksum, offset + distance, length)
    return bytes(out)
