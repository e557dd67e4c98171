"""Shards as Discord has them: who hears what, who is refused, and how often a session may begin."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox.discord import DiscordStandIn
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.test_gateway_frames import identify

INVALID_SESSION = {"op": 9, "d": False, "s": None, "t": None}


class Shard:
    """One connection of a bot."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def event(self) -> tuple[str, Any]:
        """The next event, and what it tells."""
        frame = await self._socket.receive_json(timeout=5)
        return frame["t"], frame["d"]

    async def guilds(self) -> list[str]:
        """Identified: the guilds that it hears of."""
        name, ready = await self.event()
        assert name == "READY"
        return [(await self.event())[1]["name"] for _ in ready["guilds"]]

    async def other(self) -> Any:
        """A frame that is no event; the code, where the connection was closed."""
        message = await self._socket.receive(timeout=5)
        return message.data if message.type is aiohttp.WSMsgType.CLOSE else message.json()


@asynccontextmanager
async def identified(stand_in: DiscordStandIn, **more: object) -> AsyncGenerator[Shard]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{stand_in.gateway_url}?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json(identify(stand_in, **more))
        yield Shard(socket)


async def test_each_guild_is_heard_of_on_one_shard(stand_in: DiscordStandIn) -> None:
    stand_in.world.add_guild("Kiln Street", stand_in.administrator.user)
    by_shard: dict[int, list[str]] = {}
    for shard_id in range(3):
        async with identified(stand_in, shard=[shard_id, 3]) as shard:
            by_shard[shard_id] = await shard.guilds()
    assert by_shard == {
        shard_id: [guild.name for guild in stand_in.guilds if (guild.id >> 22) % 3 == shard_id]
        for shard_id in range(3)
    }
    assert max(map(len, by_shard.values())) < 3  # those of the beginning lie on two of them


async def test_ready_tells_the_shard(stand_in: DiscordStandIn) -> None:
    async with identified(stand_in, shard=[1, 2]) as shard:
        assert (await shard.event())[1]["shard"] == [1, 2]
        assert stand_in.gateway.shards == [(1, 2)]


async def test_what_has_no_guild_is_told_to_shard_0(stand_in: DiscordStandIn) -> None:
    intents = (1 << 9) | (1 << 12)
    async with (
        identified(stand_in, shard=[0, 2], intents=intents) as first,
        identified(stand_in, shard=[1, 2], intents=intents) as second,
    ):
        assert [(await each.event())[0] for each in (first, second)] == ["READY", "READY"]
        await stand_in.member.say(stand_in.member.direct, "psst")
        for guild in stand_in.guilds:
            await stand_in.member.say(guild.channels["general"], guild.name)
        heard = [(await first.event())[1] for _ in range(2)] + [(await second.event())[1]]
        by_parity = {(guild.id >> 22) % 2: str(guild.id) for guild in stand_in.guilds}
        assert [each.get("guild_id") for each in heard] == [None, by_parity[0], by_parity[1]]


@pytest.mark.parametrize("shard", [[2, 2], [-1, 2], [0, 0], [0], [0, 1, 2], ["0", "2"], 0, {}])
async def test_a_shard_that_cannot_be_is_refused(stand_in: DiscordStandIn, shard: object) -> None:
    async with identified(stand_in, shard=shard) as connection:
        assert await connection.other() == 4010


@pytest.mark.parametrize("shard", [{}, {"shard": [0, 1]}])
async def test_a_session_with_too_many_guilds_needs_shards(
    stand_in: DiscordStandIn, shard: dict[str, Any]
) -> None:
    stand_in.gateway.guilds_per_session = 1
    async with identified(stand_in, **shard) as connection:
        assert await connection.other() == 4011
    async with identified(stand_in, shard=[1, 2]) as connection:
        assert len(await connection.guilds()) == 1


async def test_an_identify_too_soon_after_the_last_of_its_bucket_gets_no_session(
    stand_in: DiscordStandIn,
) -> None:
    stand_in.session_starts.seconds = 60.0
    stand_in.session_starts.max_concurrency = 2
    async with (
        identified(stand_in, shard=[0, 4]) as first,
        identified(stand_in, shard=[1, 4]) as of_the_other_bucket,
        identified(stand_in, shard=[2, 4]) as too_soon,
    ):
        assert [(await each.event())[0] for each in (first, of_the_other_bucket)] == ["READY", "READY"]
        assert await too_soon.other() == INVALID_SESSION
    assert stand_in.session_starts.remaining == 998


async def test_the_bots_gateway_tells_how_many_sessions_may_begin(
    stand_in: DiscordStandIn, bare: Bare
) -> None:
    stand_in.session_starts.recommended_shards = 16
    stand_in.session_starts.max_concurrency = 4
    stand_in.session_starts.use(100)
    stand_in.clock.freeze()
    stand_in.clock.move(80_000)
    told = (await bare("GET", "/gateway/bot")).json
    limit = told["session_start_limit"]
    assert (told["shards"], limit["total"], limit["remaining"], limit["max_concurrency"]) == (
        16,
        1000,
        900,
        4,
    )
    assert 6_399_000 <= limit["reset_after"] <= 6_400_000
    stand_in.clock.move(6_400)
    assert (await bare("GET", "/gateway/bot")).json["session_start_limit"]["remaining"] == 1000


async def test_who_uses_up_the_day_loses_all_sessions_and_the_token(stand_in: DiscordStandIn) -> None:
    stand_in.session_starts.use(999)
    async with identified(stand_in, shard=[0, 2]) as connected:
        assert (await connected.event())[0] == "READY"
        async with identified(stand_in, shard=[1, 2]) as one_too_many:
            assert await one_too_many.other() == 4004
        while (frame := await connected.other()) != 4004:
            assert frame["t"] == "GUILD_CREATE"
    async with identified(stand_in) as again:
        assert await again.other() == 4004
