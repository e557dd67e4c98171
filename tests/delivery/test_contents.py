"""Bytes in memory while they are few, on disk when they are many; and nothing stays behind."""

import os
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.delivery.contents import (
    IN_MEMORY_BYTES,
    Scratch,
    beginning,
    ending,
    gathered,
    size_of,
    sweep_left_over,
    whole,
)


async def pieces(count: int, size: int = 100_000) -> AsyncGenerator[bytes]:
    for number in range(count):
        yield bytes([number % 251]) * size


async def test_few_bytes_stay_in_memory_and_many_go_to_disk() -> None:
    async with Scratch() as scratch:
        few = await gathered(pieces(80), scratch)
        many = await gathered(pieces(90), scratch)
        assert isinstance(few, bytes)
        assert isinstance(many, Path)
        assert (len(few), size_of(many)) == (8_000_000, 9_000_000)
        assert whole(many) == b"".join([piece async for piece in pieces(90)])
        assert (beginning(many, 3), ending(many, 3), ending(few, 3)) == (b"\0\0\0", b"YYY", b"OOO")
        assert size_of(few) <= IN_MEMORY_BYTES < size_of(many)
    assert not _exists(many)


def _exists(path: Path) -> bool:
    return path.exists() or path.parent.exists()


async def test_a_fetch_that_breaks_off_leaves_nothing_open_or_behind() -> None:
    async def broken() -> AsyncGenerator[bytes]:
        async for piece in pieces(90):
            yield piece
        raise ConnectionError

    async with Scratch() as scratch:
        first = scratch.new_path()
        with pytest.raises(ConnectionError):
            await gathered(broken(), scratch)
    assert not _exists(first)


async def test_a_thread_that_goes_on_after_the_end_makes_no_new_folder() -> None:
    async with Scratch() as scratch:
        pass
    with pytest.raises(FileNotFoundError):
        scratch.new_path()


def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in ("comfycord-files-1", "comfycord-files-2", "else"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
    for folder in (old, other):
        os.utime(folder, (time.time() - 7200, time.time() - 7200))
    sweep_left_over(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["comfycord-files-2", "else"]
