"""The operator's folder of wildcards: ``animal.txt`` is ``__animal__``, ``creature/bird.txt`` is ``__creature/bird__``.

One line, one wildcard's text; empty lines and those that begin with ``#`` say nothing.
"""

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field

from bot.os_reasons import reason
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.threads import finished
from bot.workflows.discord_rules import whole_characters
from bot.workflows.prompts.wildcards import MAX_NAME, NAME, NO_WILDCARDS, Wildcards

MAX_LINE = 2_000
LOOK_SECONDS = 1.0
"""A look into the folder that is younger is good enough."""

log = logging.getLogger(__name__)


class Bounds(Struct, frozen=True):
    files: int = 2_000
    file_bytes: int = 1024 * 1024
    bytes: int = 16 * 1024 * 1024
    """Of all files together."""


class _Version(NamedTuple):
    """What changes when a file does."""

    changed_ns: int
    size_bytes: int


class FoundWildcards(Struct, frozen=True):
    """What one look found."""

    wildcards: Wildcards = field(default_factory=lambda: NO_WILDCARDS)
    problems: tuple[Text, ...] = ()
    """Files that make no wildcard, and why."""


class WildcardFolder(Struct):
    """The folder, read when it is asked for and again what changed since; it need not be there."""

    folder: Path
    look_seconds: float = LOOK_SECONDS
    bounds: Bounds = field(default_factory=Bounds)
    _read: dict[Path, tuple[_Version, tuple[str, ...] | Text]] = {}
    _found: FoundWildcards = field(default_factory=FoundWildcards)
    _looked_at: float | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def now(self) -> Wildcards:
        """What is in the folder. Files are read in a thread; what is wrong with one is logged once."""
        async with self._looking:
            if self._looked_at is None or monotonic() - self._looked_at >= self.look_seconds:
                before = self._found.problems
                self._found = await finished(self.look)
                self._looked_at = monotonic()
                for problem in self._found.problems:
                    if problem not in before:
                        log.warning("%s", render(problem, DEFAULT_LOCALE))
        return self._found.wildcards

    def look(self) -> FoundWildcards:
        """What is in the folder; blocks."""
        wildcards: dict[str, tuple[str, ...]] = {}
        problems: list[Text] = []
        room, read = self.bounds.bytes, dict(self._read)
        self._read.clear()
        for count, (path, name, version) in enumerate(_files(self.folder)):
            if count == self.bounds.files or version.size_bytes > room:
                problems.append(text("wildcards-too-many", folder=str(self.folder), file=str(path)))
                break
            room -= version.size_bytes
            known = read.get(path)
            lines = (
                known[1]
                if known is not None and known[0] == version
                else _lines(path, name, version, self.bounds.file_bytes)
            )
            self._read[path] = (version, lines)
            if isinstance(lines, Text):
                problems.append(lines)
            elif lines:
                wildcards.setdefault(name.casefold(), lines)
        return FoundWildcards(MappingProxyType(wildcards), tuple(problems))


def _files(folder: Path) -> Iterator[tuple[Path, str, _Version]]:
    """The lists in the order of their names; nothing that lies elsewhere, whatever a link says."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for file in sorted(each for each in names if each.lower().endswith(".txt")):
            path = Path(place) / file
            try:
                found = path.lstat()
            except OSError:  # gone meanwhile
                continue
            name = path.relative_to(folder).with_suffix("").as_posix()
            if path.is_file() and not path.is_symlink():
                yield path, name, _Version(found.st_mtime_ns, found.st_size)


def _lines(path: Path, name: str, version: _Version, most: int) -> tuple[str, ...] | Text:
    """The lines of a list; else why there are none."""
    if not NAME.fullmatch(name) or "__" in name or len(name) > MAX_NAME:
        return text("wildcards-wrong-name", file=str(path))
    if version.size_bytes > most:
        return text("wildcards-too-large", file=str(path), kilobytes=most // 1024)
    try:
        with path.open("rb") as file:
            content = file.read(most)
    except OSError as error:
        return text("wildcards-unreadable", file=str(path), problem=reason(error))
    words = whole_characters(content.decode("utf-8-sig", errors="replace")).replace("\0", "")
    lines = (line.strip() for line in words.split("\n"))
    return tuple(line for line in lines if 0 < len(line) <= MAX_LINE and not line.startswith("#"))
