"""Getting to Discord, and staying there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord
import pytest

from bot.client import CannotConnect, ComfycordClient, Gateway, SessionStarts
from bot.jobs.shards import Shards
from bot.sandbox.discord import Fault
from tests.delivery.rig import Rig


@asynccontextmanager
async def connecting(
    rig: Rig, token: str | None = None, shards: Shards | None = None, identify_seconds: float = 0.0
) -> AsyncGenerator[tuple[ComfycordClient, asyncio.Task[None]]]:
    client = ComfycordClient(guild_ready_timeout_seconds=0)
    starts = SessionStarts(client, rig.store, "bot", identify_seconds)
    gateway = Gateway(client, token or rig.discord.token, starts, shards=shards, first_pause_seconds=0.01)
    async with client:
        task = asyncio.create_task(gateway.run())
        try:
            yield client, task
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_the_bot_asks_for_guilds_and_nothing_else(rig: Rig) -> None:
    client = ComfycordClient()
    assert client.intents == discord.Intents(guilds=True)
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == {"parse": []}


async def test_a_wrong_token_is_one_clear_sentence(rig: Rig) -> None:
    async with connecting(rig, token="sandbox.token.wrong") as (_, task):
        with pytest.raises(CannotConnect, match="Discord refuses the token"):
            await task


async def test_a_very_first_gateway_connection_that_fails_is_tried_again(rig: Rig) -> None:
    rig.move_gateway("ws://127.0.0.1:1/nobody")
    async with connecting(rig) as (client, task):
        await client.logged_in.wait()
        await asyncio.sleep(0.1)
        assert not task.done()
        rig.move_gateway(rig.discord.gateway_url)
        async with asyncio.timeout(15):
            await client.wait_until_ready()


async def test_discord_away_at_login_is_waited_for(rig: Rig) -> None:
    rig.discord.add_fault(Fault("GET", "/users/@me", drop="before", times=3))
    async with connecting(rig) as (client, _), asyncio.timeout(5):
        await client.logged_in.wait()


async def test_too_many_attempts_to_log_in_are_waited_for(rig: Rig) -> None:
    rig.discord.add_fault(Fault("GET", "/users/@me", status=429, via=False, times=2))
    async with connecting(rig) as (client, _), asyncio.timeout(5):
        await client.logged_in.wait()


async def test_a_gateway_that_closes_for_good_is_one_clear_sentence(rig: Rig) -> None:
    async with connecting(rig) as (client, task):
        await client.logged_in.wait()
        await client.wait_until_ready()
        await rig.discord.gw_close(4013)
        with pytest.raises(CannotConnect, match="Discord refuses the intents"):
            await task


async def test_until_everybody_has_stopped_the_http_api_can_be_used(rig: Rig) -> None:
    """discord.py closes it at once when the gateway refuses the bot."""
    async with connecting(rig) as (client, task):
        await client.logged_in.wait()
        await client.wait_until_ready()
        await rig.discord.gw_close(4004)
        with pytest.raises(CannotConnect):
            await task
        assert (await client.application_info()).id == rig.discord.application_id
    assert client.is_closed()


async def test_a_lost_gateway_comes_back_and_what_was_asked_meanwhile_is_answered(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.gw_drop()
        invocation = await rig.discord.member.slash(rig.general, "/queue")
        answer = await invocation.answered()
    assert answer.text == "Nothing is running and nobody is waiting."


@pytest.mark.parametrize("body", [b"<html>", b'{"id": "1', b"[]", b"7", b"{}"])
async def test_an_answer_at_login_that_cannot_be_read_is_tried_again(rig: Rig, body: bytes) -> None:
    for path in ("/users/@me", "/oauth2/applications/@me"):
        rig.discord.add_fault(Fault("GET", path, body=body, headers={"Content-Type": "text/html"}))
        rig.discord.add_fault(Fault("GET", path, body=body))
        rig.discord.add_fault(Fault("GET", path, status=429, body=body))
    async with connecting(rig) as (client, _), asyncio.timeout(10):
        await client.logged_in.wait()


UNREADABLE = ("INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "THREAD_LIST_SYNC")


async def test_an_event_that_cannot_be_read_is_reported_and_the_connection_stays(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot():
        for event in UNREADABLE:
            rig.discord.gw_say(b'{"op": 0, "s": null, "t": "%s", "d": {"type": 2}}' % event.encode())
        answer = await (await rig.discord.member.slash(rig.general, "/queue")).answered()
    assert answer.text == "Nothing is running and nobody is waiting."
    assert rig.discord.gateway.identified == 1
    reported = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert [each.split(" in ")[1] for each in reported] == [
        f"Discord's event {event}" for event in UNREADABLE
    ]


@pytest.mark.parametrize(
    "frame", [b"<html>", b"[]", b'{"op": 0, "s": 1, "t": "READY", "d": {}}', b'{"op": 10}']
)
async def test_a_frame_that_cannot_be_read_ends_the_connection_and_a_new_one_is_made(
    rig: Rig, caplog: pytest.LogCaptureFixture, frame: bytes
) -> None:
    async with rig.bot():
        rig.discord.gw_say(frame)
        await rig.discord.until(lambda: rig.discord.gateway.identified == 2)
        answer = await (await rig.discord.member.slash(rig.general, "/queue")).answered()
    assert answer.text == "Nothing is running and nobody is waiting."
    reported = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert [each.split(" in ")[1] for each in reported] == ["the connection to Discord's gateway"]


async def test_the_first_connection_tells_the_operator_who_is_logged_in(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.client")
    async with rig.bot():
        commands = len(rig.discord.commands)
    name, number = rig.discord.world.bot.username, rig.discord.world.bot.id
    assert f"logged in as {name} ({number}), 2 servers, {commands} commands" in caplog.messages
