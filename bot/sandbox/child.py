"""The real bot as a process of its own, pointed at the stand-ins. Nothing in it knows that it is tried out."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress

_SETTINGS = (
    *("DISCORD_", "COMFYUI_", "WORKFLOW", "MISSING_MODELS", "LANGUAGE", "LOG_", "MAX_", "INPUTS_"),
    *("STALL_SECONDS", "KEEP_JOBS_", "FILE_KINDS", "RESULT_METADATA", "FFMPEG", "DATABASE"),
    *("DELETE_FORGETS", "WILDCARDS_", "PROMPT_", "WORKER_", "SHARDS", "METRICS_", "USER_INSTALL"),
    *("OWNER_", "ALLOWED_", "LEAVE_OTHER_", "CLASSIFIER_", "QUARANTINE"),
)
"""How their names begin."""
STOP_SECONDS = 6.0
"""The bot promises to be gone 5 s after SIGTERM."""


class BotChild:
    """``python -m bot`` with these settings and no others: started, killed, and started again on the same database.

    Its log goes to this process's standard error.
    """

    def __init__(self) -> None:
        self.settings: Mapping[str, str] = {}
        """Of the lives to come; set before the first start."""
        self._process: asyncio.subprocess.Process | None = None
        self._ended_by_us: asyncio.subprocess.Process | None = None
        self._started = asyncio.Event()
        self._change = asyncio.Lock()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Begin a life, unless one is under way."""
        async with self._change:
            if not self.running:
                self._process = await _spawn(self.settings)
                self._started.set()

    async def kill(self) -> None:
        """SIGKILL: not one more line of the bot runs."""
        async with self._change:
            if process := self._dismiss():
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for a bot that does not keep its promise."""
        async with self._change:
            if process := self._dismiss():
                await _stop(process)

    async def died(self) -> int:
        """Return the exit status of a life that nobody here ended."""
        while True:
            await self._started.wait()
            process = self._process
            assert process is not None  # noqa: S101  # that is what started means
            status = await process.wait()
            if process is not self._ended_by_us:
                return status

    def _dismiss(self) -> asyncio.subprocess.Process | None:
        if not self.running:
            return None
        self._started.clear()
        self._ended_by_us = self._process
        return self._process


@asynccontextmanager
async def bot_process(settings: Mapping[str, str]) -> AsyncGenerator[asyncio.subprocess.Process]:
    """One life of the bot, for as long as the block runs."""
    process = await _spawn(settings)
    try:
        yield process
    finally:
        await _stop(process)


async def _spawn(settings: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "--env-file",
        os.devnull,
        "run",
        "--stop-with-stdin",
        env={**surroundings(), **settings},
        stdin=asyncio.subprocess.PIPE,  # it ends with this process, even by SIGKILL, and the bot with it
        stdout=sys.stderr.fileno(),
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop the bot in order
    )


def surroundings() -> dict[str, str]:
    """This process's environment without any setting of the bot: a real token must not reach a stand-in."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(_SETTINGS)}


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
