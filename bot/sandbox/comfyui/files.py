"""The stand-in's disk: input, output and temp folders, kept in memory and bounded.

Nothing touches the real file system, so no name that a client makes up can reach it.
"""

import hashlib
import posixpath
import re
import time
from collections import defaultdict
from enum import StrEnum

from msgspec import Struct, field

_NUMBERED = re.compile(r"(?P<prefix>.*)_(?P<number>\d+)_?\.[^.]*")


class Folder(StrEnum):
    INPUT = "input"
    OUTPUT = "output"
    TEMP = "temp"


class StoredFile(Struct, frozen=True):
    content: bytes
    modified: float = field(default_factory=time.time)
    short: bool = False
    """``/view`` shall break off in the middle of it."""

    @property
    def etag(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:24]


def inside(*parts: str) -> str | None:
    """The path below a folder that the parts lead to, or ``None`` if they lead out of it."""
    path = posixpath.normpath(posixpath.join(*parts))
    if path.startswith(("/", "../")) or path == "..":
        return None
    return path


class FileStore:
    """Files by folder and path; beyond ``max_bytes`` the oldest are dropped.

    Nodes save from a thread: whoever goes through all files goes through a copy of their names.
    """

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._files: dict[tuple[Folder, str], StoredFile] = {}
        self._numbers: defaultdict[tuple[Folder, str], set[int]] = defaultdict(set)

    def get(self, folder: Folder, path: str) -> StoredFile | None:
        return self._files.get((folder, path))

    def put(self, folder: Folder, path: str, file: StoredFile) -> None:
        self.remove(folder, path)
        self._files[folder, path] = file
        self._size_bytes += len(file.content)
        if numbered := _NUMBERED.fullmatch(path):
            self._numbers[folder, numbered["prefix"]].add(int(numbered["number"]))
        while self._size_bytes > self._max_bytes and len(self._files) > 1:
            self.remove(*next(iter(self._files)))

    def remove(self, folder: Folder, path: str) -> None:
        file = self._files.pop((folder, path), None)
        if file is None:
            return
        self._size_bytes -= len(file.content)
        if numbered := _NUMBERED.fullmatch(path):
            numbers = self._numbers[folder, numbered["prefix"]]
            numbers.discard(int(numbered["number"]))
            if not numbers:
                del self._numbers[folder, numbered["prefix"]]

    def wipe(self, folder: Folder) -> None:
        for other, path in list(self._files):
            if other is folder:
                self.remove(folder, path)

    def names(self, folder: Folder) -> list[str]:
        """Paths of everything in a folder, sorted."""
        return sorted(path for other, path in list(self._files) if other is folder)

    def has_directory(self, folder: Folder, path: str) -> bool:
        return any(other is folder and name.startswith(path + "/") for other, name in list(self._files))

    def next_number(self, folder: Folder, prefix: str) -> int:
        """One more than the highest number in use, as ComfyUI counts: numbers of deleted files come again."""
        return max(self._numbers.get((folder, prefix), {0})) + 1
