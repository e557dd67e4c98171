"""EXIF, which is a small TIFF: ComfyUI writes ``workflow:{…}`` as the camera's make and ``prompt:{…}`` as its model."""

import re
import struct
from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources.found import Damaged
from bot.workflows.sources.tags import Tag, named_tag
from bot.workflows.sources.window import Window

_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_EXIF_POINTER = 0x8769
_USER_COMMENT = 0x9286
_TEXT_TYPES = frozenset({1, 2, 7})
"""BYTE, ASCII, UNDEFINED: one byte an item."""
_NAMED = re.compile(rb"\s*(prompt|workflow)\s*:\s*", re.IGNORECASE)
_CHARSETS = frozenset({b"UNICODE\0", b"ASCII\0\0\0", b"\0" * 8})
"""How a user's comment begins. What follows is not always in the encoding that it names."""
_PREFIX = b"Exif\0\0"


def tags(window: Window) -> Iterator[Tag]:
    """The texts of a TIFF that begins at the window's start, or after ``Exif``, as some write it."""
    if window.peek(0, len(_PREFIX)) == _PREFIX:
        window = window.part(len(_PREFIX))
    order = _ORDERS.get(window.read(0, 4))
    if order is None:
        raise Damaged(text("source-cut-short"))
    (first,) = struct.unpack(f"{order}I", window.read(4, 4))
    pointers: list[int] = []
    yield from _directory(window, order, first, pointers)
    for offset in pointers[:1]:  # one level is all there is; more would be a loop
        yield from _directory(window, order, offset, [])


def _directory(window: Window, order: str, offset: int, pointers: list[int]) -> Iterator[Tag]:
    (count,) = struct.unpack(f"{order}H", window.read(offset, 2))
    for index in range(count):
        entry = window.read(offset + 2 + 12 * index, 12)
        tag, kind, length, value = struct.unpack(f"{order}HHII", entry)
        if tag == _EXIF_POINTER:
            pointers.append(value)
        elif kind in _TEXT_TYPES and length > 4:  # shorter ones stand in the entry itself
            yield from _texts(tag, window.read(value, length))


def _texts(tag: int, content: bytes) -> Iterator[Tag]:
    if tag == _USER_COMMENT and content[:8] in _CHARSETS:
        yield named_tag(content[8:].decode(_encoding(content[8:]), "replace").rstrip("\0"))
    elif named := _NAMED.match(content):
        yield Tag(named[1].decode().lower(), content[named.end() :].rstrip(b"\0"))
    elif content.lstrip()[:1] == b"{":
        yield Tag("comment", content.rstrip(b"\0"))


def _encoding(content: bytes) -> str:
    """Told by where the zero of the first character is: JSON, and most names and prompts, begin with one of ASCII."""
    if len(content) >= 2 and 0 in content[:2]:
        return "utf-16-be" if content[0] == 0 else "utf-16-le"
    return "utf-8"
