"""PNG and animated PNG: ``tEXt``, ``zTXt`` and ``iTXt``, ``eXIf``, and ``comf``, where ComfyUI puts those of an animation."""

import struct
import zlib
from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources import exif
from bot.workflows.sources.document import MAX_DOCUMENT
from bot.workflows.sources.found import Damaged, TooMuch
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import Window

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_TEXT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"comf"})
_MAX_KEYWORD = 80


def tags(window: Window) -> Iterator[Tag]:
    for kind, chunk in chunks(window):
        if kind in _TEXT_CHUNKS:
            yield from _tags_of(kind, chunk)
        elif kind == b"eXIf":
            yield from exif.tags(chunk)


def chunks(window: Window) -> Iterator[tuple[bytes, Window]]:
    """Kind and content of each chunk before the last, ``IEND``; chat services have been seen to append bytes to that."""
    at = len(SIGNATURE)
    while at < window.size:
        length, kind = struct.unpack(">I4s", window.read(at, 8))
        if kind == b"IEND":
            return
        yield kind, window.part(at + 8, length)
        at += 12 + length


def _tags_of(kind: bytes, chunk: Window) -> Iterator[Tag]:
    keyword, separator, _ = chunk.peek(0, _MAX_KEYWORD).partition(b"\0")
    key = known_key(keyword)
    if key is None or not separator:
        return
    rest = chunk.read(len(keyword) + 1, chunk.size - len(keyword) - 1)
    match kind:
        case b"zTXt":
            yield Tag(key, _in_any_encoding(_inflate(chunk, rest[1:])))
        case b"iTXt":
            yield Tag(key, _international(chunk, rest))
        case _:
            yield Tag(key, _in_any_encoding(rest))


def _international(chunk: Window, rest: bytes) -> bytes:
    """Compression flag and method, language, translated keyword, and the text."""
    _language, separator, beyond = rest[2:].partition(b"\0")
    _translated, _, content = beyond.partition(b"\0")
    if not separator:
        raise Damaged(text("source-cut-short"))
    return _inflate(chunk, content) if rest[0] else content


def _inflate(chunk: Window, packed: bytes) -> bytes:
    """A kilobyte of zlib can hold a megabyte: unpack no more than a graph may have, and let the budget feel it."""
    try:
        unpacked = zlib.decompressobj().decompress(packed, MAX_DOCUMENT + 1)
    except zlib.error as error:
        raise Damaged(text("source-cut-short")) from error
    if len(unpacked) > MAX_DOCUMENT:
        raise TooMuch(text("source-too-big", megabytes=MAX_DOCUMENT >> 20))
    return chunk.over(unpacked).all()


def _in_any_encoding(content: bytes) -> str:
    """Latin-1 by the rules; UTF-8 as most programs have it."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
