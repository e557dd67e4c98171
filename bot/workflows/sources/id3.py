"""ID3v2 at the start of an MP3: ``TXXX`` and ``COMM`` frames."""

import struct
from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources.found import Damaged
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import Window

_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_USER_TEXT = frozenset({b"TXXX", b"TXX"})
_COMMENT = frozenset({b"COMM", b"COM"})


def tags(window: Window) -> Iterator[Tag]:
    head = window.read(0, 10)
    version, flags, length = head[3], head[5], _safe(head[6:10])
    body = window.read(10, length)
    if flags & _UNSYNCHRONISED and version < 4:
        body = _synchronised(body)
    start = 0
    if flags & _EXTENDED and version > 2:
        start = _safe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4])
    for kind, content in _frames(window.over(body), start, version):
        if kind in _USER_TEXT:
            yield from _texts(content[:1], content[1:], name=None)
        elif kind in _COMMENT:
            yield from _texts(content[:1], content[4:], name="comment")


def _frames(window: Window, at: int, version: int) -> Iterator[tuple[bytes, bytes]]:
    header, id_length = (6, 3) if version < 3 else (10, 4)
    while at + header <= window.size:
        head = window.read(at, header)
        kind, size = head[:id_length], head[id_length : 2 * id_length]
        if kind[0] == 0:  # padding to the end
            return
        length = _safe(size) if version == 4 else int.from_bytes(size)
        wanted = kind in _USER_TEXT or kind in _COMMENT
        content = window.read(at + header, length) if wanted else b""
        if wanted and version == 4:
            content = _plain(content, flags=struct.unpack(">H", head[8:10])[0])
        yield kind, content
        at += header + length


def _plain(content: bytes, flags: int) -> bytes:
    """A frame of version 4 without its length in front and the zeros in between."""
    if flags & 0x1:
        content = content[4:]
    return _synchronised(content) if flags & 0x2 else content


def _texts(encoding: bytes, content: bytes, name: str | None) -> Iterator[Tag]:
    """A description, a zero and the text, in the encoding that the first byte says."""
    number = encoding[0] if encoding else 0
    try:
        words = content.decode(_ENCODINGS[number] if number < len(_ENCODINGS) else "utf-8")
    except UnicodeDecodeError as error:
        raise Damaged(text("source-not-utf8")) from error
    description, _, value = words.partition("\0")
    key = known_key(name or description.lstrip("\ufeff"))
    if key is not None:
        yield Tag(key, value.strip("\0\ufeff"))


def _safe(size: bytes) -> int:
    """A length in bytes of seven bits, so that it never looks like the start of a frame of sound."""
    length = 0
    for byte in size:
        length = length << 7 | byte & 0x7F
    return length


def _synchronised(content: bytes) -> bytes:
    return content.replace(b"\xff\x00", b"\xff")
