"""The stand-in of one test; where Discord's document is at hand, everything it says is checked against it."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn
from tests.sandbox.discord.bare import Bare
from tests.sandbox.openapi import watching


@pytest.fixture
async def stand_in() -> AsyncGenerator[DiscordStandIn]:
    with watching() as observers:
        async with DiscordStandIn.running(observers=observers) as running:
            yield running


@pytest.fixture
def general(stand_in: DiscordStandIn) -> Channel:
    return stand_in.channels["general"]


@pytest.fixture
async def bare(stand_in: DiscordStandIn) -> AsyncGenerator[Bare]:
    async with aiohttp.ClientSession() as session:
        yield Bare(stand_in, session)
