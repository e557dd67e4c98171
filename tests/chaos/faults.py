"""What happens to Discord, to ComfyUI, to the ways there, and to the database's file."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from bot.sandbox.comfyui import Fault as ComfyFault
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Fault
from tests.chaos.proxy import Proxy, Snare, Way
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
_WAIT_SECONDS = 15.0
"""For what is lain in wait for: requests of a kind do not come at once."""


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
            ComfyFault(path, status=200, body=b"<html>a proxy's page</html>"),
            ComfyFault(path, drop="before"),
            ComfyFault(path, drop="after"),
            ComfyFault(path, delay_seconds=dice.uniform(0.5, 4)),
        )
    )
    dice.choice(world.backends).comfy.add_fault(fault)
    return await _waited(lambda: fault.hits)


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
    return await _cut(dice.choice(world.backends).proxy, dice)


async def silence_comfyui(world: World, dice: random.Random) -> bool:
    return await _silence(dice.choice(world.backends).proxy, dice)


async def slow_comfyui(world: World, dice: random.Random) -> bool:
    return await _slow(dice.choice(world.backends).proxy, dice)


async def snare_comfyui(world: World, dice: random.Random) -> bool:
    backend: Backend = dice.choice(world.backends)
    return await _snared(backend.proxy, dice, SNARES_AT_COMFYUI)


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
    return await _cut(world.discord_proxy, dice)


async def silence_discord(world: World, dice: random.Random) -> bool:
    return await _silence(world.discord_proxy, dice)


async def slow_discord(world: World, dice: random.Random) -> bool:
    return await _slow(world.discord_proxy, dice)


async def snare_discord(world: World, dice: random.Random) -> bool:
    return await _snared(world.discord_proxy, dice, SNARES_AT_DISCORD)


async def lock_database(world: World, dice: random.Random) -> bool:
    """Another program writes for longer than anybody should, as a backup may."""
    path = world.folder / "jobs.db"
    return await asyncio.to_thread(_lock, path, asyncio.get_running_loop(), dice.uniform(0.5, 8))


def _lock(path: Path, loop: asyncio.AbstractEventLoop, seconds: float) -> bool:
    if not path.exists():
        return False
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.run_coroutine_threadsafe(asyncio.sleep(seconds), loop).result()
        other.execute("ROLLBACK")
        return True
    return False


async def _at_discord(world: World, dice: random.Random, make: Callable[[tuple[str, str]], Fault]) -> bool:
    fault = world.discord.add_fault(make(dice.choices(REQUESTS, LIKELY)[0]))
    return await _waited(lambda: fault.hits)


async def _cut(proxy: Proxy, dice: random.Random) -> bool:
    """At once; every other time nobody gets through for a while either."""
    proxy.refusing = dice.random() < 0.5
    cut = proxy.cut()
    if proxy.refusing:
        await asyncio.sleep(dice.uniform(0.2, 3))
        proxy.refusing = False
    return bool(cut)


async def _silence(proxy: Proxy, dice: random.Random) -> bool:
    """Nothing is carried for a while; every other time the connections are gone after it, as a router forgets them."""
    proxy.freeze()
    await asyncio.sleep(dice.uniform(0.5, 8))
    if dice.random() < 0.5:
        proxy.cut()
    proxy.thaw()
    return True


async def _slow(proxy: Proxy, dice: random.Random) -> bool:
    proxy.delay_seconds = dice.uniform(0.02, 0.3)
    await asyncio.sleep(dice.uniform(1, 6))
    proxy.delay_seconds = 0.0
    return True


async def _snared(proxy: Proxy, dice: random.Random, at: Sequence[tuple[bytes, Way]]) -> bool:
    pattern, way = dice.choice(at)
    snare: Snare = proxy.set_snare(pattern, way, passed=dice.random() < 0.5)
    return await _waited(lambda: snare.hits)


async def _waited(has_happened: Callable[[], object]) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(_WAIT_SECONDS):
            while not has_happened():  # noqa: ASYNC110  # it rings no bell
                await asyncio.sleep(0.05)
    return bool(has_happened())
