"""What happens to the connections through a proxy."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.chaos.proxy import Proxy, Snare, Way

_FORGETFUL = 0.2
_WAIT_SECONDS = 15.0
"""For what is lain in wait for: requests of a kind do not come at once."""


async def cut(proxy: Proxy, dice: random.Random) -> bool:
    """At once; every other time nobody gets through for a while either."""
    proxy.refusing = dice.random() < 0.5
    cut = proxy.cut()
    if proxy.refusing:
        await asyncio.sleep(dice.uniform(0.2, 3))
        proxy.refusing = False
    return bool(cut)


async def silence(proxy: Proxy, dice: random.Random) -> bool:
    """Nothing is carried for a while; every other time the connections are gone after it, as a router forgets them."""
    proxy.freeze()
    await asyncio.sleep(dice.uniform(0.5, 8))
    if dice.random() < 0.5:
        proxy.cut()
    proxy.thaw()
    return True


async def forget(proxy: Proxy) -> bool:
    """Each connection is half open, as when a router in between was changed: silent for ever, and never closed."""
    return bool(proxy.forget())


async def slow(proxy: Proxy, dice: random.Random) -> bool:
    proxy.delay_seconds = dice.uniform(0.02, 0.3)
    await asyncio.sleep(dice.uniform(1, 6))
    proxy.delay_seconds = 0.0
    return True


async def snared(proxy: Proxy, dice: random.Random, at: Sequence[tuple[bytes, Way]]) -> bool:
    pattern, way = dice.choice(at)
    snare: Snare = proxy.set_snare(
        pattern, way, passed=dice.random() < 0.5, forgets=dice.random() < _FORGETFUL
    )
    return await waited(lambda: snare.hits)


async def waited(has_happened: Callable[[], object]) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(_WAIT_SECONDS):
            while not has_happened():  # noqa: ASYNC110  # it rings no bell
                await asyncio.sleep(0.05)
    return bool(has_happened())
