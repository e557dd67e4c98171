"""When the bot is to stop: at SIGTERM, and at the end of its standard input where whoever started it wants that."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

log = logging.getLogger(__name__)


@contextmanager
def told_to_stop(*, with_stdin: bool) -> Generator[None]:
    """Stop in order: the running prompts stay on the GPU, and the next start finds them again.

    ``with_stdin``: also when standard input ends. A pipe ends with the process that holds its other end, however
    that one died; so a bot that was started by a program does not outlive it.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        if task is not None:
            task.cancel()

    # NotImplementedError is Windows', whose event loop has no signal handlers; Ctrl-C works there.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, stop)
    if with_stdin:
        _at_the_end_of_stdin(loop, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not stopped:
            raise
        if task is not None:
            task.uncancel()
        log.info("stopped")
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)


def _at_the_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """In a thread, because not every event loop can wait for every kind of standard input."""

    def read() -> None:
        with suppress(OSError):  # one that cannot be read has ended
            while os.read(sys.stdin.fileno(), 1024):
                pass
        with suppress(RuntimeError):  # the loop is closed: the bot has ended before
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=read, name="standard input", daemon=True).start()
