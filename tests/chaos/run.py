"""A storm from its beginning to its verdict: start all, let people ask while things break, mend all, wait, look."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.chaos.asking import Crowd
from tests.chaos.deployments import BOTS, postgres, sqlite
from tests.chaos.judge import Verdict, judge
from tests.chaos.reading import shown_in
from tests.chaos.report import Report, reruns
from tests.chaos.storm import Storm, postgres_kinds, sqlite_kinds
from tests.chaos.world import World, world_of

_READY_SECONDS = 30.0
_QUIET_SECONDS = 8.0
"""After everything has ended: what would be doubled comes now."""
_COMFYUIS = {"sqlite": 3, "postgres": 4}


@dataclass(frozen=True, slots=True)
class Plan:
    store: Literal["sqlite", "postgres"]
    jobs: int
    faults: int
    seconds: float
    settle_seconds: float


async def run(plan: Plan, dice: random.Random, folder: Path) -> Report:
    loop = asyncio.get_running_loop()
    is_shared = plan.store == "postgres"
    async with (
        world_of(folder, comfyuis=_COMFYUIS[plan.store]) as world,
        postgres(world) if is_shared else sqlite(world),
    ):
        kinds = postgres_kinds() if is_shared else sqlite_kinds()
        storm, crowd = Storm(world, dice, kinds), Crowd(world, random.Random(dice.random()))
        async with world.fleet_running(dice):
            await _ready(world, bots=BOTS if is_shared else 1)
            begun = loop.time()
            raging = asyncio.create_task(storm.rage(plan.seconds, plan.faults))
            await crowd.ask(plan.jobs, plan.seconds / plan.jobs * 0.55, raging.done)
            await raging
            raged_seconds = loop.time() - begun
            await world.mend()
            await _settled(world, crowd, plan.settle_seconds)
            settled_seconds = loop.time() - begun - raged_seconds
        verdict = _verdict(world, crowd)
        return Report(
            verdict,
            asked={each.number: each for each in crowd.standing()},
            faults=storm.counts,
            reruns=reruns(world.backends),
            members=world.members,
            raged_seconds=raged_seconds,
            settled_seconds=settled_seconds,
        )


async def _ready(world: World, bots: int) -> None:
    """Wait until every bot hears, and Discord knows the commands, of which the workers have told."""
    await world.discord.until(
        lambda: world.discord.gateway.identified >= bots and len(world.discord.commands) > 1, _READY_SECONDS
    )


def _verdict(world: World, crowd: Crowd) -> Verdict:
    return judge(crowd.standing(), shown_in(world.discord))


async def _settled(world: World, crowd: Crowd, most_seconds: float) -> None:
    """Return when every job has come to its end, and then some; or when it takes too long."""

    def is_settled() -> bool:
        verdict = _verdict(world, crowd)
        return not (verdict.lost or verdict.unfinished)

    try:
        async with asyncio.timeout(most_seconds):
            while not is_settled():  # noqa: ASYNC110  # it rings no bell
                await asyncio.sleep(0.5)
    except TimeoutError:
        return
    await asyncio.sleep(_QUIET_SECONDS)
