"""The one place where an error that nobody foresaw is caught, so that it ends one thing and not the bot.

A bug inside one job (its run, its delivery, its status message) ends that job; a bug in a service task (command
sync, reaper, …) is logged and the task starts again after a growing pause. What makes the bot useless altogether is an
:class:`bot.errors.Unusable` and passes through.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar, cast

from msgspec import Struct

from bot.backoff import Backoff
from bot.errors import Unusable

log = logging.getLogger(__name__)

RESTART = Backoff(first_seconds=1.0, longest_seconds=300.0)
"""Between two starts of a service task that ended by a bug."""
HEALTHY_SECONDS = 600.0
"""A service task that ran so long before its next bug starts again as after its first."""

T = TypeVar("T")


class Bug(Struct, frozen=True):
    """An error that nobody foresaw, as it was reported."""

    id: str
    """Eight hexadecimal digits: in the log beside the traceback, and in what the person reads."""


_reported = 0


def reported() -> int:
    """How many bugs this process has reported."""
    return _reported


def report(error: BaseException, where: str) -> Bug:
    """Log ``error`` with its traceback under a new id. ``where``: what was being done, for instance ``job 1a2b``."""
    global _reported  # noqa: PLW0603  # a count of the whole process
    _reported += 1
    bug = Bug(secrets.token_hex(4))
    log.error("bug %s in %s", bug.id, where, exc_info=error)
    return bug


async def contained(where: str, work: Awaitable[T]) -> T | Bug:
    """What ``work`` returns; if it raises what nobody foresaw: the bug, which is reported.

    Raises:
        Unusable: the bot cannot do its duty any more.
    """
    try:
        return await work
    except Exception as error:  # noqa: BLE001  # the place that reports bugs
        return _judged(error, where)


def contained_call(where: str, call: Callable[[], T]) -> T | Bug:
    """What ``call`` returns, at once; if it raises what nobody foresaw: the bug, as by :func:`contained`.

    Raises:
        Unusable: the bot cannot do its duty any more.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # the place that reports bugs
        return _judged(error, where)


def _judged(error: Exception, where: str) -> Bug:
    """The bug; unless what ends the process came in a group of tasks, however deep."""
    end = _unusable(error)
    if end is not None:
        raise end from error
    return report(error, where)


def _unusable(error: BaseException) -> Unusable | None:
    if isinstance(error, Unusable):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    inner = map(_unusable, cast("BaseExceptionGroup[BaseException]", error).exceptions)
    return next((each for each in inner if each is not None), None)


async def kept_running(where: str, service: Callable[[], Awaitable[None]]) -> NoReturn:
    """Run ``service`` until cancelled; after a bug, and also when it returns, it is started again.

    Raises:
        Unusable: the bot cannot do its duty any more.
    """
    loop, failures = asyncio.get_running_loop(), 0
    while True:
        begun = loop.time()
        await contained(where, service())
        failures = 1 if loop.time() - begun > HEALTHY_SECONDS else failures + 1
        await RESTART.pause(failures)
