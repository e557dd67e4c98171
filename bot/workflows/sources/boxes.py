"""The boxes of ISO media files: MP4, MOV and M4A with their tags, AVIF and HEIF with their EXIF."""

import struct
from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources import exif
from bot.workflows.sources.found import Damaged
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import Window

_COMMENT = b"\xa9cmt"


def boxes(window: Window) -> Iterator[tuple[bytes, Window]]:
    """OptionKind and content of each box in turn."""
    at = 0
    while at + 8 <= window.size:
        length, kind = struct.unpack(">I4s", window.read(at, 8))
        header = 8
        if length == 1:
            (length,) = struct.unpack(">Q", window.read(at + 8, 8))
            header = 16
        elif length == 0:
            length = window.size - at
        if length < header:
            raise Damaged(text("source-cut-short"))
        yield kind, window.part(at + header, length - header)
        at += length


def tags(window: Window) -> Iterator[Tag]:
    for kind, box in boxes(window):
        match kind:
            case b"moov" | b"udta":
                yield from _movie_tags(box)
            case b"meta":
                yield from _meta_tags(box, window)
            case _:
                pass


def _movie_tags(movie: Window) -> Iterator[Tag]:
    """``moov/udta/meta`` as FFmpeg writes it, ``moov/meta`` as QuickTime does, and QuickTime's bare ``©cmt``."""
    for kind, box in boxes(movie):
        match kind:
            case b"udta":
                for inner_kind, inner in boxes(box):
                    if inner_kind == b"meta":
                        yield from _listed(_meta_boxes(inner))
                    elif inner_kind == _COMMENT and inner.size > 4:
                        yield Tag("comment", inner.read(4, inner.size - 4))
            case b"meta":
                yield from _listed(_meta_boxes(box))
            case _:
                pass


def _meta_tags(meta: Window, file: Window) -> Iterator[Tag]:
    found = _meta_boxes(meta)
    if b"iinf" in found and b"iloc" in found:
        yield from _item_tags(found[b"iinf"], found[b"iloc"], file)
    yield from _listed(found)


def _meta_boxes(meta: Window) -> dict[bytes, Window]:
    """QuickTime's ``meta`` begins with its first box, everybody else's with version and flags."""
    if meta.peek(4, 4) != b"hdlr":
        meta = meta.part(4)
    return dict(boxes(meta))


def _listed(meta: dict[bytes, Window]) -> Iterator[Tag]:
    """``ilst``: entries named by their number in ``keys``, by their kind, or by a ``name`` of their own."""
    names = _key_names(meta[b"keys"]) if b"keys" in meta else []
    for kind, entry in boxes(meta[b"ilst"]) if b"ilst" in meta else ():
        inner = dict(boxes(entry))
        (number,) = struct.unpack(">I", kind)
        if kind == _COMMENT:
            name: bytes = b"comment"
        elif kind == b"----" and b"name" in inner:
            name = inner[b"name"].peek(4, 80)
        else:
            name = names[number - 1] if 1 <= number <= len(names) else b""
        key = known_key(name.rpartition(b".")[2])
        if key is not None and b"data" in inner:
            data = inner[b"data"]
            yield Tag(key, data.read(8, data.size - 8) if data.size >= 8 else b"")


def _key_names(keys: Window) -> list[bytes]:
    return [box.peek(0, 80) for _namespace, box in boxes(keys.part(8))]


def _item_tags(info: Window, locations: Window, file: Window) -> Iterator[Tag]:
    """The EXIF item of AVIF and HEIF; four bytes before it say how much more to skip."""
    wanted = _exif_items(info)
    for item, offset, length in _extents(locations):
        if item in wanted and length > 4:
            content = file.part(offset, length)
            (skipped,) = struct.unpack(">I", content.read(0, 4))
            yield from exif.tags(content.part(4 + skipped))


def _exif_items(info: Window) -> set[int]:
    found: set[int] = set()
    header = 6 if info.peek(0, 1) == b"\0" else 8
    for _kind, entry in boxes(info.part(header)):
        wide = entry.read(0, 1) == b"\3"
        item, kind = struct.unpack(">I2x4s" if wide else ">H2x4s", entry.read(4, 10 if wide else 8))
        if kind == b"Exif":
            found.add(item)
    return found


def _extents(locations: Window) -> Iterator[tuple[int, int, int]]:
    """Item, offset in the file and length of each item that lies in the file in one piece."""
    version, _flags, sizes, more_sizes = struct.unpack(">B3sBB", locations.read(0, 6))
    offset_size, length_size = sizes >> 4, sizes & 15
    base_size, index_size = more_sizes >> 4, more_sizes & 15 if version else 0
    id_size = 4 if version == 2 else 2
    at = 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(locations.read(at - size, size))

    for _ in range(number(id_size)):
        item = number(id_size)
        method = number(2) & 15 if version else 0
        number(2)  # which file: always this one
        base = number(base_size)
        extents = number(2)
        for _extent in range(extents):
            number(index_size)
            offset, length = base + number(offset_size), number(length_size)
            if method == 0 and extents == 1:
                yield item, offset, length
