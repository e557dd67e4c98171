"""Waiting for the store: what must be written is written as soon as it can be."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.backoff import Backoff
from bot.jobs.store import StoreUnavailable

log = logging.getLogger(__name__)

BACKOFF = Backoff(first_seconds=0.2, longest_seconds=30.0)

T = TypeVar("T")


async def when_available(call: Callable[[], Awaitable[T]]) -> T:
    """What ``call`` returns, once the store can be used."""
    failures = 0
    while True:
        try:
            return await call()
        except StoreUnavailable as fault:
            failures += 1
            log.warning("%s; it is tried again", fault)
            await BACKOFF.pause(failures)
