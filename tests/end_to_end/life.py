"""One life of the bot: ``python -m bot`` as a process of its own, with its log in a file."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LONGEST_STOP_SECONDS = 5.0
LONGEST_START_SECONDS = 30.0
_OURS = re.compile(
    r"DISCORD_|COMFYUI_|DATABASE$|WORKFLOWS_DIR$|LANGUAGE$|LOG_LEVEL$|MAX_JOBS_|STALL_|KEEP_JOBS_"
)
_NOISE = re.compile(r"Traceback|Exception ignored|never awaited|never retrieved|Warning:| (ERROR|CRITICAL) ")
# warnings are errors in the bot's process too; the exception is discord.py's, as in pyproject.toml
_STRICT = ("-W", "error", "-W", "ignore:'audioop' is deprecated:DeprecationWarning")


class Life:
    """From a start to an end, whichever way it comes."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def log(self) -> str:
        """What it said so far."""
        return self._log.read_text(encoding="utf-8")

    @property
    def alarms(self) -> list[str]:
        """Lines that no bot in order says: errors, warnings of Python, tracebacks."""
        return [line for line in self.log.splitlines() if _NOISE.search(line)]

    def kill(self) -> None:
        """SIGKILL: not one more line of the bot runs."""
        if self.alive:
            os.kill(self._process.pid, signal.SIGKILL)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    async def ended(self, timeout_seconds: float = LONGEST_START_SECONDS) -> int:
        """Wait for the end; the exit status, negative for a signal."""
        async with asyncio.timeout(timeout_seconds):
            return await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and the exit status. TimeoutError: it did not keep its promise to be gone soon."""
        self._process.terminate()
        return await self.ended(LONGEST_STOP_SECONDS)


@asynccontextmanager
async def living(settings: Mapping[str, str], log: Path) -> AsyncGenerator[Life]:
    """Run the bot with these settings and no others for as long as the block runs, unless it ends before."""
    surroundings = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *_STRICT, "-m", "bot", "--env-file", os.devnull, "run"),
            env={**surroundings, **settings},
            cwd=PROJECT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    life = Life(process, log)
    try:
        yield life
        if life.alive:
            status = await life.stop()
            assert (status, life.alarms) == (0, []), life.log
    finally:
        life.kill()
        await process.wait()
