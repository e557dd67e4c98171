"""Tells a file's form by how it begins. Names and declared types are not asked: people rename, chats guess."""

import re
import struct
from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.workflows.sources import archives, boxes, id3, matroska, png
from bot.workflows.sources.found import Origin
from bot.workflows.sources.headers import exr_tags, glb_tags, safetensors_tags, svg_tags
from bot.workflows.sources.pictures import jpeg_tags, webp_tags
from bot.workflows.sources.sounds import flac_tags, ogg_tags
from bot.workflows.sources.tags import Tag
from bot.workflows.sources.window import Window

TagReader: TypeAlias = Callable[[Window], Iterator[Tag]]

READERS: dict[Origin, TagReader] = {
    Origin.PNG: png.tags,
    Origin.WEBP: webp_tags,
    Origin.JPEG: jpeg_tags,
    Origin.AVIF: boxes.tags,
    Origin.HEIC: boxes.tags,
    Origin.SVG: svg_tags,
    Origin.EXR: exr_tags,
    Origin.MP4: boxes.tags,
    Origin.MATROSKA: matroska.tags,
    Origin.FLAC: flac_tags,
    Origin.OGG: ogg_tags,
    Origin.MP3: id3.tags,
    Origin.GLB: glb_tags,
    Origin.SAFETENSORS: safetensors_tags,
}

_BEGINNINGS = (
    (png.SIGNATURE, Origin.PNG),
    (b"\xff\xd8\xff", Origin.JPEG),
    (b"GIF8", Origin.GIF),
    (b"II*\0", Origin.TIFF),
    (b"MM\0*", Origin.TIFF),
    (b"\x76\x2f\x31\x01", Origin.EXR),
    (matroska.SIGNATURE, Origin.MATROSKA),
    (b"fLaC", Origin.FLAC),
    (b"OggS", Origin.OGG),
    (b"ID3", Origin.MP3),
    (b"glTF", Origin.GLB),
)
_RIFFS = {b"WEBP": Origin.WEBP, b"WAVE": Origin.WAV}
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
_AVIF = frozenset({b"avif", b"avis"})
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""The last two say only that it is a picture in boxes: the brands that follow tell which."""
_SVG = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|svg)", re.IGNORECASE)
_JSON = re.compile(rb"[\s\0]*(?:[{\[]|//|/\*)")
_BITMAP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
_FENCE = b"```"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(window: Window) -> Origin:
    head = window.peek(0, 512)
    for beginning, origin in _BEGINNINGS:
        if head.startswith(beginning):
            return origin
    if head[:4] == b"RIFF":
        return _RIFFS.get(head[8:12], Origin.UNKNOWN)
    if archives.is_archive(head):
        return Origin.ZIP
    if head[4:8] in _BOXES:
        return _kind_of_boxes(head)
    if head.startswith(b"BM") and head[14:18] in _BITMAP_HEADERS:
        return Origin.BMP
    if _is_safetensors(head, window.size):
        return Origin.SAFETENSORS
    return _text_or_sound(head, window)


def _kind_of_boxes(head: bytes) -> Origin:
    """By the first brand of ``ftyp``, or by those that it claims besides."""
    if head[4:8] != b"ftyp" or head[8:12] not in _AVIF | _HEIF:
        return Origin.MP4
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    return Origin.AVIF if brands & _AVIF else Origin.HEIC


def _text_or_sound(head: bytes, window: Window) -> Origin:
    if _SVG.match(head) and b"<svg" in window.peek(0, 4096).lower():
        return Origin.SVG
    if head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}:
        return Origin.MP3
    is_json = _JSON.match(_unmarked(head)) is not None or _FENCE in head
    return Origin.JSON if is_json else Origin.UNKNOWN


def _is_safetensors(head: bytes, size: int) -> bool:
    if head[8:9] != b"{":
        return False
    (length,) = struct.unpack("<Q", head[:8])
    return 2 <= length <= size - 8


def _unmarked(head: bytes) -> bytes:
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head
