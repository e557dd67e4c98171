"""What goes over a window's socket, without a browser."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.wire import Upload
from bot.sandbox.page import Page
from bot.sandbox.page.uploads import Uploads


class Line:
    """A window's socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._count = 0

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next news of this kind; others are passed over."""
        while True:
            news = await self._socket.receive_json(timeout=5)
            if news["type"] == kind:
                return news

    async def ask(self, what: str, **fields: object) -> dict[str, Any]:
        self._count += 1
        await self._socket.send_json({"do": what, "number": self._count, **fields})
        reply = await self.hear("reply")
        assert reply["number"] == self._count
        return {key: value for key, value in reply.items() if key not in {"type", "number"}}

    async def mumble(self, frame: str) -> None:
        await self._socket.send_str(frame)


class Windows:
    def __init__(self, discord: DiscordStandIn, page: Page, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.page = page
        self.session = session

    @asynccontextmanager
    async def window(self, **query: str) -> AsyncGenerator[Line]:
        async with self.session.ws_connect(f"{self.page.address}live", params=query) as socket:
            yield Line(socket)


@pytest.fixture
async def windows() -> AsyncGenerator[Windows]:
    page = Page(None, "http://127.0.0.1:8188", None)
    async with (
        DiscordStandIn.running(observers=(page.observe,), add_routes=page.add_routes) as discord,
        aiohttp.ClientSession() as session,
    ):
        yield Windows(discord, page, session)


async def test_what_a_window_began_is_done_though_it_is_closed_at_once() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        page = Page(comfy, comfy.url, None)
        async with (
            DiscordStandIn.running(observers=(page.observe,), add_routes=page.add_routes) as discord,
            aiohttp.ClientSession() as session,
        ):
            windows = Windows(discord, page, session)
            for away in (True, False):
                turn = {"do": "turn", "number": 1, "switch": "comfyui-away", "on": away}
                async with windows.window() as line:
                    await line.mumble(json.dumps(turn))
                await discord.changed.until(
                    lambda away=away: comfy.alive is not away, timeout_seconds=20, look_every_seconds=0.01
                )


async def test_each_window_is_another_person_until_they_are_all_there(windows: Windows) -> None:
    async with windows.window() as one, windows.window() as two, windows.window(person="moderator") as three:
        names = [(await line.hear("places"))["you"]["name"] for line in (one, two, three)]
        async with windows.window() as four:
            names.append((await four.hear("places"))["you"]["name"])
    assert names == ["member", "second", "moderator", "administrator"]


async def test_a_person_installs_the_bot_in_their_account_and_finds_places_for_it(windows: Windows) -> None:
    windows.discord.world.open_to_guests()
    async with windows.window() as line:
        told = await line.hear("places")
        abroad = [*told["servers"][-1]["channels"], *told["groups"]]
        assert (told["you"]["has_installed"], told["takes_user_installs"]) == (False, True)
        assert [each["bot_is_member"] for each in abroad] == [False, False, False]
        await line.ask("install", on=True)
        assert windows.discord.member.has_installed
        await line.ask("open", channel=told["groups"][0]["id"])
        await line.ask("say", content="hello", files=[])
    assert [each.content for each in windows.discord.groups[0].messages] == ["hello"]


async def test_a_window_is_told_what_is_said_changed_and_deleted(windows: Windows) -> None:
    general = windows.discord.channels["general"]
    async with windows.window() as line:
        assert (await line.hear("conversation"))["messages"] == []
        message = await windows.discord.second.say(general, "good morning")
        told = (await line.hear("message"))["message"]
        assert (told["content"], told["only_you"], told["may_delete"]) == ("good morning", False, False)
        await windows.discord.second.delete(message)
        assert await line.hear("gone") == {"type": "gone", "id": str(message.id)}


async def test_a_window_sees_nothing_of_a_channel_that_it_has_not_opened(windows: Windows) -> None:
    async with windows.window() as line:
        await line.hear("conversation")
        elsewhere = windows.discord.guilds[1].channels["general"]
        await windows.discord.second.say(elsewhere, "psst")
        await windows.discord.second.say(windows.discord.channels["general"], "hello")
        assert (await line.hear("message"))["message"]["content"] == "hello"
        await line.ask("open", channel=str(elsewhere.id))
        opened = await line.hear("conversation")
        assert [message["content"] for message in opened["messages"]] == ["psst"]


async def test_nobody_opens_the_direct_messages_of_others(windows: Windows) -> None:
    async with windows.window() as line:
        await line.hear("conversation")
        await line.ask("open", channel=str(windows.discord.second.direct.id))
        await line.ask("say", content="to everybody", files=[])
    assert [message.content for message in windows.discord.channels["general"].messages] == ["to everybody"]
    assert windows.discord.second.direct.messages == []


async def test_what_a_client_would_not_send_is_refused_with_the_reason(windows: Windows) -> None:
    async with windows.window() as line:
        assert await line.ask("slash", line="/nothing", options={}) == {
            "refused": {"reason": "there is no command /nothing; there are: none", "option": None}
        }
        assert await line.ask("click", message="1", custom_id="x") == {
            "refused": {"reason": "the message is not there any more", "option": None}
        }
        assert await line.ask("say", content="", files=[{"upload": "gone"}]) == {
            "refused": {"reason": "this file is not here any more; choose it again", "option": None}
        }


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "null",
        '{"do": "say"}',
        '{"do": 1, "number": 1}',
        '{"do": "__init__", "number": 1}',
        '{"do": "open", "number": 1, "channel": 7}',
        '{"do": "be", "number": 1, "person": "nobody"}',
        '{"do": "turn", "number": 1, "switch": "gravity"}',
        "[" * 5000,
    ],
)
async def test_a_frame_that_no_page_would_send_is_passed_over(windows: Windows, frame: str) -> None:
    async with windows.window() as line:
        await line.mumble(frame)
        assert await line.ask("say", content="still here", files=[]) == {}


async def test_a_real_comfyui_has_no_switches_and_is_asked_nothing(windows: Windows) -> None:
    async with windows.window() as line:
        switches = (await line.hear("switches"))["switches"]
        assert {each["name"]: each["available"] for each in switches} == {
            "comfyui-away": False,
            "comfyui-slow": False,
            "out-of-memory": False,
            "no-events": False,
            "inputs-gone": False,
            "discord-fails": True,
            "rate-limit": True,
            "gateway-drop": True,
            "bot-killed": False,
        }
        await line.ask("turn", switch="comfyui-away", on=True)
        await line.ask("watch", panel=True, message=None)
        assert await line.hear("machines") == {
            "type": "machines",
            "stand_in": False,
            "url": "http://127.0.0.1:8188",
            "alive": True,
            "jobs": [],
        }


async def test_what_happened_is_told_without_the_secrets_in_it(windows: Windows) -> None:
    secret = "s3cret-interaction-token"
    path = f"/api/v10/webhooks/1/{secret}/messages/@original"
    origin = windows.discord.api_base.removesuffix("/api/v10")
    await windows.session.request("PATCH", origin + path, json={"token": secret})
    async with windows.window() as line:
        await line.ask("watch", panel=True, message=None)
        lines = (await line.hear("exchanges"))["lines"]
        assert [(each["what"], each["status"]) for each in lines] == [
            ("PATCH /webhooks/1/•••/messages/@original", 404)
        ]
        bodies = (await line.ask("bodies", exchange=str(lines[0]["number"])))["bodies"]
        assert (bodies["sent"], secret in json.dumps(bodies)) == ({"token": "•••"}, False)


async def test_a_file_is_brought_over_and_said(windows: Windows) -> None:
    async with windows.session.post(f"{windows.page.address}uploads?name=sea.png", data=b"waves") as response:
        upload = await response.json()
    async with windows.window() as line:
        await line.ask("say", content="look", files=[upload])
    message = windows.discord.channels["general"].messages[0]
    assert [(each.filename, each.content) for each in message.attachments] == [("sea.png", b"waves")]


def test_uploads_that_nobody_used_make_room_for_newer_ones() -> None:
    uploads = Uploads(kept_bytes=10)
    names = [uploads.add(Upload(f"{number}.png", b"12345")) for number in range(3)]
    kept = [uploads.get(name) for name in names]
    assert [upload and upload.filename for upload in kept] == [None, "1.png", "2.png"]
