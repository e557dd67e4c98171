"""What happens to the bot's own processes."""

import random
import re

from bot.generation.worker import LEASE_SECONDS
from bot.sandbox.discord import Exchange
from tests.chaos.faults import LIKELY, REQUESTS
from tests.chaos.fleet import Member
from tests.chaos.way_faults import waited
from tests.chaos.world import World

BEYOND_SECONDS = LEASE_SECONDS + 3.0


async def kill(world: World, dice: random.Random) -> bool:
    return _any(world, dice).kill()


async def kill_at_discord(world: World, dice: random.Random) -> bool:
    """Once Discord has carried out a request of this kind, and before anybody hears of that."""
    method, path = dice.choices(REQUESTS, LIKELY)[0]
    killed: list[bool] = []

    def look(exchange: Exchange) -> None:
        if not killed and exchange.method == method and re.fullmatch(path, exchange.path):
            killed.append(_any(world, dice).kill())

    world.on_exchange.append(look)
    await waited(lambda: killed)
    world.on_exchange.remove(look)
    return any(killed)


async def kill_at_comfyui(world: World, dice: random.Random) -> bool:
    """When a request of this kind arrives, which is carried out all the same."""
    here = dice.choice(world.backends).comfy.installation
    path = dice.choice(("/prompt", "/history/.+", "/view", "/ws", "/upload/.+", "/queue"))
    killed: list[bool] = []

    def look(_: str, asked: str) -> None:
        if not killed and re.fullmatch(path, asked.removeprefix("/api")):
            killed.append(_any(world, dice).kill())

    if here.on_request is not None:
        return False
    here.on_request = look
    await waited(lambda: killed)
    here.on_request = None
    return any(killed)


async def stop(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).stop()


async def freeze(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).freeze(dice.uniform(1, 6))


async def freeze_beyond_lease(world: World, dice: random.Random) -> bool:
    return await _any(world, dice).freeze(BEYOND_SECONDS)


def _any(world: World, dice: random.Random) -> Member:
    return dice.choice(world.members)
