"""Losing the gateway in every way there is, and what discord.py then finds again."""

import asyncio
from collections.abc import Callable

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn
from tests.sandbox.discord.bots import Bot, at_work, pointed_at


def answering_bot() -> Bot:
    bot = Bot()

    @bot.tree.command(description="Answers")
    async def ping(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_message("pong")

    return bot


async def usable(stand_in: DiscordStandIn, channel: Channel) -> bool:
    invocation = await stand_in.member.slash(channel, "/ping")
    return (await invocation.answered()).text == "pong"


def invalidate(stand_in: DiscordStandIn) -> None:
    stand_in.gw_invalidate(resumable=True)


@pytest.mark.parametrize("lose", [DiscordStandIn.gw_reconnect, DiscordStandIn.gw_drop, invalidate])
async def test_what_happened_meanwhile_is_replayed_after_a_resume(
    stand_in: DiscordStandIn, general: Channel, lose: Callable[[DiscordStandIn], None]
) -> None:
    async with at_work(answering_bot(), stand_in):
        lose(stand_in)
        assert await usable(stand_in, general)
        await stand_in.until(lambda: stand_in.gateway.resumed == 1)
        assert stand_in.gateway.identified == 1


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4001, 4003, 4007, 4008, 4009])
async def test_after_these_close_codes_the_session_is_resumed(
    stand_in: DiscordStandIn, general: Channel, code: int
) -> None:
    async with at_work(answering_bot(), stand_in):
        await stand_in.gw_close(code)
        assert await usable(stand_in, general)
        assert (stand_in.gateway.identified, stand_in.gateway.resumed) == (1, 1)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013])
async def test_after_these_close_codes_the_bot_gives_up(stand_in: DiscordStandIn, code: int) -> None:
    with pointed_at(stand_in):
        async with Bot() as bot:
            running = asyncio.create_task(bot.start(stand_in.token))
            await bot.is_there.wait()
            await stand_in.gw_close(code)
            with pytest.raises(discord.ConnectionClosed) as closed:
                await running
            assert closed.value.code == code


async def test_an_invalid_session_identifies_again(stand_in: DiscordStandIn, general: Channel) -> None:
    async with at_work(answering_bot(), stand_in):
        stand_in.gw_invalidate(resumable=False)
        await stand_in.until(lambda: stand_in.gateway.identified == 2)
        assert await usable(stand_in, general)
        assert stand_in.gateway.resumed == 0


async def test_a_half_open_connection_is_given_up_after_the_heartbeat_timeout(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot = answering_bot()
    bot._connection.heartbeat_timeout = 0.3  # pyright: ignore[reportPrivateUsage]  # an option only from 30 s on
    async with at_work(bot, stand_in):
        stand_in.gateway.go_silent()
        assert await usable(stand_in, general)
        assert stand_in.gateway.resumed == 1


@pytest.mark.parametrize(
    ("intents", "heard"),
    [
        ({}, []),
        ({"guild_messages": True}, ["", "<@{bot}> hi", "own", "own, edited"]),
        ({"guild_messages": True, "message_content": True}, ["hello", "<@{bot}> hi", "own", "own, edited"]),
        ({"dm_messages": True}, ["psst"]),
    ],
)
async def test_messages_are_told_as_far_as_intents_go(
    stand_in: DiscordStandIn, general: Channel, intents: dict[str, bool], heard: list[str]
) -> None:
    got: list[str] = []
    bot = Bot(discord.Intents(guilds=True, **intents))

    @bot.event
    async def on_message(message: discord.Message) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        got.append(message.content)

    @bot.event
    async def on_raw_message_edit(edit: discord.RawMessageUpdateEvent) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        got.append(edit.message.content)

    async with at_work(bot, stand_in):
        await stand_in.member.say(general, "hello")
        await stand_in.member.say(general, f"{stand_in.world.bot.mention} hi")
        await stand_in.member.say(stand_in.member.direct, "psst")
        message = await bot.get_partial_messageable(general.id).send("own")
        await message.edit(content="own, edited")
        expected = [text.format(bot=stand_in.world.bot.id) for text in heard]
        await stand_in.until(lambda: got == expected)


async def test_a_channel_that_changes_or_vanishes_is_told(stand_in: DiscordStandIn, general: Channel) -> None:
    async with at_work(Bot(), stand_in) as bot:
        stand_in.delete_channel(general)
        await stand_in.until(lambda: bot.get_channel(general.id) is None)


async def test_a_bot_that_was_thrown_out_has_one_guild_less(stand_in: DiscordStandIn) -> None:
    async with at_work(Bot(), stand_in) as bot:
        stand_in.throw_out(stand_in.guilds[1])
        await stand_in.until(lambda: [guild.name for guild in bot.guilds] == ["Lantern Bay"])
