"""(b) From an interaction to its acknowledgement, when 1, 100 and 1,000 people press Enter at once."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeAlias

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation, NotAcknowledged
from tests.bench.stage import Running, Stage, stage, the_bare_client, the_bot
from tests.bench.table import AtMost, Budget, Row, percentile

SPACED = 30
DEADLINE_SECONDS = 3.0
"""What was not acknowledged by then never will be: Discord tells the person that the bot did not respond."""

Start: TypeAlias = Callable[[Stage], AbstractAsyncContextManager[Running]]


async def measure() -> Sequence[Row]:
    return [
        *await _rows(1, SPACED, None),
        *await _rows(100, 1, AtMost(100)),
        *await _rows(1000, 1, AtMost(1000)),
    ]


async def _rows(at_once: int, times: int, budget: Budget | None) -> Sequence[Row]:
    floors = await _latencies(the_bare_client, at_once, times)
    results = await _latencies(the_bot, at_once, times)
    load = os.getloadavg()[0]
    name = f"interaction → acknowledged, {at_once:,} at once"
    return [
        Row(
            "b",
            f"{name}, {label}",
            "ms",
            percentile(results, share) * 1000,
            percentile(floors, share) * 1000,
            limit,
            load,
        )
        for label, share, limit in (("p50", 0.5, None), ("p99", 0.99, budget))
    ]


async def _latencies(start: Start, at_once: int, times: int) -> list[float]:
    async with stage() as here:
        here.comfy.every_job(Story(hold=True))  # jobs last, as real ones do
        async with start(here):
            await _burst(here, 1)  # opens the connection, whose price is not asked for
            return [seconds for _ in range(times) for seconds in await _burst(here, at_once)]


async def _burst(here: Stage, count: int) -> list[float]:
    invocations: list[Invocation] = []
    for number in range(count):
        invocations.append(await here.slash(f"/blank color:{number}"))
        await asyncio.sleep(0)  # each goes out at once, as from Discord
    for each in invocations:
        with suppress(NotAcknowledged):
            await each.acknowledged()
    await here.quiet()
    return list(map(_latency, invocations))


def _latency(invocation: Invocation) -> float:
    interaction = invocation.interaction
    return (
        DEADLINE_SECONDS
        if interaction.answered_at is None
        else interaction.answered_at - interaction.created_at
    )
