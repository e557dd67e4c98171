"""A bot of real discord.py, pointed at the stand-in for as long as a test runs."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.discord import DiscordStandIn


class Tree(app_commands.CommandTree["Bot"]):
    """Remembers what went wrong in a command, so that no test overlooks it."""

    async def on_error(
        self, interaction: "discord.Interaction[Bot]", error: app_commands.AppCommandError, /
    ) -> None:
        interaction.client.failures.append(error)


class Bot(discord.Client):
    """Commands are added by the test before it logs in; they are registered at the start."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True) if intents is None else intents,
            guild_ready_timeout=0,
            max_messages=None,
            **options,
        )
        self.tree = Tree(self)
        self.failures: list[Exception] = []
        self.is_there = asyncio.Event()

    async def on_ready(self) -> None:
        self.is_there.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that Discord wants between two bots."""

    async def setup_hook(self) -> None:
        if self.tree.get_commands() or self.tree.get_commands(type=discord.AppCommandType.message):
            await self.tree.sync()


@contextmanager
def pointed_at(stand_in: DiscordStandIn) -> Generator[None]:
    """Class attributes of discord.py, process-wide; put back afterwards."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = stand_in.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(stand_in.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def at_work(bot: Bot, stand_in: DiscordStandIn) -> AsyncGenerator[Bot]:
    """The bot is ready; what its commands raised is raised at the end."""
    with pointed_at(stand_in):
        running = asyncio.create_task(bot.start(stand_in.token))
        ready = asyncio.create_task(bot.is_there.wait())
        try:
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            yield bot
        finally:
            ready.cancel()
            await bot.close()
            await running
            await asyncio.sleep(0)  # discord.py's own event tasks end
    if bot.failures:
        raise ExceptionGroup("commands failed", bot.failures)


async def raised_by(work: Coroutine[Any, Any, object]) -> discord.HTTPException:
    """The refusal that a call to Discord meets."""
    try:
        await work
    except discord.HTTPException as error:
        return error
    raise AssertionError("it was not refused")
