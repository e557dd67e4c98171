"""Waiting for the ledger: what must be written is written as soon as the disk has room again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.jobs.store import StoreUnavailable

log = logging.getLogger(__name__)

LONGEST_SECONDS = 30.0

T = TypeVar("T")


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """What ``call`` returns, once the store can be used."""
    pause = 0.2
    while True:
        try:
            return await call()
        except StoreUnavailable as trouble:
            log.warning("%s; trying again in %.0f s", trouble, pause)
            await asyncio.sleep(pause)
            pause = min(LONGEST_SECONDS, pause * 2)
