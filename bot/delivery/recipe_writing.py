"""Write recipes: into pictures made anew, and over those in files that stay as they are.

A file that is passed on untouched loses what is private without being made anew: each text is overwritten by a shorter one and
blanks, so that nothing else in the file moves. Where a format has checksums they are made right again (PNG, Ogg).
"""

import json
import mmap
import shutil
import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image

from bot.comfy import JsonValue
from bot.delivery.contents import Content, Scratch
from bot.delivery.recipes import PROMPT, WORKFLOW, Keep, Recipe, cleaned_value, tags_of
from bot.workflows.sources.document import parse_document
from bot.workflows.sources.found import SourceError
from bot.workflows.sources.tags import Tag

MAX_JPEG_BYTES = 65_000
"""Of EXIF in a JPEG, whose segments end at 65,533."""
_MAKE, _MODEL = 0x010F, 0x0110
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"comf", b"eXIf"})
_PACKED = frozenset({b"zTXt", b"iTXt"})
_OGG = b"OggS"
_ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be")


def _table() -> tuple[int, ...]:
    def entry(index: int) -> int:
        value = index << 24
        for _ in range(8):
            value = value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)
        return value & 0xFFFFFFFF

    return tuple(map(entry, range(256)))


_OGG_TABLE = _table()


class KeepsRecipe(Exception):
    """A text that must not leave could not be taken out of the file."""


def exif_of(recipe: Recipe) -> bytes:
    """As ComfyUI writes it into WebP: the UI graph as the camera's make, the graph that ran as its model."""
    exif = Image.Exif()
    for tag, name in ((_MAKE, WORKFLOW), (_MODEL, PROMPT)):
        if name in recipe:
            exif[tag] = f"{name}:{recipe[name]}"
    return exif.tobytes() if recipe else b""


def with_recipe_cleaned(content: Content, keep: Keep, scratch: Scratch) -> Content:
    """The file with those texts only that may leave; the very same where all of them may. Blocks.

    Raises:
        KeepsRecipe: that cannot be done to this file.
    """
    changes = [(tag, value) for tag in tags_of(content) if _differs(tag, value := cleaned_value(tag, keep))]
    if not changes:
        return content
    if isinstance(content, bytes):
        changed = bytearray(content)
        _clean(changed, changes)
        return bytes(changed)
    path = scratch.new_path()
    shutil.copyfile(content, path)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        _clean(mapped, changes)
    return path


def _differs(tag: Tag, value: JsonValue) -> bool:
    if value is None:
        return tag.value.strip() not in {"", "{}", b"", b"{}"}
    try:
        return value != parse_document(tag.value)
    except SourceError:
        return False  # words that may stay


def _clean(buffer: bytearray | mmap.mmap, changes: Sequence[tuple[Tag, JsonValue]]) -> None:
    touched: list[int] = []
    left: list[Tag] = []
    for tag, value in changes:
        places = _overwrite(buffer, tag, value)
        touched += places
        if not places:
            left.append(tag)
    if buffer[:8] == _PNG:
        left = [tag for tag in left if not _blank_compressed(buffer, tag.key)]
        _mend_png(buffer)
    elif buffer[:4] == _OGG:
        _mend_ogg(buffer, touched)
    if left:
        raise KeepsRecipe(left[0].key)


def _overwrite(buffer: bytearray | mmap.mmap, tag: Tag, value: JsonValue) -> list[int]:
    """Put the value where the text stands, as often as it does; where that was."""
    places: list[int] = []
    for encoding in _ENCODINGS if isinstance(tag.value, str) else _ENCODINGS[:1]:
        old = tag.value.encode(encoding, "replace") if isinstance(tag.value, str) else tag.value
        new = _as_long(value, len(old), encoding)
        at = buffer.find(old)
        while at >= 0:
            buffer[at : at + len(old)] = new
            places.append(at)
            at = buffer.find(old, at + len(old))
    return places


def _as_long(value: JsonValue, length: int, encoding: str) -> bytes:
    """The value in so many bytes: JSON may end in blanks. In place of nothing stands an empty object, which readers take."""
    encoded = json.dumps({} if value is None else value, separators=(",", ":")).encode(encoding)
    blank = " ".encode(encoding)
    kept = encoded if len(encoded) <= length else b""
    return kept + blank * ((length - len(kept)) // len(blank))


def _png_texts(buffer: bytearray | mmap.mmap) -> Iterator[tuple[int, int]]:
    """Start and end of each chunk of text, from its kind to the last of its bytes."""
    at = len(_PNG)
    while at + 12 <= len(buffer):
        (length,) = struct.unpack(">I", buffer[at : at + 4])
        kind, end = buffer[at + 4 : at + 8], at + 8 + length
        if kind == b"IEND" or end + 4 > len(buffer):
            return
        if bytes(kind) in _PNG_TEXTS:
            yield at + 4, end
        at = end + 4


def _blank_compressed(buffer: bytearray | mmap.mmap, key: str) -> bool:
    """A text that is packed becomes an empty comment of the same length."""
    found = False
    for start, end in _png_texts(buffer):
        words = bytes(buffer[start + 4 : end])
        if bytes(buffer[start : start + 4]) in _PACKED and words[:80].lower().startswith(
            key.encode() + b"\0"
        ):
            buffer[start:end] = (b"tEXt" + b"Comment\0"[: end - start - 4]).ljust(end - start)
            found = True
    return found


def _mend_png(buffer: bytearray | mmap.mmap) -> None:
    for start, end in _png_texts(buffer):
        buffer[end : end + 4] = struct.pack(">I", zlib.crc32(buffer[start:end]))


def _mend_ogg(buffer: bytearray | mmap.mmap, touched: Sequence[int]) -> None:
    at = 0
    while at + 27 <= len(buffer) and any(place >= at for place in touched):
        segments = buffer[at + 26]
        end = at + 27 + segments + sum(buffer[at + 27 : at + 27 + segments])
        if any(at <= place < end for place in touched):
            buffer[at + 22 : at + 26] = bytes(4)
            buffer[at + 22 : at + 26] = struct.pack("<I", _ogg_checksum(bytes(buffer[at:end])))
        at = end


def _ogg_checksum(page: bytes) -> int:
    """RFC 3533, section 6: the polynomial 0x04c11db7, most significant bit first, from zero."""
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 ^ _OGG_TABLE[checksum >> 24 ^ byte]) & 0xFFFFFFFF
    return checksum
