"""A guild that took the bot out is noted, whenever that was, and is no longer when the bot is back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.client import GuildsLeft
from bot.jobs.store import JobStore
from tests.delivery.rig import Bot, Rig
from tests.jobs.contract.guild_workflows import published


@asynccontextmanager
async def noting(bot: Bot, store: JobStore) -> AsyncGenerator[None]:
    task = asyncio.create_task(GuildsLeft(bot.client, store, look_seconds=0.01).run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def noted(store: JobStore, *guilds: int) -> None:
    async with asyncio.timeout(10):
        while await store.guilds_left() != set(guilds):  # noqa: ASYNC110  # the ledger is asked, nobody tells
            await asyncio.sleep(0.01)


async def test_guilds_without_the_bot_are_noted_until_it_is_back(rig: Rig) -> None:
    bay, mill = rig.discord.guilds
    for guild in (bay, mill):
        await published(rig.store, guild_id=guild.id)
    async with rig.bot() as bot, noting(bot, rig.store):
        await bot.client.http.leave_guild(mill.id)
        await noted(rig.store, mill.id)
    rig.discord.world.join(mill, rig.discord.world.bot)
    async with rig.bot() as bot, noting(bot, rig.store):
        await noted(rig.store)
    rig.discord.world.leave(bay)
    async with rig.bot() as bot, noting(bot, rig.store):
        await noted(rig.store, bay.id)
