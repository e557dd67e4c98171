"""(b) From an interaction to its status message, when 1, 100 and 1,000 people press Enter at once.

The bot shows a status only after the job is committed. The floor is the callback alone, which promises nothing.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeAlias

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation, NotAcknowledged
from tests.bench.rig import Rig, Running, rig, the_bare_client, the_bot
from tests.bench.table import AtMost, Budget, Row, percentile

SPACED = 30
DEADLINE_SECONDS = 3.0
"""What has no answer by then never will have: Discord tells the person that the bot did not respond."""

Start: TypeAlias = Callable[[Rig], AbstractAsyncContextManager[Running]]
Answered: TypeAlias = Callable[[Rig, Invocation], float | None]
"""When an interaction had what is waited for, in Unix seconds; None: it has not, yet."""


async def measure() -> Sequence[Row]:
    return [
        *await _rows(1, SPACED, None),
        *await _rows(100, 1, AtMost(100)),
        *await _rows(1000, 1, AtMost(1000)),
    ]


async def _rows(at_once: int, times: int, budget: Budget | None) -> Sequence[Row]:
    floors = await _latencies(the_bare_client, _answered_at, at_once, times)
    results = await _latencies(the_bot, _shown_at, at_once, times)
    load = os.getloadavg()[0]
    name = f"interaction → committed and shown, {at_once:,} at once"
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


async def _latencies(start: Start, answered: Answered, at_once: int, times: int) -> list[float]:
    async with rig() as here:
        here.comfy.every_job(Story(hold=True))  # jobs last, as real ones do
        async with start(here):
            await _burst(here, answered, 1)  # opens the connection, whose price is not asked for
            return [seconds for _ in range(times) for seconds in await _burst(here, answered, at_once)]


async def _burst(here: Rig, answered: Answered, count: int) -> list[float]:
    invocations: list[Invocation] = []
    for number in range(count):
        invocations.append(await here.slash(f"/blank color:{number}"))
        await asyncio.sleep(0)  # each goes out at once, as from Discord
    for each in invocations:
        with suppress(NotAcknowledged):
            await each.acknowledged()
    with suppress(TimeoutError):
        await here.discord.until(lambda: all(answered(here, each) for each in invocations), DEADLINE_SECONDS)
    await here.quiet()
    return [_latency(each, answered(here, each)) for each in invocations]


def _answered_at(_here: Rig, invocation: Invocation) -> float | None:
    return invocation.interaction.answered_at


def _shown_at(here: Rig, invocation: Invocation) -> float | None:
    return here.watch.shown_at.get(invocation.interaction.token)


def _latency(invocation: Invocation, answered_at: float | None) -> float:
    return DEADLINE_SECONDS if answered_at is None else answered_at - invocation.interaction.created_at
