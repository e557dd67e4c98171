"""Getting to Discord over several connections, and staying on each."""

import asyncio

import pytest

from bot.client import CannotConnect, ComfycordClient
from bot.jobs.shards import Shards
from bot.sandbox.discord import DiscordStandIn, Fault
from tests.cogs.test_connection import connecting
from tests.delivery.rig import Rig

BOTH = Shards(0, 1, 2)


def guilds(client: ComfycordClient) -> list[str]:
    return sorted(guild.name for guild in client.guilds)


def of_shard(discord: DiscordStandIn, shard_id: int) -> list[str]:
    return [guild.name for guild in discord.guilds if (guild.id >> 22) % 2 == shard_id]


@pytest.fixture
def discord(rig: Rig) -> DiscordStandIn:
    return rig.discord


@pytest.mark.parametrize(
    ("recommended", "shards", "connected"),
    [
        (1, None, [(0, 1)]),
        (2, None, [(0, 2), (1, 2)]),
        (1, BOTH, [(0, 2), (1, 2)]),
        (1, Shards(1, 1, 2), [(1, 2)]),
    ],
)
async def test_there_are_as_many_connections_as_were_wanted_or_else_as_discord_recommends(
    rig: Rig, recommended: int, shards: Shards | None, connected: list[tuple[int, int]]
) -> None:
    rig.discord.session_starts.recommended_shards = recommended
    async with connecting(rig, shards=shards) as (client, _):
        await client.logged_in.wait()
        await client.wait_until_ready()
        assert rig.discord.gateway.shards == connected


@pytest.mark.parametrize("shard_id", [0, 1])
async def test_a_process_hears_of_the_guilds_of_its_shards(rig: Rig, shard_id: int) -> None:
    async with connecting(rig, shards=Shards(shard_id, shard_id, 2)) as (client, _):
        await client.logged_in.wait()
        await client.wait_until_ready()
        assert guilds(client) == of_shard(rig.discord, shard_id)


async def test_fewer_shards_than_discord_recommends_are_told(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.discord.session_starts.recommended_shards = 16
    async with connecting(rig, shards=BOTH) as (client, _):
        await client.logged_in.wait()
        await client.wait_until_ready()
    assert "SHARDS has 2 shards, Discord recommends 16" in caplog.messages


async def test_too_few_shards_are_one_clear_sentence(rig: Rig) -> None:
    rig.discord.gateway.guilds_per_session = 1
    async with connecting(rig, shards=Shards(0, 0, 1)) as (_, task):
        with pytest.raises(
            CannotConnect, match="too many servers for so few connections: leave SHARDS unset"
        ):
            await task


async def test_a_token_that_one_shard_is_refused_ends_all(rig: Rig) -> None:
    async with connecting(rig, shards=BOTH) as (client, task):
        await client.logged_in.wait()
        await client.wait_until_ready()
        await rig.discord.gw_close(4004)
        with pytest.raises(CannotConnect, match="refuses the token"):
            await task
    assert rig.discord.gateway.shards == []


async def test_a_session_outlives_a_gateway_that_is_away_for_a_while(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.gateway.refused_connections = 3
        rig.discord.gw_drop()
        invocation = await rig.discord.member.slash(rig.general, "/queue")
        assert (await invocation.answered()).text == "Nothing is running and nobody is waiting."
    assert (rig.discord.gateway.identified, rig.discord.gateway.resumed) == (1, 1)


async def test_every_shard_takes_up_its_own_session(rig: Rig) -> None:
    async with connecting(rig, shards=BOTH) as (client, _):
        await client.logged_in.wait()
        await client.wait_until_ready()
        rig.discord.gw_drop()
        await rig.discord.until(lambda: rig.discord.gateway.resumed == 2)
        assert rig.discord.gateway.shards == [(0, 2), (1, 2)]
        rig.discord.gw_invalidate(resumable=False)
        await rig.discord.until(lambda: rig.discord.gateway.identified == 4)
        assert guilds(client) == ["Lantern Bay", "Paper Mill"]


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_shards_identify_in_turn(rig: Rig, concurrency: int) -> None:
    starts = rig.discord.session_starts
    starts.seconds, starts.max_concurrency = 0.1, concurrency
    async with connecting(rig, shards=Shards.all_of(4), identify_seconds=0.11) as (client, _):
        await client.logged_in.wait()
        await client.wait_until_ready()
        assert (rig.discord.gateway.identified, starts.too_soon) == (4, 0)


async def test_who_comes_before_its_turn_identifies_again(rig: Rig) -> None:
    """As another process on this token may cause it."""
    rig.discord.session_starts.seconds = 0.1
    assert not rig.discord.session_starts.is_too_soon(0)
    async with connecting(rig) as (client, _):
        await client.logged_in.wait()
        async with asyncio.timeout(20):
            await client.wait_until_ready()
    assert (rig.discord.gateway.identified, rig.discord.session_starts.too_soon > 0) == (1, True)


async def test_when_the_days_sessions_are_used_up_the_bot_waits_and_says_so(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    starts = rig.discord.session_starts
    starts.use(starts.total)
    rig.discord.clock.freeze()
    rig.discord.clock.move(starts.day_ends_in_seconds - 0.5)
    async with connecting(rig) as (client, _):
        await client.logged_in.wait()
        await rig.discord.until(lambda: "begin no more sessions: all 1000 of a day are used" in caplog.text)
        assert rig.discord.gateway.identified == 0
        rig.discord.clock.move(1)
        async with asyncio.timeout(20):
            await client.wait_until_ready()
    assert starts.remaining == 999


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"shards": null, "session_start_limit": 7}'])
async def test_an_answer_that_tells_of_no_gateway_is_asked_for_again(rig: Rig, body: bytes) -> None:
    rig.discord.add_fault(Fault("GET", "/gateway/bot", body=body, times=2))
    rig.discord.add_fault(Fault("GET", "/gateway/bot", drop="before"))
    async with connecting(rig) as (client, _):
        await client.logged_in.wait()
        async with asyncio.timeout(20):
            await client.wait_until_ready()
