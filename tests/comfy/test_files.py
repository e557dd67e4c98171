import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp import web

from bot.comfy import Away, FileRef, NotFound, Streamed, TooLarge, UnexpectedAnswer
from tests.comfy.serving import client_and_server, get, post

CONTENT = bytes(range(256)) * 1000
FILE = FileRef("a 100%+&ü.png", "sub dir", "temp")


async def give(_: web.Request) -> web.Response:
    return web.Response(body=CONTENT, content_type="image/png")


async def give_without_length(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for start in range(0, len(CONTENT), 1000):
        await response.write(CONTENT[start : start + 1000])
    return response


async def give_half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
    await response.prepare(request)
    await response.write(CONTENT[: len(CONTENT) // 2])
    assert request.transport
    request.transport.close()
    return response


async def test_a_file_is_fetched_by_its_full_name() -> None:
    async with client_and_server(web.get("/view", give)) as (client, served):
        content = await client.view(FILE, max_bytes=len(CONTENT))
        await client.view(FILE, max_bytes=len(CONTENT), preview="webp;90", channel="rgb")
    name = {"filename": "a 100%+&ü.png", "subfolder": "sub dir", "type": "temp"}
    assert content == CONTENT
    assert [asked.query for asked in served.asked] == [name, name | {"preview": "webp;90", "channel": "rgb"}]


@pytest.mark.parametrize("handler", [give, give_without_length])
async def test_more_than_the_cap_is_never_read(handler: object) -> None:
    async with client_and_server(web.get("/view", handler)) as (client, served):  # pyright: ignore[reportArgumentType]  # two handlers
        with pytest.raises(TooLarge) as too_large:
            await client.view(FILE, max_bytes=len(CONTENT) - 1)
    host = served.url.removeprefix("http://")
    assert (
        str(too_large.value)
        == f"ComfyUI at {host} answers GET /view with more than the 255,999 bytes allowed."
    )


async def test_a_file_without_announced_length_may_fill_the_cap() -> None:
    async with client_and_server(web.get("/view", give_without_length)) as (client, _):
        assert await client.view(FILE, max_bytes=len(CONTENT)) == CONTENT


async def test_a_file_comes_in_chunks() -> None:
    async with (
        client_and_server(web.get("/view", give)) as (client, _),
        aclosing(client.view_stream(FILE, max_bytes=len(CONTENT))) as chunks,
    ):
        sizes = [len(chunk) async for chunk in chunks]
    assert (sum(sizes), max(sizes) <= 64 * 1024) == (len(CONTENT), True)


async def test_a_stream_may_be_left_early() -> None:
    async with client_and_server(web.get("/view", give_without_length)) as (client, _):
        async with aclosing(client.view_stream(FILE, max_bytes=len(CONTENT))) as chunks:
            first = await anext(chunks)
        assert CONTENT.startswith(first)
        assert await client.view(FILE, max_bytes=len(CONTENT)) == CONTENT


async def test_a_body_shorter_than_announced_is_an_error() -> None:
    async with client_and_server(web.get("/view", give_half)) as (client, _):
        with pytest.raises(Away, match="went away during GET /view"):
            await client.view(FILE, max_bytes=len(CONTENT))


async def test_a_file_that_is_gone_is_not_found() -> None:
    async with client_and_server(get("/view", status=404, text="")) as (client, _):
        with pytest.raises(NotFound, match=r"has nothing at GET /view \(404\)"):
            await client.view(FILE, max_bytes=1)


async def parts_of(request: web.Request) -> dict[str, tuple[str | None, bytes]]:
    """What a server finds in a multipart body: field → filename and content."""
    return {
        part.name or "": (part.filename, await part.read())
        async for part in _parts(await request.multipart())
    }


async def _parts(reader: aiohttp.MultipartReader) -> AsyncIterator[aiohttp.BodyPartReader]:
    while (part := await reader.next()) is not None:
        assert isinstance(part, aiohttp.BodyPartReader)
        yield part


@pytest.mark.parametrize("filename", ["a.png", "кошка 猫.png", 'quo"te\\.png', "100%.png"])
async def test_an_upload_is_stored_under_the_name_that_was_given(filename: str) -> None:
    received: dict[str, tuple[str | None, bytes]] = {}

    async def upload(request: web.Request) -> web.Response:
        received.update(await parts_of(request))
        return web.json_response({"name": filename, "subfolder": "mine", "type": "input"})

    async with client_and_server(web.post("/upload/image", upload)) as (client, _):
        stored = await client.upload_image(CONTENT, filename, subfolder="mine", overwrite=True)
    assert stored == FileRef(filename, "mine", "input")
    assert received == {
        "image": (filename, CONTENT),
        "subfolder": (None, b"mine"),
        "type": (None, b"input"),
        "overwrite": (None, b"true"),
    }


async def test_a_streamed_upload_arrives_whole_and_says_how_long_it_is() -> None:
    received: dict[str, tuple[str | None, bytes]] = {}
    lengths: list[int | None] = []

    async def upload(request: web.Request) -> web.Response:
        lengths.append(request.content_length)
        received.update(await parts_of(request))
        return web.json_response({"name": "a.png", "subfolder": "", "type": "input"})

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(CONTENT), 3):
            yield CONTENT[start : start + 3]

    async with client_and_server(web.post("/upload/image", upload)) as (client, _):
        await client.upload_image(Streamed(chunks(), len(CONTENT)), "a.png")
        await client.upload_image(CONTENT, "a.png")
    assert received["image"] == ("a.png", CONTENT)
    assert lengths[0] is not None
    assert len(set(lengths)) == 1  # as of the same bytes from memory


async def test_an_upload_says_the_name_that_the_server_chose() -> None:
    renamed = {"name": "a (1).png", "subfolder": "", "type": "input", "asset": {"id": 1}}
    async with client_and_server(post("/upload/image", renamed)) as (client, _):
        assert await client.upload_image(b"x", "a.png") == FileRef("a (1).png", "", "input")


async def test_a_mask_names_its_original() -> None:
    received: dict[str, tuple[str | None, bytes]] = {}

    async def upload(request: web.Request) -> web.Response:
        received.update(await parts_of(request))
        return web.json_response({"name": "m.png", "subfolder": "clipspace", "type": "input"})

    async with client_and_server(web.post("/upload/mask", upload)) as (client, _):
        original = FileRef("o.png", "", "output")
        stored = await client.upload_mask(CONTENT, "m.png", original=original, subfolder="clipspace")
    assert stored == FileRef("m.png", "clipspace", "input")
    assert json.loads(received["original_ref"][1]) == {"filename": "o.png", "subfolder": "", "type": "output"}
    assert received["image"] == ("m.png", CONTENT)


async def test_an_upload_over_the_servers_limit_is_too_large() -> None:
    said = "Maximum request body size 104857600 exceeded, actual body size 104864260"
    async with client_and_server(post("/upload/image", status=413, text=said)) as (client, _):
        with pytest.raises(TooLarge, match=f"refused POST /upload/image as too large: {said}"):
            await client.upload_image(b"x", "a.png")


async def test_an_upload_that_leads_elsewhere_is_refused() -> None:
    async with client_and_server(post("/upload/image", status=400, text="")) as (client, _):
        with pytest.raises(UnexpectedAnswer, match=r"answered POST /upload/image with 400: \(nothing\)"):
            await client.upload_image(b"x", "../../evil.png")


async def test_a_filename_cannot_smuggle_headers() -> None:
    async with client_and_server(post("/upload/image", {})) as (client, served):
        with pytest.raises(ValueError, match="control character"):
            await client.upload_image(b"x", 'a.png"\r\nX-Evil: yes\r\n\r\n')
        await asyncio.sleep(0)
    assert served.asked == []
