"""A storm from its beginning to its verdict: start all, let people ask while things break, mend all, wait, look."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.asking import Crowd
from tests.chaos.fleet import Member
from tests.chaos.judge import Verdict, judge
from tests.chaos.reading import shown_in
from tests.chaos.report import Report, reruns
from tests.chaos.storm import Storm, sqlite_kinds
from tests.chaos.world import World, world_of

_READY_SECONDS = 30.0
_QUIET_SECONDS = 8.0
"""After everything has ended: what would be doubled comes now."""
_COMFYUIS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    jobs: int
    faults: int
    seconds: float
    settle_seconds: float


async def run(plan: Plan, dice: random.Random, folder: Path) -> Report:
    loop = asyncio.get_running_loop()
    async with world_of(folder, comfyuis=_COMFYUIS) as world:
        world.members = [_all_in_one(world)]
        storm, crowd = Storm(world, dice, sqlite_kinds()), Crowd(world, random.Random(dice.random()))
        async with world.fleet_running(dice):
            await world.discord.until(
                lambda: world.discord.commands and world.discord.gateway.connected, _READY_SECONDS
            )
            begun = loop.time()
            raging = asyncio.create_task(storm.rage(plan.seconds, plan.faults))
            await crowd.ask(plan.jobs, plan.seconds / plan.jobs * 0.8, raging.done)
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


def _all_in_one(world: World) -> Member:
    settings = {
        **world.settings(),
        **world.to_discord,
        "COMFYUI_URLS": ",".join(each.url for each in world.backends),
        "DATABASE": str(world.folder / "jobs.db"),
    }
    return Member("bot", settings, world.folder)


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
