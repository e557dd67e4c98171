"""The sandbox is killed without a word: nothing of it stays."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.end_to_end.life import PROJECT

linux_only = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are listed by Linux")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"  # it ended, and whoever adopted it has not asked yet


@linux_only
async def test_a_sandbox_that_is_killed_leaves_no_bot_behind() -> None:
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox"), cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert sandbox.stdout is not None
    assert await sandbox.stdout.readline()  # the welcome: the bot is there
    (bot,) = children_of(sandbox.pid)
    assert is_alive(bot)

    sandbox.kill()
    await sandbox.wait()

    async with asyncio.timeout(20):
        while is_alive(bot):  # noqa: ASYNC110  # nobody tells of a process that is not our child
            await asyncio.sleep(0.02)
