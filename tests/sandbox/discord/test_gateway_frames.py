"""The gateway seen from below: frames, compression, and what it does with clients that misbehave."""

import asyncio
import json
import sys
import zlib
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import zstandard

from bot.sandbox.discord import DiscordStandIn
from tests.sandbox.discord.bots import Bot, at_work


def identify(stand_in: DiscordStandIn, **more: object) -> dict[str, Any]:
    return {"op": 2, "d": {"token": stand_in.token, "intents": 1, "properties": {}, **more}}


def zlib_reader() -> Callable[[bytes], bytes]:
    inflate = zlib.decompressobj()

    def read(frame: bytes) -> bytes:
        assert frame.endswith(b"\x00\x00\xff\xff")
        return inflate.decompress(frame)

    return read


def zstd_reader() -> Callable[[bytes], bytes]:
    return zstandard.ZstdDecompressor().decompressobj().decompress


@pytest.mark.parametrize(
    ("name", "make_reader"), [("zlib-stream", zlib_reader), ("zstd-stream", zstd_reader)]
)
async def test_every_compressed_frame_is_one_whole_message_of_one_stream(
    stand_in: DiscordStandIn, name: str, make_reader: Callable[[], Callable[[bytes], bytes]]
) -> None:
    read = make_reader()
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{stand_in.gateway_url}?v=10&encoding=json&compress={name}") as socket,
    ):
        first = json.loads(read(await socket.receive_bytes()))
        await socket.send_json(identify(stand_in))
        rest = [json.loads(read(await socket.receive_bytes())) for _ in range(3)]
    assert [(frame["op"], frame["s"], frame["t"]) for frame in [first, *rest]] == [
        (10, None, None),
        (0, 1, "READY"),
        (0, 2, "GUILD_CREATE"),
        (0, 3, "GUILD_CREATE"),
    ]


async def test_discord_py_reads_zstd_when_it_can(stand_in: DiscordStandIn) -> None:
    async with at_work(Bot(), stand_in) as bot:
        assert len(bot.guilds) == 2


LOGIN_WITHOUT_ZSTD = """
import asyncio, sys
sys.modules["zstandard"] = None
import discord, yarl
discord.http.Route.BASE, gateway, token = sys.argv[1:]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)

class Bot(discord.Client):
    async def on_ready(self):
        print(discord.utils._ActiveDecompressionContext.COMPRESSION_TYPE, len(self.guilds))
        await self.close()

Bot(intents=discord.Intents(guilds=True), guild_ready_timeout=0).run(token, log_handler=None)
"""


async def test_discord_py_without_zstd_reads_zlib(stand_in: DiscordStandIn) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", LOGIN_WITHOUT_ZSTD, stand_in.api_base, stand_in.gateway_url, stand_in.token),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (out.decode().split(), process.returncode) == (["zlib-stream", "2"], 0), err.decode()


async def test_a_heartbeat_is_acknowledged_unless_told_otherwise(stand_in: DiscordStandIn) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(stand_in.gateway_url) as socket:
        assert await socket.receive_json() == {
            "op": 10,
            "d": {"heartbeat_interval": 41250},
            "s": None,
            "t": None,
        }
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        stand_in.gateway.acknowledges_heartbeats = False
        await socket.send_json({"op": 1, "d": None})
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.05)


async def test_a_session_that_nobody_knows_is_invalid(stand_in: DiscordStandIn) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(stand_in.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 6, "d": {"token": stand_in.token, "session_id": "gone", "seq": 1}})
        assert await socket.receive_json() == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4002),
        ("[]", 4002),
        (json.dumps({"op": 1, "d": "x" * 5000}), 4002),
        (json.dumps({"op": 99}), 4001),
        (json.dumps({"op": 3, "d": {}}), 4003),
        (json.dumps({"op": 2, "d": {"token": "wrong", "intents": 0}}), 4004),
        (json.dumps({"op": 6, "d": {"token": "wrong"}}), 4004),
        (json.dumps({"op": 6, "d": [1]}), 4004),
    ],
)
async def test_a_client_that_misbehaves_is_closed_with_the_right_code(
    stand_in: DiscordStandIn, frame: str, code: int
) -> None:
    assert await closed_after(stand_in, frame) == code


@pytest.mark.parametrize(
    ("more", "code"),
    [({"intents": 1 << 40}, 4013), ({"intents": "1"}, 4013), ({"shard": [2, 2]}, 4010), ({"shard": 1}, 4010)],
)
async def test_an_identify_that_asks_for_nonsense_is_refused(
    stand_in: DiscordStandIn, more: dict[str, object], code: int
) -> None:
    assert await closed_after(stand_in, json.dumps(identify(stand_in, **more))) == code


async def test_who_identifies_twice_is_closed(stand_in: DiscordStandIn) -> None:
    twice = json.dumps(identify(stand_in))
    assert await closed_after(stand_in, twice, twice) == 4005


async def test_who_sends_more_than_two_frames_a_second_for_a_minute_is_closed(
    stand_in: DiscordStandIn,
) -> None:
    assert await closed_after(stand_in, *['{"op":1,"d":null}'] * 121) == 4008


async def test_members_are_told_when_asked_for(stand_in: DiscordStandIn) -> None:
    guild = stand_in.guilds[0]
    async with aiohttp.ClientSession() as session, session.ws_connect(stand_in.gateway_url) as socket:
        await socket.send_json(identify(stand_in))
        for _ in range(4):
            await socket.receive_json()
        await socket.send_json(
            {"op": 8, "d": {"guild_id": str(guild.id), "query": "", "limit": 0, "nonce": "n"}}
        )
        chunk = (await socket.receive_json())["d"]
    assert chunk["nonce"] == "n"
    assert sorted(member["user"]["username"] for member in chunk["members"]) == [
        "administrator",
        "member",
        "moderator",
        "painter",
        "second",
    ]


async def closed_after(stand_in: DiscordStandIn, *frames: str) -> int | None:
    async with aiohttp.ClientSession() as session, session.ws_connect(stand_in.gateway_url) as socket:
        for frame in frames:
            await socket.send_str(frame)
        async for _ in socket:
            pass
        return socket.close_code
