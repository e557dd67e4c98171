"""What happens to the bot's own processes."""

import random

from bot.generation.worker import LEASE_SECONDS
from tests.chaos.fleet import Member
from tests.chaos.world import World

BEYOND_SECONDS = LEASE_SECONDS + 3.0


async def kill(world: World, dice: random.Random) -> bool:
    return _any(world, dice).kill()


async def stop(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).stop()


async def freeze(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).freeze(dice.uniform(1, 6))


async def freeze_beyond_lease(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).freeze(BEYOND_SECONDS)


def _any(world: World, dice: random.Random) -> Member:
    return dice.choice(world.members)
