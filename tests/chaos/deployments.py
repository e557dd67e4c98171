"""The two ways in which the bot is run: one process with a file, and many with PostgreSQL."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from tests.chaos.fleet import Member
from tests.chaos.proxy import Proxy
from tests.chaos.world import World
from tests.postgres import postgres_server

BOTS = 3
"""Processes; a shard each."""
_DATABASE = "comfycord"


@asynccontextmanager
async def sqlite(world: World) -> AsyncGenerator[None]:
    """One process that does everything."""
    settings = {
        **world.settings(),
        **world.to_discord,
        "COMFYUI_URLS": ",".join(each.url for each in world.backends),
        "DATABASE": str(world.folder / "jobs.db"),
    }
    world.members = [Member("bot", settings, world.folder)]
    yield


@asynccontextmanager
async def postgres(world: World) -> AsyncGenerator[None]:
    """Bots with a shard each, a worker beside each ComfyUI, and a proxy before the server that they meet at."""
    server = postgres_server("synchronous_commit=on")  # what it said it had kept, a killed server has to have
    world.database = await asyncio.to_thread(server.__enter__)
    try:
        await asyncio.to_thread(world.database.administer, f"CREATE DATABASE {_DATABASE}")
        async with Proxy.running(world.database.port) as world.database_proxy:
            address = world.database.url(_DATABASE)
            shared = {
                **world.settings(),
                "DATABASE": address.replace(f":{world.database.port}/", f":{world.database_proxy.port}/"),
            }
            world.members = [*_bots(world, shared), *_workers(world, shared)]
            yield
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def _bots(world: World, shared: Mapping[str, str]) -> list[Member]:
    return [
        Member(
            f"bot-{number}",
            {**shared, **world.to_discord, "SHARDS": f"{number}/{BOTS}"},
            world.folder,
            ("--role", "bot"),
        )
        for number in range(BOTS)
    ]


def _workers(world: World, shared: Mapping[str, str]) -> list[Member]:
    return [
        Member(
            f"worker-{number}",
            {**shared, "COMFYUI_URLS": backend.url, "WORKER_NAME": f"gpu-{number}"},
            world.folder,
            ("--role", "worker"),
        )
        for number, backend in enumerate(world.backends)
    ]
