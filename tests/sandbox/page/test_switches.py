"""Each switch of the side panel makes that go wrong which it says, and makes it right again."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, LIFELIKE, ComfyStandIn
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.page.switches import SLOW, Switch, Switches


class Doll:
    """In place of the bot's process."""

    def __init__(self) -> None:
        self.running = True

    async def start(self) -> None:
        self.running = True

    async def kill(self) -> None:
        self.running = False


@dataclass(frozen=True, slots=True)
class Desk:
    switches: Switches
    discord: DiscordStandIn
    comfyui: ComfyStandIn
    bot: Doll
    session: aiohttp.ClientSession

    def on(self) -> set[str]:
        return {each["name"] for each in self.switches.state() if each["on"]}

    async def status(self, path: str) -> int:
        headers = {"Authorization": f"Bot {self.discord.token}"}
        async with self.session.get(self.discord.api_base + path, headers=headers) as response:
            return response.status

    async def answers(self) -> bool:
        try:
            async with self.session.get(f"{self.comfyui.url}/prompt") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfyui,
        DiscordStandIn.running() as discord,
        aiohttp.ClientSession() as session,
    ):
        bot = Doll()
        yield Desk(Switches(discord, comfyui, bot), discord, comfyui, bot, session)


async def test_at_first_nothing_is_wrong(desk: Desk) -> None:
    assert (desk.on(), await desk.status("/users/@me"), await desk.answers()) == (set(), 200, True)


async def test_comfyui_goes_away_and_comes_back_at_the_same_place(desk: Desk) -> None:
    url = desk.comfyui.url
    await desk.switches.turn(Switch.COMFYUI_AWAY, on=True)
    assert (desk.on(), await desk.answers()) == ({"comfyui-away"}, False)
    await desk.switches.turn(Switch.COMFYUI_AWAY, on=False)
    assert (desk.on(), await desk.answers(), desk.comfyui.url) == (set(), True, url)


async def test_comfyui_becomes_slow_and_quick_again(desk: Desk) -> None:
    await desk.switches.turn(Switch.COMFYUI_SLOW, on=True)
    assert (desk.on(), desk.comfyui.installation.pace) == ({"comfyui-slow"}, SLOW)
    await desk.switches.turn(Switch.COMFYUI_SLOW, on=False)
    assert (desk.on(), desk.comfyui.installation.pace) == (set(), LIFELIKE)


async def test_jobs_run_out_of_memory_and_the_socket_goes_deaf_each_by_itself(desk: Desk) -> None:
    await desk.switches.turn(Switch.OUT_OF_MEMORY, on=True)
    await desk.switches.turn(Switch.DEAF, on=True)
    story = desk.comfyui.installation.usual_story
    assert (desk.on(), story.out_of_memory, story.deaf) == ({"out-of-memory", "deaf"}, True, True)
    await desk.switches.turn(Switch.OUT_OF_MEMORY, on=False)
    story = desk.comfyui.installation.usual_story
    assert (desk.on(), story.out_of_memory, story.deaf) == ({"deaf"}, False, True)


async def test_every_call_to_discord_fails_until_none_does(desk: Desk) -> None:
    await desk.switches.turn(Switch.DISCORD_FAILS, on=True)
    assert (desk.on(), await desk.status("/users/@me")) == ({"discord-fails"}, 500)
    await desk.switches.turn(Switch.DISCORD_FAILS, on=False)
    assert (desk.on(), await desk.status("/users/@me")) == (set(), 200)


async def test_the_rate_is_limited_for_everything_but_first_answers(desk: Desk) -> None:
    await desk.switches.turn(Switch.RATE_LIMIT, on=True)
    channel = desk.discord.channels["general"].id
    assert [
        await desk.status(f"/channels/{channel}/messages/1"),
        await desk.status("/interactions/1/token/callback"),
    ] == [429, 405]
    assert desk.on() == {"rate-limit"}


async def test_the_bot_is_killed_and_begins_again_and_the_switch_shows_how_it_is(desk: Desk) -> None:
    await desk.switches.turn(Switch.BOT_KILLED, on=True)
    assert (desk.on(), desk.bot.running) == ({"bot-killed"}, False)
    await desk.bot.start()
    assert desk.on() == set()


async def test_the_gateway_drops_and_the_switch_stays_as_it_is(desk: Desk) -> None:
    async with desk.session.ws_connect(desk.discord.gateway_url) as socket:
        await socket.receive(timeout=5)
        await desk.switches.turn(Switch.GATEWAY_DROP, on=True)
        ended = await socket.receive(timeout=5)
    assert (
        ended.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR},
        desk.on(),
    ) == (
        True,
        set(),
    )
