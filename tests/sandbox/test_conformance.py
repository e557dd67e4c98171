"""Unmodified discord.py and the stand-in talk to each other; nothing they say is what Discord would not say or take."""

from collections.abc import AsyncGenerator

import pytest
from aiohttp import ClientSession

from bot.sandbox.discord import DiscordStandIn, Upload
from tests.sandbox.openapi import watching
from tests.sandbox.showcase import PNG, showcase


@pytest.fixture
async def discord() -> AsyncGenerator[DiscordStandIn]:
    with watching() as observers:
        async with DiscordStandIn.running(observers=observers) as stand_in, showcase(stand_in):
            yield stand_in


def refused(discord: DiscordStandIn) -> list[object]:
    return [exchange.response_json for exchange in discord.requests if exchange.status >= 400]


async def test_a_command_with_every_kind_of_option_is_answered(discord: DiscordStandIn) -> None:
    general = discord.channels["general"]
    given = {
        "whom": discord.second.user,
        "where": general,
        "start": Upload("start.png", PNG),
        "steps": 12,
        "strength": 0.25,
        "upscale": True,
    }
    invocation = await discord.member.slash(general, "/options prompt:fox sampler:Euler", given)
    await discord.until(lambda: invocation.follow_ups)
    assert [version.content for version in invocation.versions] == ["here", "there"]
    assert refused(discord) == []


async def test_a_deferred_answer_becomes_a_layout(discord: DiscordStandIn) -> None:
    invocation = await discord.member.slash(discord.channels["general"], "/later")
    await discord.until(lambda: len(invocation.versions) == 3)
    assert [len(version.components) for version in invocation.versions] == [0, 4, 2]
    assert refused(discord) == []


async def test_the_bot_speaks_with_its_own_permission(discord: DiscordStandIn) -> None:
    general = discord.channels["general"]
    invocation = await discord.member.slash(general, "/speak")
    await discord.until(lambda: invocation.response is None and discord.member.direct.messages)
    assert [len(message.now.components) for message in discord.second.sees(general)] == [2]
    assert [message.now.content for message in discord.member.direct.messages] == ["psst"]
    assert refused(discord) == []


async def test_a_command_works_in_direct_messages(discord: DiscordStandIn) -> None:
    invocation = await discord.member.slash(discord.member.direct, "/later")
    await discord.until(lambda: len(invocation.versions) == 3)
    assert refused(discord) == []


async def test_a_group_suggests_and_answers(discord: DiscordStandIn) -> None:
    general = discord.channels["general"]
    suggested = await discord.member.autocomplete(general, "/group suggest", "model", "flu")
    assert [choice.value for choice in suggested] == ["flux"]
    answer = await (await discord.member.slash(general, "/group suggest model:flux")).answered()
    assert answer.now.content == "flux"
    assert refused(discord) == []


async def test_menus_on_messages_and_people_work(discord: DiscordStandIn) -> None:
    general = discord.channels["general"]
    message = await discord.second.say(general, "look", Upload("start.png", PNG))
    remix = await discord.member.context_command("Remix This", message, general)
    pictures = await discord.member.context_command("Their Pictures", discord.second.user, general)
    answers = [(await invocation.answered()).now.content for invocation in (remix, pictures)]
    assert answers == [str(message.id), str(discord.second.user.id)]
    assert refused(discord) == []


async def test_buttons_selects_and_forms_work(discord: DiscordStandIn) -> None:
    general = discord.channels["general"]
    shown = await discord.member.slash(general, "/options prompt:fox sampler:Euler")
    await discord.until(lambda: shown.follow_ups)
    await (await discord.member.click(shown, "Nothing")).acknowledged()
    size = await discord.member.select(shown, "Size", "Small")
    assert (await size.answered()).now.content == "Small"
    asked = await discord.member.click(shown, "Ask")
    await asked.acknowledged()
    thanks = await discord.member.submit_modal(
        asked, {"words": "a wolf", "size": "Small", "style": "Painting", "files": [Upload("start.png", PNG)]}
    )
    assert (await thanks.answered()).now.content == "thanks"
    await (await discord.member.click(shown, "Again")).acknowledged()
    assert shown.versions[-1].content == "again"
    assert refused(discord) == []


async def test_whatever_can_be_looked_up_is_as_discord_shows_it() -> None:
    with watching() as observers:
        async with DiscordStandIn.running(observers=observers) as discord:
            guild, channel, person = discord.guilds[0].id, discord.channels["general"], discord.member.user.id
            message = await discord.member.say(channel, "look", Upload("start.png", PNG))
            paths = (
                "/gateway",
                "/gateway/bot",
                "/users/@me",
                f"/users/{person}",
                "/users/@me/guilds",
                "/applications/@me",
                "/oauth2/applications/@me",
                f"/applications/{discord.application_id}/commands",
                f"/applications/{discord.application_id}/guilds/{guild}/commands",
                f"/guilds/{guild}",
                f"/guilds/{guild}/channels",
                f"/guilds/{guild}/roles",
                f"/guilds/{guild}/members/{person}",
                f"/channels/{channel.id}",
                f"/channels/{channel.id}/messages?limit=1",
                f"/channels/{channel.id}/messages/{message.id}",
            )
            async with ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
                for path in paths:
                    await session.get(discord.api_base + path)
    assert {exchange.path: exchange.status for exchange in discord.requests} == {
        path.partition("?")[0]: 200 for path in paths
    }
