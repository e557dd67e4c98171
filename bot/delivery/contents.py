"""The bytes of a file that is to be shown: in memory where they are few, else in a folder of their own until it is shown."""

import shutil
import time
from collections.abc import AsyncIterable, Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import BinaryIO, TypeAlias

from bot.threads import finished

Content: TypeAlias = bytes | Path

IN_MEMORY_BYTES = 8 * 1024 * 1024
_WRITTEN_AT_ONCE = 1024 * 1024
_PREFIX = "comfycord-files-"
_LEFT_OVER_SECONDS = 3600.0
"""No delivery takes so long: a folder this old is of a process that was killed."""


class Scratch:
    """A folder for the large files of one delivery: made for the first of them, gone when the block ends."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._count = 0
        self._ended = False
        self._lock = Lock()

    async def __aenter__(self) -> "Scratch":
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self._ends_without_a_folder():
            await finished(self._end)

    def _ends_without_a_folder(self) -> bool:
        """Most do, and are spared a thread."""
        if not self._lock.acquire(blocking=False):
            return False  # a thread is about to make one
        try:
            self._ended = self._folder is None
        finally:
            self._lock.release()
        return self._ended

    def _end(self) -> None:
        with self._lock:
            self._ended = True
            if self._folder is not None:
                self._folder.cleanup()

    def new_path(self, suffix: str = "") -> Path:
        """Where the next file may be put, for whichever thread asks.

        ``suffix`` is one of ours, never of a name that somebody else chose.

        Raises:
            OSError: the disk is full, or the block has ended: a thread does not hear of that and may ask still.
        """
        with self._lock:
            if self._ended:
                raise FileNotFoundError("the folder is gone")
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
            self._count += 1
            return Path(self._folder.name) / f"{self._count}{suffix}"


def sweep_left_over(where: Path) -> None:
    """Delete the folders of processes that were killed. Blocks."""
    for folder in where.glob(f"{_PREFIX}*"):
        try:
            old = time.time() - folder.stat().st_mtime > _LEFT_OVER_SECONDS
        except OSError:
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)


async def gathered(chunks: AsyncIterable[bytes], scratch: Scratch) -> Content:
    """What ``chunks`` bring, never more than a few megabytes of it in memory.

    Raises:
        OSError: the disk takes no more. And whatever ``chunks`` raises.
    """
    held, path = bytearray(), None
    async for chunk in chunks:
        held += chunk
        if len(held) > (IN_MEMORY_BYTES if path is None else _WRITTEN_AT_ONCE):
            path = path or scratch.new_path()
            await finished(_append, path, held)
            held = bytearray()
    if path is None:
        return bytes(held)
    await finished(_append, path, held)
    return path


def _append(path: Path, content: bytearray) -> None:
    with path.open("ab") as file:
        file.write(content)


def on_disk(content: Content, scratch: Scratch) -> Path:
    """The same on the disk. Blocks.

    Raises:
        OSError: the disk takes no more.
    """
    if isinstance(content, Path):
        return content
    path = scratch.new_path()
    path.write_bytes(content)
    return path


def size_of(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


@contextmanager
def opened(content: Content) -> Generator[BinaryIO]:
    with BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        yield file


def beginning(content: Content, count: int) -> bytes:
    with opened(content) as file:
        return file.read(count)


def ending(content: Content, count: int) -> bytes:
    with opened(content) as file:
        file.seek(max(0, size_of(content) - count))
        return file.read(count)


def whole(content: Content) -> bytes:
    """All of it in memory: for what is known to be small."""
    with opened(content) as file:
        return file.read()
