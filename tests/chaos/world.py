"""Where the storm rages: a Discord with many persons and channels, ComfyUIs, a proxy before each, and the bots between."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.comfyui import ComfyStandIn, Pace
from bot.sandbox.discord import Channel, DiscordStandIn, Exchange, Person
from tests.chaos.fleet import Member
from tests.chaos.proxy import Proxy
from tests.postgres import PostgresServer

PACE = Pace(load=0.05, node=0.02, step=0.08)
"""Half a second a job."""
WORKFLOWS = Path(__file__).parent / "workflows"
_GUILDS = ("Harbour", "Orchard", "Observatory")
_CHANNELS = ("pictures", "sketches", "late-shift")
_PERSONS = 10


@dataclass(slots=True)
class Backend:
    """A ComfyUI, and the only way to it."""

    comfy: ComfyStandIn
    proxy: Proxy

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"


@dataclass(slots=True)
class World:
    discord: DiscordStandIn
    discord_proxy: Proxy
    backends: list[Backend]
    folder: Path
    persons: list[Person]
    rooms: list[Channel]
    heard: list[Exchange]
    """INTERACTION_CREATEs of late, to be said once more."""
    on_exchange: list[Callable[[Exchange], None]]
    """Told of every exchange with Discord once it was carried out, before the bot reads the answer."""
    members: list[Member] = field(default_factory=list[Member])
    database: PostgresServer | None = None
    """None: it is a file."""
    database_proxy: Proxy | None = None
    database_change: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever stops the server and starts it again."""

    def settings(self) -> Mapping[str, str]:
        """What all of the bot's processes have in common."""
        return {
            "WORKFLOWS_DIR": str(WORKFLOWS),
            "MAX_JOBS_PER_MEMBER": "0",
            "MAX_JOBS_PER_GUILD": "0",
            "QUARANTINE": "false",  # here servers crash whatever they run
            "LANGUAGE": "en",
            "LOG_LEVEL": "INFO",
        }

    @property
    def to_discord(self) -> Mapping[str, str]:
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_BASE": self.discord.api_base,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
        }

    @property
    def proxies(self) -> list[Proxy]:
        ours = [self.discord_proxy, *(each.proxy for each in self.backends)]
        return ours if self.database_proxy is None else [*ours, self.database_proxy]

    async def mend(self) -> None:
        """End every trouble: what is still broken after this, the bots broke."""
        for proxy in self.proxies:
            proxy.mend()
        self.discord.faults.clear()
        if self.database is not None:
            self.database.thaw()
        for each in self.backends:
            each.comfy.clear_faults()
            each.comfy.thaw()
            if not each.comfy.alive:
                await each.comfy.restart()

    @asynccontextmanager
    async def fleet_running(self, dice: random.Random) -> AsyncGenerator[None]:
        """The members, started and kept running; none is left at the end."""
        keepers = [asyncio.create_task(each.kept_running(dice), name=each.name) for each in self.members]
        try:
            yield
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            await asyncio.gather(*(each.stop() for each in self.members))


@asynccontextmanager
async def world_of(folder: Path, *, comfyuis: int) -> AsyncGenerator[World]:
    heard: list[Exchange] = []
    told: list[Callable[[Exchange], None]] = []

    def hear(exchange: Exchange) -> None:
        if exchange.event == "INTERACTION_CREATE":
            heard.append(exchange)
            del heard[:-20]
        for each in tuple(told):
            each(exchange)

    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(Proxy.running())
        discord = await stack.enter_async_context(
            DiscordStandIn.running(advertised_port=proxy.port, observers=(hear,))
        )
        proxy.target = discord.port
        backends: list[Backend] = []
        for _ in range(comfyuis):
            comfy = await stack.enter_async_context(ComfyStandIn.running(speed=PACE))
            port = int(comfy.url.rpartition(":")[2])
            backends.append(Backend(comfy, await stack.enter_async_context(Proxy.running(port))))
        rooms = _furnish(discord)
        persons = [discord.add_person(f"person-{number}") for number in range(_PERSONS)]
        yield World(discord, proxy, backends, folder, persons, rooms, heard, told)


def _furnish(discord: DiscordStandIn) -> list[Channel]:
    """More guilds than there are, each with channels and a thread."""
    rooms: list[Channel] = []
    for name in _GUILDS:
        guild = discord.world.add_guild(name, discord.administrator.user)
        channels = [discord.world.add_channel(guild, each) for each in _CHANNELS]
        rooms += [*channels, discord.world.add_channel(guild, "a-thread", parent=channels[0])]
    return rooms
