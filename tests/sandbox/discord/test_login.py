import asyncio

import aiohttp
import discord
import pytest

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.intents import Intent
from tests.sandbox.discord.bots import Bot, at_work, pointed_at


class TwoShards(discord.AutoShardedClient):
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that Discord wants between two shards."""


async def test_a_bot_logs_in_and_finds_its_guilds(stand_in: DiscordStandIn) -> None:
    async with at_work(Bot(), stand_in) as bot:
        assert bot.user is not None
        assert (bot.user.id, bot.user.name) == (stand_in.world.bot.id, "painter")
        assert [(guild.name, str(guild.preferred_locale)) for guild in bot.guilds] == [
            ("Lantern Bay", "en-US"),
            ("Paper Mill", "zh-CN"),
        ]
        assert [channel.name for channel in bot.guilds[0].text_channels] == [
            "general",
            "late-night",
            "read-only",
        ]
        assert [thread.name for thread in bot.guilds[0].threads] == ["foxes"]
        assert bot.guilds[0].me.guild_permissions.attach_files


async def test_login_asks_who_it_is_and_for_its_application(stand_in: DiscordStandIn) -> None:
    async with at_work(Bot(), stand_in):
        pass
    assert [(call.method, call.path, call.status) for call in stand_in.requests] == [
        ("GET", "/users/@me", 200),
        ("GET", "/oauth2/applications/@me", 200),
    ]


async def test_without_any_intent_there_are_no_guilds_and_it_works_all_the_same(
    stand_in: DiscordStandIn,
) -> None:
    async with at_work(Bot(discord.Intents.none()), stand_in):
        assert [exchange.event for exchange in stand_in.exchanges if exchange.kind == "dispatch"] == ["READY"]


async def test_a_wrong_token_does_not_get_in(stand_in: DiscordStandIn) -> None:
    with pointed_at(stand_in):
        async with Bot() as bot:
            with pytest.raises(discord.LoginFailure):
                await bot.start("another.token")


async def test_a_privileged_intent_that_was_not_granted_is_refused(stand_in: DiscordStandIn) -> None:
    stand_in.gateway.refused_intents = Intent.MESSAGE_CONTENT
    with pointed_at(stand_in):
        async with Bot(discord.Intents(guilds=True, message_content=True)) as bot:
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await bot.start(stand_in.token)


async def test_a_sharded_bot_asks_for_the_gateway_and_gets_each_guild_once(stand_in: DiscordStandIn) -> None:
    bot = TwoShards(intents=discord.Intents(guilds=True), shard_count=2, guild_ready_timeout=0)
    with pointed_at(stand_in):
        running = asyncio.create_task(bot.start(stand_in.token))
        try:
            await stand_in.until(lambda: stand_in.gateway.identified == 2)
            await bot.wait_until_ready()
            assert sorted(guild.name for guild in bot.guilds) == ["Lantern Bay", "Paper Mill"]
        finally:
            await bot.close()
            await running


async def test_a_gateway_that_refuses_the_connection_says_so(stand_in: DiscordStandIn) -> None:
    stand_in.gateway.refused_connections = 1
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            await session.ws_connect(stand_in.gateway_url)
        async with session.ws_connect(stand_in.gateway_url) as socket:
            assert (await socket.receive_json())["op"] == 10
