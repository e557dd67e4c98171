"""One life of the bot: its command line in a process of its own, with its log in a file.

The processes are forked from one that has imported everything, so that a life begins in a tenth of a second.
"""

import asyncio
import gc
import multiprocessing
import os
import re
import signal
import sys
import warnings
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.settings import Settings
from tests.end_to_end.haste import hurry

PROJECT = Path(__file__).parents[2]
LONGEST_STOP_SECONDS = 5.0
LONGEST_SECONDS = 30.0
NO_HASTE: Mapping[str, object] = {}
_OURS = frozenset(name.upper() for name in Settings.model_fields)
_NOISE = re.compile(r"Traceback|Exception ignored|never awaited|never retrieved|Warning:| (ERROR|CRITICAL) ")

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["__main__", "bot.app", "bot.__main__"])


class Life:
    """From a start to an end, whichever way it comes."""

    def __init__(self, process: ForkServerProcess, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def alive(self) -> bool:
        return self._process.exitcode is None

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
            self._process.kill()

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._send(signal.SIGINT)

    def freeze(self) -> None:
        """SIGSTOP: not one more line runs, until :meth:`thaw`."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def _send(self, number: signal.Signals) -> None:
        if self.alive and self._process.pid is not None:
            os.kill(self._process.pid, number)

    async def ended(self, timeout_seconds: float | None = LONGEST_SECONDS) -> int:
        """Wait for the end; the exit status, negative for a signal."""
        async with asyncio.timeout(timeout_seconds):
            while self._process.exitcode is None:  # noqa: ASYNC110  # its end rings no bell
                await asyncio.sleep(0.005)
            return self._process.exitcode

    async def stop(self) -> int:
        """SIGTERM, and the exit status. TimeoutError: it did not keep its promise to be gone soon."""
        self.terminate()
        return await self.ended(LONGEST_STOP_SECONDS)


@asynccontextmanager
async def living(
    settings: Mapping[str, str], log: Path, *, haste: Mapping[str, object] = NO_HASTE
) -> AsyncGenerator[Life]:
    """Run the bot with these settings and no others for as long as the block runs, unless it ends before."""
    life = born(settings, log, haste=haste)
    try:
        yield life
        if life.alive:
            status = await life.stop()
            assert (status, life.alarms) == (0, []), life.log
    finally:
        life.kill()
        await life.ended()


def born(
    settings: Mapping[str, str],
    log: Path,
    *arguments: str,
    folder: Path | None = None,
    haste: Mapping[str, object] = NO_HASTE,
) -> Life:
    """``python -m bot run`` with these arguments after it, in ``folder``. Whoever calls this ends it.

    ``haste``: its shorter pauses, see :mod:`tests.end_to_end.haste`.
    """
    log.touch()
    process = _nursery.Process(target=_live, args=(dict(settings), log, arguments, folder, dict(haste)))
    process.start()
    return Life(process, log)


def _live(
    settings: Mapping[str, str],
    log: Path,
    arguments: Sequence[str],
    folder: Path | None,
    haste: Mapping[str, object],
) -> None:
    """What ``python -W error -m bot run`` does, with these settings in its environment."""
    from bot.__main__ import main  # noqa: PLC0415  # only in the bot's process

    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    for name in [name for name in os.environ if name.upper() in _OURS]:
        del os.environ[name]
    os.environ.update(settings)
    if folder is not None:
        os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where the suite runs, Ctrl-C may be ignored
    hurry(haste)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    status = main(["--env-file", os.devnull, "run", *arguments])
    gc.collect()  # what was left open complains now
    sys.exit(status)
