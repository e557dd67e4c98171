"""Processes that put one blob each, the n-th killed (SIGKILL) at the n-th thing that it asks of the disk.

Its command line: the folder in which each gets a folder for its blobs. It ends when one was through before its turn.
"""

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

from bot.inputs.file_blobs import FileBlobs

CONTENT = bytes(range(256)) * 4096
_ASKED = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.scandir", "shutil.rmtree")


def kill_at_every_step(folder: Path) -> int:
    """How many were killed."""
    for step in count(1):
        child = os.fork()
        if not child:
            _put_until(step, folder / str(step))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return step - 1 if os.waitstatus_to_exitcode(status) == 0 else 0
    return 0


def _put_until(step: int, folder: Path) -> None:
    left = step

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _ASKED and any(str(folder) in str(each) for each in arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    asyncio.run(_put(folder))


async def _put(folder: Path) -> None:
    blobs = await FileBlobs.open(folder, total_bytes=2 * len(CONTENT))
    async with blobs.scratch() as scratch:
        file = scratch / "file"
        for at in range(0, len(CONTENT), 131_072):
            with file.open("ab") as opened:
                opened.write(CONTENT[at : at + 131_072])
        await blobs.put(file)


if __name__ == "__main__":
    killed = kill_at_every_step(Path(sys.argv[1]))
    sys.exit(0 if killed > 20 else f"only {killed} were killed")
