"""Blobs as files in a folder of their own, for its owner's eyes only; for one process alone."""

import asyncio
import hashlib
import os
import re
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

from bot.inputs.blobs import PROTECTED_SECONDS
from bot.inputs.errors import BlobMissing, InputRefused, InputUnavailable
from bot.texts import text
from bot.threads import chunks_of, finished

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1024 * 1024
SCRATCH = "scratch"
"""The folder among the blobs in which they are made; what lies there is nobody's after a restart."""


class FileBlobs:
    """A :class:`bot.inputs.blobs.Blobs`; see there for what each method promises.

    ``<folder>/<first two digits>/<hash>``, and ``<folder>/scratch/…`` for files in the making: on the same disk, so
    that a blob comes into its place by one rename.
    """

    def __init__(self, folder: Path, total_bytes: int, clock: Callable[[], float]) -> None:
        """Use :meth:`open`."""
        self._folder = folder
        self._total_bytes = total_bytes
        self._clock = clock
        self._lock = asyncio.Lock()
        self._sizes: dict[str, int] = {}
        self._protected_until: dict[str, float] = {}
        self._scratches: set[Path] = set()
        self._spare: dict[str, None] = {}
        """What is only useful, most useful first."""

    @classmethod
    async def open(
        cls, folder: Path, *, total_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> "FileBlobs":
        """The blobs in ``folder``, which is made when it is not there yet; what a killed process left half made goes.

        ``clock`` counts seconds. There is nothing to close.

        Raises:
            OSError: the folder cannot be made or read.
        """
        blobs = cls(folder, total_bytes, clock)
        await asyncio.to_thread(blobs._open)
        return blobs

    def _open(self) -> None:
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        shutil.rmtree(self._scratch_folder, ignore_errors=True)
        self._scratch_folder.mkdir(0o700, exist_ok=True)
        found = (file for file in self._folder.glob("??/*") if _HASH.fullmatch(file.name))
        self._sizes = {file.name: file.stat().st_size for file in found}

    @property
    def _scratch_folder(self) -> Path:
        return self._folder / SCRATCH

    @asynccontextmanager
    async def scratch(self) -> AsyncGenerator[Path]:
        folder = self._scratch_folder / uuid4().hex
        self._scratches.add(folder)
        try:
            with _disk_troubles_told():
                await asyncio.to_thread(folder.mkdir, 0o700)
            yield folder
        finally:
            self._scratches.discard(folder)
            await finished(shutil.rmtree, folder, True)

    async def put(self, file: Path) -> str:
        with _disk_troubles_told():
            blob, size = await asyncio.to_thread(_sealed, file)
            async with self._lock:
                await self._make_room(blob, size)
                await finished(self._take, file, blob, size)
                self._protect(blob)
        return blob

    def _protect(self, blob: str) -> None:
        self._protected_until[blob] = self._clock() + PROTECTED_SECONDS
        self._spare.pop(blob, None)

    async def _make_room(self, blob: str, size: int) -> None:
        if blob in self._sizes:
            return
        missing = sum(self._sizes.values()) + size - self._total_bytes
        given: list[str] = []
        for spare in reversed(self._spare):
            if missing <= 0:
                break
            given.append(spare)
            missing -= self._sizes.get(spare, 0)
        if missing <= 0:
            await finished(self._drop_all, given)
        else:
            raise InputRefused(text("input-no-room", gigabytes=round(self._total_bytes / 2**30, 1)))

    def _take(self, file: Path, blob: str, size: int) -> None:
        """The same content again takes the place of what is there: if that was lost or damaged, it is whole now."""
        place = self._place(blob)
        if not place.parent.exists():
            place.parent.mkdir(0o700)
            _sync_folder(self._folder)
        try:
            file.replace(place)
        except PermissionError:  # Windows replaces no file that somebody reads just now; it is whole, then
            if not place.exists() or place.stat().st_size != size:
                raise
            file.unlink()
        _sync_folder(place.parent)
        self._sizes[blob] = size

    async def read(self, blob: str) -> bytes:
        with _missing_told(blob):
            return await asyncio.to_thread(self._place(blob).read_bytes)

    async def chunks(self, blob: str) -> AsyncGenerator[bytes]:
        with _missing_told(blob):
            async with aclosing(chunks_of(self._place(blob), _CHUNK_BYTES)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def size(self, blob: str) -> int:
        with _missing_told(blob):
            return (await asyncio.to_thread(self._place(blob).stat)).st_size

    async def delete(self, blob: str) -> bool:
        place = self._place(blob)
        async with self._lock:
            return await finished(self._drop, place)

    async def keep(self, blob: str) -> bool:
        place = self._place(blob)
        async with self._lock:
            there = await asyncio.to_thread(place.is_file)
            if there:
                self._protect(blob)
            return there

    def _drop(self, place: Path) -> bool:
        self._spare.pop(place.name, None)
        known = self._sizes.pop(place.name, None) is not None
        self._protected_until.pop(place.name, None)
        place.unlink(missing_ok=True)
        return known

    async def all(self) -> frozenset[str]:
        return frozenset(self._sizes)

    async def sweep(self, needed: frozenset[str], useful: Sequence[str] = ()) -> int:
        async with self._lock:
            now = self._clock()
            fresh = {blob: until for blob, until in self._protected_until.items() if until > now}
            self._protected_until = fresh
            self._spare = self._most_useful([each for each in useful if each not in needed | fresh.keys()])
            wanted = needed | fresh.keys() | self._spare.keys()
            idle = [blob for blob in self._sizes if blob not in wanted]
            await finished(self._drop_all, idle)
            return len(idle)

    def _most_useful(self, useful: Sequence[str]) -> dict[str, None]:
        room, kept = self._total_bytes // 2, dict[str, None]()
        for blob in useful:
            room -= self._sizes.get(blob, 0)
            if room < 0:
                break
            if blob in self._sizes:
                kept[blob] = None
        return kept

    def _drop_all(self, blobs: list[str]) -> None:
        for blob in blobs:
            self._drop(self._place(blob))
        for (
            left
        ) in self._scratch_folder.iterdir():  # by a thread that went on after its preparation was cancelled
            if left not in self._scratches:
                shutil.rmtree(left, ignore_errors=True)

    def _place(self, blob: str) -> Path:
        if not _HASH.fullmatch(blob):
            raise ValueError(f"{blob!r} is no SHA-256 in lower-case hex digits")
        return self._folder / blob[:2] / blob


def _sealed(file: Path) -> tuple[str, int]:
    """Hash and size of a file that from now on is on the disk whole, readable for its owner alone."""
    file.chmod(0o600)
    with file.open("r+b") as content:
        blob = hashlib.file_digest(content, "sha256").hexdigest()
        os.fsync(content.fileno())
        return blob, content.tell()


def _sync_folder(folder: Path) -> None:
    """A rename is only as lasting as the folder that it changed. Windows syncs no folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _missing_told(blob: str) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(blob) from error


@contextmanager
def _disk_troubles_told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise InputUnavailable(text("input-disk")) from error
