"""(e) From exec to a bot that has its commands registered and hears interactions, with an empty ledger."""

import os
from collections.abc import Sequence

from tests.bench.rig import rig, the_bare_bot, the_bot
from tests.bench.table import AtMost, Row, percentile

STARTS = 7
WARM_UP = 1
"""The first start after a change compiles what is imported, once."""


async def measure() -> Sequence[Row]:
    floors: list[float] = []
    results: list[float] = []
    for _ in range(WARM_UP + STARTS):
        async with rig(channels=1) as here, the_bare_bot(here) as bare:
            floors.append(bare.start_seconds)
        async with rig(channels=1) as here, the_bot(here) as bot:
            results.append(bot.start_seconds)
    floor, result = percentile(floors[WARM_UP:], 0.5), percentile(results[WARM_UP:], 0.5)
    return [Row("e", "start → ready, p50", "s", result, floor, AtMost(0.45), os.getloadavg()[0])]
