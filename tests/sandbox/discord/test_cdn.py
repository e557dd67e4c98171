"""Downloads of files: signed links that expire, parts of files, and what may go wrong on the way."""

import io
from collections.abc import AsyncGenerator

import aiohttp
import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, Fault, Upload
from bot.sandbox.discord.cdn import asked_range
from tests.sandbox.discord.bots import Bot, at_work

CONTENT = bytes(range(100))
DAY_SECONDS = 24 * 3600


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def url_of_a_file(stand_in: DiscordStandIn, channel: Channel) -> str:
    message = await stand_in.member.say(channel, "", Upload("fox.bin", CONTENT))
    return message.attachments[0].url


async def status_of(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as answer:
        return answer.status


async def test_a_link_is_signed_and_without_its_signature_nothing_is_found(
    stand_in: DiscordStandIn, general: Channel, session: aiohttp.ClientSession
) -> None:
    url = await url_of_a_file(stand_in, general)
    address, _, query = url.partition("?")
    assert [part.partition("=")[0] for part in query.split("&")] == ["ex", "is", "hm", ""]
    altered = url.replace("ex=", "ex=f")
    statuses = [await status_of(session, each) for each in (url, address, altered)]
    assert statuses == [200, 404, 404]


async def test_a_link_is_good_for_a_day_and_a_message_is_told_with_a_new_one(
    stand_in: DiscordStandIn, general: Channel, session: aiohttp.ClientSession
) -> None:
    stand_in.clock.freeze()
    url = await url_of_a_file(stand_in, general)
    stand_in.clock.move(DAY_SECONDS - 1)
    assert await status_of(session, url) == 200
    stand_in.clock.move(1)
    assert await status_of(session, url) == 404
    (message,) = general.messages
    renewed = message.to_json()["attachments"][0]["url"]
    assert (await status_of(session, renewed), renewed == url) == (200, False)


async def test_a_picture_in_an_embed_or_a_component_keeps_a_good_link(
    stand_in: DiscordStandIn, general: Channel, session: aiohttp.ClientSession
) -> None:
    gallery = discord.ui.MediaGallery[discord.ui.LayoutView](discord.MediaGalleryItem("attachment://fox.png"))
    view = discord.ui.LayoutView().add_item(gallery)
    embed = discord.Embed(title="a fox").set_image(url="attachment://fox.png")
    async with at_work(Bot(), stand_in) as bot:
        channel = bot.get_partial_messageable(general.id)
        in_embed = await channel.send(embed=embed, file=discord.File(io.BytesIO(CONTENT), "fox.png"))
        in_component = await channel.send(view=view, file=discord.File(io.BytesIO(CONTENT), "fox.png"))
        stand_in.clock.move(DAY_SECONDS + 1)
        first, second = [message.to_json() for message in general.messages]
    links = [first["embeds"][0]["image"]["url"], second["components"][0]["items"][0]["media"]["url"]]
    assert [await status_of(session, link) for link in links] == [200, 200]
    assert await status_of(session, str(in_embed.embeds[0].image.url)) == 404
    assert (first["attachments"], second["attachments"], in_component.attachments) == ([], [], [])


async def test_a_link_can_be_made_to_expire_at_once(
    stand_in: DiscordStandIn, general: Channel, session: aiohttp.ClientSession
) -> None:
    url = await url_of_a_file(stand_in, general)
    (attachment,) = general.messages[0].attachments
    stand_in.attachments.expire(attachment.id)
    assert await status_of(session, url) == 404
    assert await status_of(session, attachment.url) == 200


@pytest.mark.parametrize(
    ("wanted", "status", "told", "content"),
    [
        ("bytes=0-", 206, "bytes 0-99/100", CONTENT),
        ("bytes=10-19", 206, "bytes 10-19/100", CONTENT[10:20]),
        ("bytes=90-500", 206, "bytes 90-99/100", CONTENT[90:]),
        ("bytes=-7", 206, "bytes 93-99/100", CONTENT[-7:]),
        ("bytes=-500", 206, "bytes 0-99/100", CONTENT),
        ("bytes=100-", 416, "bytes */100", b""),
        ("bytes=-0", 416, "bytes */100", b""),
        ("bytes=0-1,5-6", 200, None, CONTENT),
        ("bytes=9-3", 200, None, CONTENT),
        ("bytes=-", 200, None, CONTENT),
        ("pages=1-2", 200, None, CONTENT),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(  # noqa: PLR0917  # what is asked and what comes
    stand_in: DiscordStandIn,
    general: Channel,
    session: aiohttp.ClientSession,
    wanted: str,
    status: int,
    told: str | None,
    content: bytes,
) -> None:
    url = await url_of_a_file(stand_in, general)
    async with session.get(url, headers={"Range": wanted}) as answer:
        seen = (answer.status, answer.headers.get("Content-Range"), await answer.read())
        assert (seen, answer.headers["Accept-Ranges"]) == ((status, told, content), "bytes")


def test_of_an_empty_file_there_is_no_part() -> None:
    assert [asked_range(header, 0) for header in ("bytes=0-", "bytes=-5", "")] == [range(0), range(0), None]


async def test_downloads_can_be_told_to_fail(
    stand_in: DiscordStandIn, general: Channel, session: aiohttp.ClientSession
) -> None:
    url = await url_of_a_file(stand_in, general)
    stand_in.cdn_faults.add(Fault("GET", r"/attachments/.*", status=503, body=b"busy"))
    # aiohttp asks once more where a connection that it had kept was cut
    stand_in.cdn_faults.add(Fault("GET", r"/attachments/.*", drop="before", times=2))
    elsewhere = {"Location": "http://127.0.0.1:1/"}
    stand_in.cdn_faults.add(Fault("GET", r"/attachments/.*", status=302, headers=elsewhere))
    async with session.get(url) as answer:
        assert (answer.status, await answer.read()) == (503, b"busy")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await status_of(session, url)
    async with session.get(url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:1/")
    assert await status_of(session, url) == 200
