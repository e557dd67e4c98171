"""Pack a file that is no picture, video or sound, where that makes it small enough; or several as one. Blocks."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bot.delivery.contents import Content, Scratch, opened, size_of
from bot.delivery.fitted import CannotFit, Fitted
from bot.delivery.words import megabytes
from bot.texts import text

_PIECE_BYTES = 1024 * 1024
_ENDING_BYTES = 1024
"""For what a zip ends with: the list of its one file."""


def zipped(content: Content, name: str, limit_bytes: int, scratch: Scratch) -> Fitted:
    """A zip with the file ``name`` (harmless already) in it. Given up as soon as it is too large.

    Raises:
        CannotFit: packed it is too large as well.
    """
    path, room = scratch.new_path(".zip"), limit_bytes - _ENDING_BYTES
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    with (
        opened(content) as source,
        path.open("wb") as target,
        zipfile.ZipFile(target, "w") as archive,
        archive.open(info, "w") as member,
    ):
        while (piece := source.read(_PIECE_BYTES)) and target.tell() <= room:
            member.write(piece)
    size = size_of(path)
    if size > room:
        raise CannotFit(text("file-zip-too-large"))
    change = text("file-zipped", name=name, before=megabytes(size_of(content)), after=megabytes(size))
    return Fitted(path, ".zip", None, change)


def zipped_together(files: Sequence[tuple[str, Content]], scratch: Scratch) -> Path:
    """One zip of several files, by names that are harmless and distinct; a little larger than they are together.

    Raises:
        OSError: the disk takes no more.
    """
    path = scratch.new_path(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            with opened(content) as source, archive.open(zipfile.ZipInfo(name), "w") as member:
                shutil.copyfileobj(source, member, _PIECE_BYTES)
    return path
