"""What happens to Discord, to ComfyUI, and to the ways there."""

import asyncio
import random
from collections.abc import Callable, Sequence

from bot.sandbox.comfyui import Fault as ComfyFault
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Fault
from tests.chaos import way_faults
from tests.chaos.proxy import Way
from tests.chaos.world import Backend, World

REQUESTS = (
    ("POST", r"/interactions/\d+/[^/]+/callback"),
    ("PATCH", r"/webhooks/\d+/[^/]+/messages/@original"),
    ("POST", r"/channels/\d+/messages"),
    ("GET", r"/channels/\d+/messages"),
    ("PATCH", r"/channels/\d+/messages/\d+"),
)
LIKELY = (3, 3, 4, 1, 1)
CLOSES = (1000, 1001, 4000, 4008, 4009)
SNARES_AT_DISCORD = (
    (b"/callback", Way.THERE),
    (b"@original", Way.THERE),
    (b"/messages HTTP", Way.THERE),
    (b"nonce", Way.THERE),
    (b"INTERACTION_CREATE", Way.BACK),
    (b"HTTP/1.1 200", Way.BACK),
)
SNARES_AT_COMFYUI = (
    (b"POST /prompt", Way.THERE),
    (b"POST /api/prompt", Way.THERE),
    (b"GET /history", Way.THERE),
    (b"GET /view", Way.THERE),
    (b"POST /upload", Way.THERE),
    (b"prompt_id", Way.BACK),
    (b"execution_success", Way.BACK),
    (b"IHDR", Way.BACK),
)
STORIES: Sequence[Callable[[], Story]] = (
    lambda: Story(lose_answer=True),
    lambda: Story(late_history=1.0),
    lambda: Story(disconnect_at=0.5),
    lambda: Story(forgets_client=True),
    lambda: Story(silent=True),
    lambda: Story(seconds=4.0),
)


async def kill_comfyui(world: World, dice: random.Random) -> bool:
    comfy = dice.choice(world.backends).comfy
    if not comfy.alive:
        return False
    await comfy.crash()
    await asyncio.sleep(dice.uniform(0.1, 3))
    await comfy.restart()
    return True


async def freeze_comfyui(world: World, dice: random.Random) -> bool:
    comfy = dice.choice(world.backends).comfy
    if not comfy.alive or comfy.frozen:
        return False
    comfy.freeze()
    await asyncio.sleep(dice.uniform(1, 8))
    comfy.thaw()
    return True


async def wrong_comfyui_answer(world: World, dice: random.Random) -> bool:
    path = dice.choice(
        ("/prompt", "/history/.*", "/view", "/queue", "/jobs/.*", "/upload/.*", "/object_info", "/ws")
    )
    fault = dice.choice(
        (
            ComfyFault(path, status=dice.choice((500, 502, 503, 504))),
            ComfyFault(
                path, status=200, body=b"<html>a proxy's page</html>", headers={"Content-Type": "text/html"}
            ),
            ComfyFault(path, drop="before"),
            ComfyFault(path, drop="after"),
            ComfyFault(path, delay_seconds=dice.uniform(0.5, 4)),
        )
    )
    dice.choice(world.backends).comfy.add_fault(fault)
    return await way_faults.waited(lambda: fault.hits)


async def odd_job(world: World, dice: random.Random) -> bool:
    dice.choice(world.backends).comfy.next_job(dice.choice(STORIES)())
    return True


async def break_comfyui_socket(world: World, dice: random.Random) -> bool:
    comfy = dice.choice(world.backends).comfy
    if not comfy.sockets:
        return False
    dice.choice((comfy.disconnect, comfy.forget_client))(dice.choice(comfy.sockets))
    return True


async def cut_comfyui(world: World, dice: random.Random) -> bool:
    return await way_faults.cut(dice.choice(world.backends).proxy, dice)


async def silence_comfyui(world: World, dice: random.Random) -> bool:
    return await way_faults.silence(dice.choice(world.backends).proxy, dice)


async def forget_comfyui(world: World, dice: random.Random) -> bool:
    return await way_faults.forget(dice.choice(world.backends).proxy)


async def slow_comfyui(world: World, dice: random.Random) -> bool:
    return await way_faults.slow(dice.choice(world.backends).proxy, dice)


async def snare_comfyui(world: World, dice: random.Random) -> bool:
    backend: Backend = dice.choice(world.backends)
    return await way_faults.snared(backend.proxy, dice, SNARES_AT_COMFYUI)


async def discord_5xx(world: World, dice: random.Random) -> bool:
    return await _at_discord(
        world, dice, lambda at: Fault(*at, status=dice.choice((500, 502, 503, 504)), times=dice.randint(1, 3))
    )


async def discord_429(world: World, dice: random.Random) -> bool:
    return await _at_discord(
        world,
        dice,
        lambda at: Fault(
            *at, status=429, retry_after=dice.uniform(0.2, 2), is_global=dice.random() < 0.3, times=1
        ),
    )


async def lost_discord_answer(world: World, dice: random.Random) -> bool:
    return await _at_discord(world, dice, lambda at: Fault(*at, drop="after"))


async def lost_discord_request(world: World, dice: random.Random) -> bool:
    return await _at_discord(world, dice, lambda at: Fault(*at, drop="before"))


async def late_discord_answer(world: World, dice: random.Random) -> bool:
    return await _at_discord(world, dice, lambda at: Fault(*at, delay_seconds=dice.uniform(0.3, 6)))


async def break_gateway(world: World, dice: random.Random) -> bool:
    discord = world.discord
    if not discord.gateway.connected:
        return False
    match dice.choice(("drop", "close", "reconnect", "invalid", "resumable", "silent")):
        case "drop":
            discord.gw_drop()
        case "close":
            await discord.gw_close(dice.choice(CLOSES))
        case "reconnect":
            discord.gw_reconnect()
        case "silent":
            discord.gateway.go_silent()
            await asyncio.sleep(dice.uniform(1, 5))
            discord.gw_drop()
        case kind:
            discord.gw_invalidate(resumable=kind == "resumable")
    return True


async def deliver_twice(world: World, dice: random.Random) -> bool:
    """Of the last interactions one that is told once more, as after a gateway's hiccup."""
    if not world.heard:
        return False
    told = dice.choice(world.heard).response_json
    guild_id = told.get("guild_id")
    world.discord.gateway.dispatch(
        "INTERACTION_CREATE", told, guild_id=None if guild_id is None else int(guild_id)
    )
    return True


async def cut_discord(world: World, dice: random.Random) -> bool:
    return await way_faults.cut(world.discord_proxy, dice)


async def silence_discord(world: World, dice: random.Random) -> bool:
    return await way_faults.silence(world.discord_proxy, dice)


async def forget_discord(world: World, dice: random.Random) -> bool:
    return await way_faults.forget(world.discord_proxy)


async def slow_discord(world: World, dice: random.Random) -> bool:
    return await way_faults.slow(world.discord_proxy, dice)


async def snare_discord(world: World, dice: random.Random) -> bool:
    return await way_faults.snared(world.discord_proxy, dice, SNARES_AT_DISCORD)


async def _at_discord(world: World, dice: random.Random, make: Callable[[tuple[str, str]], Fault]) -> bool:
    fault = world.discord.add_fault(make(dice.choices(REQUESTS, LIKELY)[0]))
    return await way_faults.waited(lambda: fault.hits)
