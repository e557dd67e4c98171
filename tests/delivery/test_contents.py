"""Bytes in memory while they are few, on disk when they are many; and nothing stays behind."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, Event

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


async def test_threads_that_ask_at_the_same_moment_get_one_folder() -> None:
    at_once = Barrier(8)

    def ask(scratch: Scratch, _: int) -> Path:
        at_once.wait()
        return scratch.new_path()

    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            async with Scratch() as scratch:
                paths = list(threads.map(partial(ask, scratch), range(8)))
            assert len({path.parent for path in paths}) == 1
            assert len(set(paths)) == 8


async def test_an_end_that_is_cancelled_leaves_nothing_behind() -> None:
    """No thread is free when it comes, so that the folder's end waits for one."""
    loop, let_go = asyncio.get_running_loop(), Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    scratch = Scratch()
    path = scratch.new_path()
    blocker = asyncio.ensure_future(asyncio.to_thread(let_go.wait))
    ending = asyncio.create_task(scratch.__aexit__(None, None, None))
    await asyncio.sleep(0)
    ending.cancel()
    let_go.set()
    with pytest.raises(asyncio.CancelledError):
        await ending
    await blocker
    assert not path.parent.exists()


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
