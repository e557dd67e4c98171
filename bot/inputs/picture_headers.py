"""How large a picture is, read from its header alone: nothing is unpacked, and Pillow has not seen it yet."""

import struct
from collections.abc import Callable

from bot.inputs.errors import InputRefused
from bot.texts import text
from bot.workflows.sources import boxes, png
from bot.workflows.sources.found import Origin
from bot.workflows.sources.pictures import jpeg_segments, riff_chunks
from bot.workflows.sources.window import Window

Size = tuple[int, int]
"""Width and height."""

MAX_METADATA_BYTES = 16 * 2**20
"""Pillow reads all texts, comments and profiles of a picture into memory, before its pixels."""
MAX_SCANS = 200
"""Of a progressive JPEG: each goes over all pixels again. Encoders make ten."""

_UNPACKED_CHUNK_BYTES = 2**20
"""Of one packed chunk of a PNG Pillow unpacks so much at most."""
_PACKED_CHUNKS = frozenset({b"zTXt", b"iTXt", b"iCCP"})
_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT"})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame; the three others stand for tables and extensions."""
_WEBP_PIXELS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANMF"})


def picture_size(window: Window, form: Origin) -> Size:
    """``form``: what :func:`bot.workflows.sources.sniffing.sniff` says of the window.

    Raises:
        InputRefused: no header, or more around the pixels than a picture has.
        SourceError: the file ends in the middle, or the window's budget does.
        KeyError: no form of picture.
    """
    return _READERS[form](window)


def _png(window: Window) -> Size:
    """The chunks are walked to the end: Pillow also reads the texts that follow the pixels."""
    size, budget, has_pixels = None, MAX_METADATA_BYTES, False
    for kind, chunk in png.chunks(window):
        if size is None:
            if kind != b"IHDR":
                break
            size = _pair(">II", chunk.read(0, 8))
        has_pixels = has_pixels or kind == b"IDAT"
        if kind not in _PIXEL_CHUNKS:
            packed = _UNPACKED_CHUNK_BYTES if kind in _PACKED_CHUNKS else 0
            budget = _spent(budget, max(chunk.size, packed))
    if size is None or not has_pixels:
        raise _damaged()
    return size


def _jpeg(window: Window) -> Size:
    size, budget = None, MAX_METADATA_BYTES
    for kind, segment in jpeg_segments(window):
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", segment.read(1, 4))
            size = (width, height)
        budget = _spent(budget, segment.size)
    if size is None:
        raise _damaged()
    if _scans(window) > MAX_SCANS:
        raise _too_much()
    return size


def _scans(window: Window) -> int:
    """Among the pixels no byte FF is followed by anything but zero: what looks like the start of a scan is one."""
    found, piece_bytes = 0, 2**20
    for at in range(0, window.size, piece_bytes):
        found += window.peek(at, piece_bytes + 1).count(b"\xff\xda")
    return found


def _webp(window: Window) -> Size:
    """The largest that any of its chunks claims: Pillow's decoder makes room for all of the canvas at once."""
    sizes: list[Size] = []
    budget = MAX_METADATA_BYTES
    for kind, chunk in riff_chunks(window):
        match kind:
            case b"VP8X":
                width, height = chunk.read(4, 3), chunk.read(7, 3)
                sizes.append((int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1))
            case b"VP8 ":
                width, height = _pair("<HH", chunk.read(6, 4))
                sizes.append((width & 0x3FFF, height & 0x3FFF))
            case b"VP8L":
                (packed,) = struct.unpack("<I", chunk.read(1, 4))
                sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
            case _ if kind not in _WEBP_PIXELS:
                budget = _spent(budget, chunk.size)
            case _:
                pass
    return _largest(sizes)


def _gif(window: Window) -> Size:
    """Of the canvas; a frame that goes beyond it makes Pillow's larger, which is looked at again."""
    return _pair("<HH", window.read(6, 4))


def _avif(window: Window) -> Size:
    """The largest item: a grid's parts, thumbnails and the alpha have sizes, too."""
    sizes: list[Size] = []
    for kind, box in boxes.boxes(window):
        if kind == b"meta":
            for meta_kind, properties in boxes.boxes(box.part(4)):
                if meta_kind == b"iprp":
                    sizes += _item_sizes(properties)
    return _largest(sizes)


def _item_sizes(properties: Window) -> list[Size]:
    return [
        _pair(">II", inner.read(4, 8))
        for kind, container in boxes.boxes(properties)
        if kind == b"ipco"
        for inner_kind, inner in boxes.boxes(container)
        if inner_kind == b"ispe"
    ]


def _bmp(window: Window) -> Size:
    if window.read(14, 4) == b"\x0c\0\0\0":  # OS/2's, of 1987
        return _pair("<HH", window.read(18, 4))
    width, height = struct.unpack("<ii", window.read(18, 8))
    return abs(width), abs(height)


_TIFF_NUMBERS = {1: "B", 3: "H", 4: "I"}
_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT = 256, 257, 322, 323


def _tiff(window: Window) -> Size:
    """Of the first page, or of one of its tiles, which is unpacked as a whole."""
    order = "<" if window.read(0, 2) == b"II" else ">"
    (offset,) = struct.unpack(f"{order}I", window.read(4, 4))
    (count,) = struct.unpack(f"{order}H", window.read(offset, 2))
    found: dict[int, int] = {}
    for index in range(count):
        entry = window.read(offset + 2 + 12 * index, 12)
        tag, kind = struct.unpack(f"{order}HH", entry[:4])
        if kind in _TIFF_NUMBERS:
            found[tag] = struct.unpack_from(f"{order}{_TIFF_NUMBERS[kind]}", entry, 8)[0]
    whole = found.get(_WIDTH, 0), found.get(_HEIGHT, 0)
    tile = found.get(_TILE_WIDTH, 0), found.get(_TILE_HEIGHT, 0)
    return _largest([whole, tile]) if all(whole) else _largest([])


_READERS: dict[Origin, Callable[[Window], Size]] = {
    Origin.PNG: _png,
    Origin.JPEG: _jpeg,
    Origin.WEBP: _webp,
    Origin.GIF: _gif,
    Origin.AVIF: _avif,
    Origin.BMP: _bmp,
    Origin.TIFF: _tiff,
}
PICTURES = frozenset(_READERS)


def _pair(form: str, content: bytes) -> Size:
    first, second = struct.unpack(form, content)
    return first, second


def _largest(sizes: list[Size]) -> Size:
    if not sizes:
        raise _damaged()
    return max(sizes, key=lambda size: size[0] * size[1])


def _spent(budget: int, cost: int) -> int:
    if cost > budget:
        raise _too_much()
    return budget - cost


def _damaged() -> InputRefused:
    return InputRefused(text("input-picture-damaged"))


def _too_much() -> InputRefused:
    return InputRefused(text("input-picture-overloaded"))
