"""Each switch of the side panel makes that go wrong which it says, and makes it right again."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, LIFELIKE, ComfyStandIn
from bot.sandbox.comfyui.files import Folder, StoredFile
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
class Panel:
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
async def panel() -> AsyncGenerator[Panel]:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfyui,
        DiscordStandIn.running() as discord,
        aiohttp.ClientSession() as session,
    ):
        bot = Doll()
        yield Panel(Switches(discord, comfyui, bot), discord, comfyui, bot, session)


async def test_at_first_nothing_is_wrong(panel: Panel) -> None:
    assert (panel.on(), await panel.status("/users/@me"), await panel.answers()) == (set(), 200, True)


async def test_comfyui_goes_away_and_comes_back_at_the_same_place(panel: Panel) -> None:
    url = panel.comfyui.url
    await panel.switches.turn(Switch.COMFYUI_AWAY, on=True)
    assert (panel.on(), await panel.answers()) == ({"comfyui-away"}, False)
    await panel.switches.turn(Switch.COMFYUI_AWAY, on=False)
    assert (panel.on(), await panel.answers(), panel.comfyui.url) == (set(), True, url)


async def test_comfyui_becomes_slow_and_quick_again(panel: Panel) -> None:
    await panel.switches.turn(Switch.COMFYUI_SLOW, on=True)
    assert (panel.on(), panel.comfyui.installation.pace) == ({"comfyui-slow"}, SLOW)
    await panel.switches.turn(Switch.COMFYUI_SLOW, on=False)
    assert (panel.on(), panel.comfyui.installation.pace) == (set(), LIFELIKE)


async def test_jobs_run_out_of_memory_and_no_events_come_each_by_itself(panel: Panel) -> None:
    await panel.switches.turn(Switch.OUT_OF_MEMORY, on=True)
    await panel.switches.turn(Switch.NO_EVENTS, on=True)
    story = panel.comfyui.installation.usual_story
    assert (panel.on(), story.out_of_memory, story.forgets_client) == (
        {"out-of-memory", "no-events"},
        True,
        True,
    )
    await panel.switches.turn(Switch.OUT_OF_MEMORY, on=False)
    story = panel.comfyui.installation.usual_story
    assert (panel.on(), story.out_of_memory, story.forgets_client) == ({"no-events"}, False, True)


async def test_uploads_are_forgotten_and_what_was_made_is_not(panel: Panel) -> None:
    files = panel.comfyui.installation.files
    for folder in (Folder.INPUT, Folder.OUTPUT):
        files.put(folder, "comfycord/fox.png", StoredFile(b"fox"))
    await panel.switches.turn(Switch.INPUTS_GONE, on=True)
    assert (panel.on(), files.names(Folder.INPUT), files.names(Folder.OUTPUT)) == (
        set(),
        [],
        ["comfycord/fox.png"],
    )


async def test_every_call_to_discord_fails_until_none_does(panel: Panel) -> None:
    await panel.switches.turn(Switch.DISCORD_FAILS, on=True)
    assert (panel.on(), await panel.status("/users/@me")) == ({"discord-fails"}, 500)
    await panel.switches.turn(Switch.DISCORD_FAILS, on=False)
    assert (panel.on(), await panel.status("/users/@me")) == (set(), 200)


async def test_the_rate_is_limited_for_everything_but_first_answers(panel: Panel) -> None:
    await panel.switches.turn(Switch.RATE_LIMIT, on=True)
    channel = panel.discord.channels["general"].id
    assert [
        await panel.status(f"/channels/{channel}/messages/1"),
        await panel.status("/interactions/1/token/callback"),
    ] == [429, 405]
    assert panel.on() == {"rate-limit"}


async def test_the_bot_is_killed_and_begins_again_and_the_switch_shows_how_it_is(panel: Panel) -> None:
    await panel.switches.turn(Switch.BOT_KILLED, on=True)
    assert (panel.on(), panel.bot.running) == ({"bot-killed"}, False)
    await panel.bot.start()
    assert panel.on() == set()


async def test_the_gateway_drops_and_the_switch_stays_as_it_is(panel: Panel) -> None:
    async with panel.session.ws_connect(panel.discord.gateway_url) as socket:
        await socket.receive(timeout=5)
        await panel.switches.turn(Switch.GATEWAY_DROP, on=True)
        ended = await socket.receive(timeout=5)
    assert (
        ended.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR},
        panel.on(),
    ) == (
        True,
        set(),
    )
