"""Attachments are fetched from where Discord keeps them, within limits, or not at all."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.inputs.errors import InputRefused, InputUnavailable
from bot.inputs.fetching import Fetcher, FetchTimeouts, Origins
from bot.jobs.inputs import Attachment
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.wire import Upload
from tests.comfy.serving import Served, peer, serving

MAX_BYTES = 1_000_000
CONTENT = bytes(range(256)) * 100
SHORT = FetchTimeouts(connect_seconds=0.2, silence_seconds=0.2, whole_seconds=0.5)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def fetching(
    file: Path, *origins: str, timeouts: FetchTimeouts | None = None
) -> AsyncGenerator[Callable[[Attachment], Awaitable[bytes]]]:
    """Fetch into ``file``, and give what is in it then."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        given = {"origins": frozenset(origins)} if origins else {}
        fetcher = Fetcher(session, max_bytes=MAX_BYTES, timeouts=timeouts, **given)

        async def fetch(attachment: Attachment) -> bytes:
            await fetcher.fetch(attachment, file)
            return await asyncio.to_thread(file.read_bytes)

        yield fetch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def size_of(file: Path, *, remove: bool = False) -> int | None:
    """None: it is not there."""
    size = file.stat().st_size if file.exists() else None
    if remove:
        file.unlink()
    return size


def attachment(url: str, size_bytes: int = len(CONTENT)) -> Attachment:
    return Attachment(url, "fox.png", size_bytes)


@asynccontextmanager
async def answered(
    handler: Handler, file: Path, timeouts: FetchTimeouts = SHORT
) -> AsyncGenerator[tuple[Callable[[int], Awaitable[bytes]], Served]]:
    """A CDN that answers so; what to fetch is told by the size that Discord announced."""
    async with (
        serving(web.get("/{path:.*}", handler)) as served,
        fetching(file, served.url, timeouts=timeouts) as fetch,
    ):
        yield lambda size: fetch(attachment(f"{served.url}/a/fox.png?ex=1&hm=2", size)), served


async def test_an_attachment_is_fetched_from_the_stand_in(file: Path) -> None:
    async with DiscordStandIn.running() as discord:
        given = discord.attachments.add(Upload("a fox.png", CONTENT), folder_id=1)
        origin = given.url.partition("/cdn/")[0]
        async with fetching(file, origin) as fetch:
            assert await fetch(Attachment(given.url, given.filename, given.size_bytes)) == CONTENT


async def test_a_picture_of_which_discord_told_no_size_is_fetched_up_to_the_limit(file: Path) -> None:
    async with DiscordStandIn.running() as discord:
        contents = (CONTENT, bytes(MAX_BYTES + 1), b"")
        given = [discord.attachments.add(Upload("fox.png", each), folder_id=1) for each in contents]
        async with fetching(file, given[0].url.partition("/cdn/")[0]) as fetch:
            assert await fetch(Attachment(given[0].url, "fox.png", None)) == CONTENT
            await asyncio.to_thread(file.unlink)
            with pytest.raises(InputRefused, match="input-too-large"):
                await fetch(Attachment(given[1].url, "fox.png", None))
            await asyncio.to_thread(file.unlink, missing_ok=True)
            with pytest.raises(InputRefused, match="input-empty"):
                await fetch(Attachment(given[2].url, "fox.png", None))


@pytest.mark.parametrize(
    ("address", "is_discords"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/fox.png", True),
        ("https://images-ext-1.discordapp.net/external/abc/https/example.com/fox.png", True),
        ("https://images-ext-3.discordapp.net/external/abc/https/example.com/fox.png", False),
        ("http://images-ext-1.discordapp.net/external/abc/https/example.com/fox.png", False),
        ("https://example.com/fox.png", False),
        ("attachment://fox.png", False),
        ("", False),
    ],
)
def test_an_address_is_discords_own_or_not(address: str, is_discords: bool) -> None:  # noqa: FBT001  # told by the table
    assert (address in Origins()) == is_discords


async def test_a_link_that_has_expired_is_told(file: Path) -> None:
    async with DiscordStandIn.running() as discord:
        given = discord.attachments.add(Upload("fox.png", CONTENT), folder_id=1)
        discord.attachments.drop(given.id)
        async with fetching(file, given.url.partition("/cdn/")[0]) as fetch:
            with pytest.raises(InputRefused, match="input-expired"):
                await fetch(Attachment(given.url, given.filename, len(CONTENT)))


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a/fox.png",
        "https://cdn.discordapp.com:8443/a/fox.png",
        "https://cdn.discordapp.com.evil.example/a/fox.png",
        "https://cdn.discordapp.com./a/fox.png",
        "https://evil.example/cdn.discordapp.com/fox.png",
        "https://evil.example#cdn.discordapp.com",
        "https://evil.example?cdn.discordapp.com",
        "https://cdn.discordapp.com@evil.example/fox.png",
        "https://cdn.discordapp.com:pw@evil.example/fox.png",
        "https://me@cdn.discordapp.com/fox.png",
        "https://me:pw@cdn.discordapp.com/fox.png",
        "https://evil.example\\@cdn.discordapp.com/fox.png",
        "https://cdn.discordapp.com\\@evil.example/fox.png",
        "https://xcdn.discordapp.com/fox.png",
        "https://discordapp.com/fox.png",
        "https://127.0.0.1/fox.png",
        "https://2130706433/fox.png",
        "https://0x7f.1/fox.png",
        "https://[::1]/fox.png",
        "https://[::ffff:127.0.0.1]/fox.png",
        "https://localhost/fox.png",
        "http://169.254.169.254/latest/meta-data",
        "ftp://cdn.discordapp.com/fox.png",
        "file:///etc/passwd",
        "file://cdn.discordapp.com/etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "//cdn.discordapp.com/fox.png",
        "cdn.discordapp.com/fox.png",
        "https:///fox.png",
        "https://",
        "https://cdn.discordapp.com:99999/fox.png",
        "https://[cdn.discordapp.com]/fox.png",
        "https://cdn.discordapp.com\r\nHost: evil.example/",
        "",
    ],
)
async def test_no_other_address_is_asked(file: Path, url: str) -> None:
    async with fetching(file) as fetch:
        with pytest.raises(InputRefused, match="input-address"):
            await fetch(attachment(url))
    assert size_of(file) is None


async def test_the_loopback_is_asked_only_where_it_is_an_origin(file: Path) -> None:
    async with serving(web.get("/fox.png", _whole)) as served, fetching(file, "http://127.0.0.1:1") as fetch:
        with pytest.raises(InputRefused, match="input-address"):
            await fetch(attachment(f"{served.url}/fox.png"))
    assert served.asked == []


async def _whole(_: web.Request) -> web.StreamResponse:
    return web.Response(body=CONTENT, headers={"Set-Cookie": "spy=1"})


async def test_nothing_of_the_bot_is_sent_along(file: Path) -> None:
    async with answered(_whole, file) as (fetch, served):
        assert await fetch(len(CONTENT)) == CONTENT
        size_of(file, remove=True)
        await fetch(len(CONTENT))
    assert [sorted(asked.headers) for asked in served.asked] == [
        ["Accept", "Accept-Encoding", "Host", "User-Agent"]
    ] * 2
    assert served.asked[0].headers["Accept-Encoding"] == "identity"
    assert served.asked[0].query == {"ex": "1", "hm": "2"}


async def test_a_redirect_is_not_followed(file: Path) -> None:
    async with serving(web.get("/elsewhere", _whole)) as elsewhere:

        async def away(_: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": f"{elsewhere.url}/elsewhere"})

        async with answered(away, file) as (fetch, served):
            with pytest.raises(InputRefused, match="input-address"):
                await fetch(len(CONTENT))
    assert (len(served.asked), elsewhere.asked) == (1, [])


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (204, InputRefused, "input-not-given"),
        (206, InputRefused, "input-not-given"),
        (400, InputRefused, "input-not-given"),
        (401, InputRefused, "input-expired"),
        (403, InputRefused, "input-expired"),
        (404, InputRefused, "input-expired"),
        (410, InputRefused, "input-expired"),
        (415, InputRefused, "input-not-given"),
        (429, InputUnavailable, "input-unavailable"),
        (500, InputUnavailable, "input-unavailable"),
        (503, InputUnavailable, "input-unavailable"),
    ],
)
async def test_each_answer_has_its_sentence(
    file: Path, status: int, kind: type[Exception], words: str
) -> None:
    async def say(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    async with answered(say, file) as (fetch, _):
        with pytest.raises(kind, match=words):
            await fetch(len(CONTENT))
    assert size_of(file) is None


async def test_what_is_announced_too_large_is_not_asked_for(file: Path) -> None:
    async with answered(_whole, file) as (fetch, served):
        with pytest.raises(InputRefused, match="input-too-large"):
            await fetch(MAX_BYTES + 1)
        with pytest.raises(InputRefused, match="input-empty"):
            await fetch(0)
    assert served.asked == []


async def test_a_large_content_length_is_believed_before_a_byte_is_read(file: Path) -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(MAX_BYTES + 1)})
        await answer.prepare(request)
        await asyncio.sleep(60)
        return answer

    async with answered(large, file, FetchTimeouts()) as (fetch, _):
        with pytest.raises(InputRefused, match="input-too-large"):
            await fetch(len(CONTENT))


async def test_an_endless_body_is_read_no_further_than_the_limit(file: Path) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(bytes(65_536))
            sent += 65_536

    async with answered(endless, file, FetchTimeouts()) as (fetch, _):
        with pytest.raises(InputRefused, match="input-too-large"):
            await fetch(len(CONTENT))
    assert (size_of(file) or 0) <= MAX_BYTES
    assert sent < 20 * MAX_BYTES  # what fits into buffers on the way


async def test_a_body_that_trickles_for_ever_is_given_up(file: Path) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
        await answer.prepare(request)
        for byte in CONTENT:
            await answer.write(bytes([byte]))
            await asyncio.sleep(0.05)
        return answer

    async with answered(trickle, file) as (fetch, _):
        with pytest.raises(InputUnavailable, match="input-unavailable"):
            await fetch(len(CONTENT))


async def test_a_body_that_falls_silent_is_given_up(file: Path) -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
        await answer.prepare(request)
        await answer.write(CONTENT[:10])
        await asyncio.sleep(60)
        return answer

    async with answered(silent, file, FetchTimeouts(silence_seconds=0.1)) as (fetch, _):
        with pytest.raises(InputUnavailable, match="input-unavailable"):
            await fetch(len(CONTENT))


async def _saying(reply: bytes, file: Path) -> bytes:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()

    async with peer(say) as origin, fetching(file, origin, timeouts=SHORT) as fetch:
        return await fetch(attachment(f"{origin}/fox.png"))


@pytest.mark.parametrize(
    "reply",
    {
        "ends too early": b"HTTP/1.1 200 OK\r\nContent-Length: 25600\r\n\r\nabc",
        "says less than there is": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdefgh",
        "no length and too short": b"HTTP/1.1 200 OK\r\n\r\nabc",
        "a page in its place": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>log in</html>",
        "packed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(CONTENT),
        "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
        "nothing": b"",
    }.items(),
    ids=lambda given: given[0],
)
async def test_an_answer_that_is_not_the_file_is_tried_again(file: Path, reply: tuple[str, bytes]) -> None:
    with pytest.raises(InputUnavailable, match="input-unavailable"):
        await _saying(reply[1], file)


async def test_no_length_is_fine_if_all_comes(file: Path) -> None:
    assert await _saying(b"HTTP/1.1 200 OK\r\n\r\n" + CONTENT, file) == CONTENT


async def test_nobody_there_is_tried_again(file: Path) -> None:
    async with serving() as served:
        pass
    async with fetching(file, served.url) as fetch:
        with pytest.raises(InputUnavailable, match="input-unavailable"):
            await fetch(attachment(f"{served.url}/fox.png"))


async def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    async with answered(_whole, tmp_path / "no folder" / "fetched") as (fetch, _):
        with pytest.raises(InputUnavailable, match="input-disk"):
            await fetch(len(CONTENT))
