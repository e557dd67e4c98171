"""Vorbis comments, in FLAC and in Ogg (Opus, Vorbis)."""

import struct
from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources.found import Damaged, TooMuch
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import MAX_BLOCK, Window

_COMMENTS = 4
"""The kind of FLAC's metadata block that holds comments."""
_HEADS = {b"OpusTags": 8, b"\x03vorbis": 7, b"\x84": 4, b"\x04": 4}
"""How a packet of comments begins, and how long that is; the last two are FLAC in Ogg."""
_MAX_PACKETS = 64
"""Comments are the second packet of their stream."""
_MAX_KEY = 80


def flac_tags(window: Window) -> Iterator[Tag]:
    at, last = 4, False
    while not last and at < window.size:
        head = window.read(at, 4)
        last, length = head[0] >= 0x80, int.from_bytes(head[1:])
        if head[0] & 0x7F == _COMMENTS:
            yield from _comments(window.part(at + 4, length))
        at += 4 + length


def ogg_tags(window: Window) -> Iterator[Tag]:
    for packet in _packets(window):
        for head, length in _HEADS.items():
            if packet.startswith(head):
                yield from _comments(window.over(packet[length:]))


def _comments(window: Window) -> Iterator[Tag]:
    """The encoder's name, how many comments, and each as ``KEY=value`` behind its length."""
    (vendor,) = struct.unpack("<I", window.read(0, 4))
    at = 4 + vendor
    (count,) = struct.unpack("<I", window.read(at, 4))
    at += 4
    for _ in range(count):
        (length,) = struct.unpack("<I", window.read(at, 4))
        comment = window.part(at + 4, length)
        name, separator, _ = comment.peek(0, _MAX_KEY).partition(b"=")
        key = known_key(name)
        if key is not None and separator:
            yield Tag(key, comment.read(len(name) + 1, length - len(name) - 1))
        at += 4 + length


def _packets(window: Window) -> Iterator[bytes]:
    """The first packets of the streams that an Ogg file interleaves; a packet may span pages."""
    unfinished: dict[bytes, bytearray] = {}
    at, finished = 0, 0
    while at < window.size and finished < _MAX_PACKETS:
        head = window.read(at, 27)
        if head[:4] != b"OggS":
            raise Damaged(text("source-cut-short"))
        lacing = window.read(at + 27, head[26])
        body = window.read(at + 27 + len(lacing), sum(lacing))
        at += 27 + len(lacing) + len(body)
        packet, offset = unfinished.setdefault(head[14:18], bytearray()), 0
        for length in lacing:
            packet += body[offset : offset + length]
            offset += length
            if length < 255:
                yield bytes(packet)
                finished += 1
                packet.clear()
        if len(packet) > MAX_BLOCK:
            raise TooMuch(text("source-too-big", megabytes=MAX_BLOCK >> 20))
