"""A zip that holds one workflow, perhaps among other things. Bounded before anything is unpacked, and while it is."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from bot.texts import text
from bot.workflows.sources.found import Damaged, TooMuch
from bot.workflows.sources.window import MAX_BLOCK, Window

MAX_MEMBERS = 200
MAX_UNPACKED = 64 * 2**20
"""Of all members together; one alone may have :data:`MAX_BLOCK`."""
MAX_RATIO = 200
"""JSON packs to a tenth, text that repeats itself to a fiftieth; what packs a thousandfold is made to hurt."""

_MEMBER = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 2**16
_MAX_DIRECTORY = 2**20
_ENCRYPTED = 0x1
_KINDS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def is_archive(head: bytes) -> bool:
    """Whether a file begins as a zip does: with a member that has a name."""
    return head.startswith(_MEMBER) and len(head) >= 30 and head[26:28] != b"\0\0"


def members(window: Window, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file in the archive that could hold a workflow.

    Raises:
        Damaged: broken, locked, or packed in a way that zips of workflows are not.
        TooMuch: beyond a limit.
    """
    _check_directory(window)
    try:
        with zipfile.ZipFile(file) as archive:
            wanted = [member for member in archive.infolist() if _is_wanted(member)]
            if sum(member.file_size for member in wanted) > MAX_UNPACKED:
                raise TooMuch(text("source-too-big", megabytes=MAX_UNPACKED >> 20))
            for member in wanted:
                yield member.filename, _unpacked(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        # ValueError: a place before the beginning of the file, or a name that is no text
        raise Damaged(text("source-cut-short")) from error


def _check_directory(window: Window) -> None:
    """The list of members is read at once by whoever opens the archive, so its size is looked at before."""
    length = min(window.size, _END_SIZE + _MAX_COMMENT)
    tail = window.read(window.size - length, length)
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise Damaged(text("source-cut-short"))
    count, size = struct.unpack("<10xHI6x", tail[at : at + _END_SIZE])
    if count > MAX_MEMBERS or size > _MAX_DIRECTORY:
        raise TooMuch(text("source-zip-too-many", limit=MAX_MEMBERS))


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    folder, _, name = member.filename.rpartition("/")
    return bool(name) and not name.startswith(".") and not folder.startswith("__MACOSX")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & _ENCRYPTED:
        raise Damaged(text("source-zip-locked"))
    if member.compress_type not in _KINDS:
        raise Damaged(text("source-zip-packed"))
    if member.file_size > MAX_BLOCK or member.file_size > MAX_RATIO * max(member.compress_size, 100):
        raise TooMuch(text("source-too-big", megabytes=MAX_BLOCK >> 20))
    with archive.open(member) as content:
        return content.read(member.file_size)
