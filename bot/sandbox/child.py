"""The real bot as a process of its own, pointed at the stand-ins. Nothing in it knows that it is tried out."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress

STOP_SECONDS = 6.0
"""The bot promises to be gone 5 s after SIGTERM."""


@asynccontextmanager
async def bot_process(settings: Mapping[str, str]) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run ``python -m bot`` with these settings and no others, for as long as the block runs.

    Its log goes to this process's standard error.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "--env-file",
        os.devnull,
        "run",
        env={**_surroundings(), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop the bot in order
    )
    try:
        yield process
    finally:
        await _stop(process)


def _surroundings() -> dict[str, str]:
    """This process's environment without any setting of the bot: a real token must not reach a stand-in."""
    ours = ("DISCORD_", "COMFYUI_", "DATABASE", "WORKFLOWS_DIR", "LANGUAGE", "LOG_LEVEL", "MAX_JOBS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


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
