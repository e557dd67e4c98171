"""(e) From exec to a bot that has its commands registered and hears interactions, with an empty ledger."""

import os
from collections.abc import Sequence

from tests.bench.stage import stage, the_bare_client, the_bot
from tests.bench.table import AtMost, Row, percentile

STARTS = 5


async def measure() -> Sequence[Row]:
    floors: list[float] = []
    results: list[float] = []
    for _ in range(STARTS):
        async with stage() as here, the_bare_client(here) as client:
            floors.append(client.start_seconds)
        async with stage() as here, the_bot(here) as bot:
            results.append(bot.start_seconds)
    floor, result = percentile(floors, 0.5), percentile(results, 0.5)
    return [Row("e", "start → ready, p50", "s", result, floor, AtMost(1), os.getloadavg()[0])]
