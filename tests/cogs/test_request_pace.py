"""What Discord takes of one token, shared by two bots."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import pytest

from bot.client.request_pace import TURN, RequestPace
from bot.sandbox.discord import Fault, Rate, Rates
from tests.delivery.rig import Rig, rigged

AS_DISCORD = Rates(every_other=Rate(1000, 1.0), of_the_bot=Rate(50, 1.0))


@dataclass(frozen=True)
class Company:
    has_company: bool


@asynccontextmanager
async def logged_in(rig: Rig, *, has_company: bool = True) -> AsyncGenerator[discord.Client]:
    client = discord.Client(intents=discord.Intents.none())
    RequestPace(rig.store, Company(has_company)).attach(client.http)
    async with client:
        await client.login(rig.discord.token)
        yield client


async def asked(client: discord.Client, rig: Rig, times: int) -> None:
    await asyncio.gather(*(client.fetch_guild(rig.discord.guilds[0].id) for _ in range(times)))


def limited(rig: Rig) -> int:
    return [each.status for each in rig.discord.requests].count(429)


@pytest.fixture
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path_factory.mktemp("rig"), AS_DISCORD) as made:
        yield made


async def test_bots_on_one_token_together_stay_within_its_fifty_requests_a_second(rig: Rig) -> None:
    async with logged_in(rig) as first, logged_in(rig) as second:
        await asyncio.gather(asked(first, rig, 40), asked(second, rig, 40))
    assert limited(rig) == 0


@pytest.mark.parametrize("has_company", [False, True])
async def test_turns_are_taken_only_where_others_live(rig: Rig, *, has_company: bool) -> None:
    rig.discord.clock.freeze()
    async with logged_in(rig, has_company=has_company) as client:
        await asked(client, rig, 1)
    assert (await rig.store.hold(TURN, None, 0) > 0) == has_company


async def test_a_global_limit_that_one_bot_meets_is_told_to_the_others(rig: Rig) -> None:
    rig.discord.add_fault(
        Fault("GET", "/guilds/.*", status=429, is_global=True, headers={"Retry-After": "30"}, retry_after=30)
    )
    async with logged_in(rig) as first:
        asking = asyncio.create_task(asked(first, rig, 1))
        async with asyncio.timeout(20):
            while await rig.store.hold(TURN, None, 0) < 1:  # noqa: ASYNC110  # the store rings no bell
                await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait({asking})
