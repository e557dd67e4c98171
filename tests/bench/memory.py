"""(f) Memory of a bot that is ready and has nothing to do."""

import asyncio
import os
from collections.abc import Sequence

from tests.bench.rig import rig, the_bare_bot, the_bot
from tests.bench.table import AtMost, Row

SETTLE_SECONDS = 2.0


async def measure() -> Sequence[Row]:
    async with rig(channels=1) as here, the_bare_bot(here) as bare:
        await asyncio.sleep(SETTLE_SECONDS)
        floor = bare.usage()
    async with rig(channels=1) as here, the_bot(here) as bot:
        await asyncio.sleep(SETTLE_SECONDS)
        result = bot.usage()
    if floor is None or result is None:
        return []
    load = os.getloadavg()[0]
    return [Row("f", "memory, idle", "MB", result.resident_mb, floor.resident_mb, AtMost(70), load)]
