"""Outputs of 1 to 200 MB at Discord's limits, over real sockets: each is posted, or it is told why not."""

import asyncio
import io
import random
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache

import pytest
from aiohttp import web
from PIL import Image

from bot.delivery.file_kinds import suffix_of
from bot.delivery.recipes import Keep, recipe_of
from bot.jobs.job import Done, Output
from bot.sandbox.discord import Message
from tests.delivery.media import needs_ffmpeg, video
from tests.delivery.rig import Rig
from tests.end_to_end.life import PROJECT

MEBIBYTE = 1024 * 1024


@cache
def png(megabytes: int) -> bytes:
    """A PNG of so many megabytes, which it need not have: a coder takes the shortest time for it."""
    width, height = 4000, round(megabytes * MEBIBYTE / 3 / 4000)
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG", compress_level=0)
    return out.getvalue()


@cache
def files() -> dict[str, bytes]:
    return {
        "1.png": png(1),
        "12.png": png(12),
        "20.latent": random.Random(20).randbytes(20 * MEBIBYTE),
        "30.obj": b"v 0.25 0.5 0.75\n" * (30 * MEBIBYTE // 16),
        "60.flac": b"fLaC" + random.Random(60).randbytes(60 * MEBIBYTE),
        "85.png": png(85),
    }


SHOWN = {
    10: [".png", ".webp", ".zip", ".jpg"],
    50: [".png", ".png", ".latent", ".obj", ".jpg"],
    100: [".png", ".png", ".latent", ".obj", ".flac", ".png"],
}
LEFT_OUT = {10: ["20.latent", "60.flac"], 50: ["60.flac"], 100: list[str]()}
MADE_SMALLER = {10: 2, 50: 1, 100: 0}


async def posted(rig: Rig, files: dict[str, bytes], limit_bytes: int) -> list[Message]:
    rig.discord.posting.upload_limit_bytes = limit_bytes
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        assert job.reply.attachment_limit_bytes == limit_bytes
        rig.generation.files |= files
        await rig.worker.end(job, Done(tuple(Output("9", name, "", "output") for name in files)))
        await rig.delivered(job)
    return rig.results()


@pytest.mark.parametrize("limit", [10, 50, 100])
async def test_each_output_is_posted_or_explained(rig: Rig, limit: int) -> None:
    messages = await posted(rig, files(), limit * MEBIBYTE)
    attached = [each for message in messages for each in message.attachments]
    assert all(len(each.content) <= limit * MEBIBYTE for each in attached)
    told = "\n".join(message.text for message in messages)
    assert [suffix_of(each.filename) for each in attached] == SHOWN[limit]
    assert [name for name in files() if f"“{name}” (" in told] == LEFT_OUT[limit]
    assert told.count("Made smaller to fit Discord’s") == MADE_SMALLER[limit]


async def test_two_hundred_megabytes_are_explained_with_their_size(rig: Rig) -> None:
    messages = await posted(rig, {"200.latent": random.Random(1).randbytes(MEBIBYTE) * 200}, 100 * MEBIBYTE)
    (message,) = messages
    assert message.attachments == ()
    assert (
        "“200.latent” (200 MB) is left out: Discord takes 100 MB here. Packed as a zip it is too"
        in message.text
    )
    assert "Whoever runs ComfyUI finds it in its output folder." in message.text


@needs_ffmpeg
async def test_a_video_is_shown_in_the_gallery_made_smaller_with_the_prompt_as_its_alt_text(rig: Rig) -> None:
    content = video(".mp4", seconds=5)
    (message,) = await posted(rig, {"film.png": content}, len(content) // 2)
    (attachment,) = message.attachments
    assert attachment.filename.endswith("-1.mp4")
    assert len(attachment.content) <= len(content) // 2
    assert recipe_of(attachment.content, Keep.FULL).keys() == {"prompt", "workflow"}
    assert "a red fox" in str(message.now.components)
    assert "Made smaller to fit Discord’s" in message.text


MEASURED = """
import asyncio, sys
from contextlib import aclosing
import aiohttp, discord
from bot.comfy import ComfyClient, FileRef, Server
from bot.delivery.contents import Scratch, gathered
from bot.delivery.fitted import Room
from bot.delivery.fitter import Fitter
from bot.delivery.messages import Attached

def peak():  # of this program alone: ru_maxrss begins with what its parent had
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024

async def main(url):
    async with aiohttp.ClientSession() as session, Scratch() as scratch:
        client = ComfyClient(session, Server(url))
        with Fitter() as fitter:
            await fitter.fit(b"", ".png", "x", Room(1, scratch))  # Pillow is loaded
            before = peak()
            async with aclosing(client.view_stream(FileRef("large.latent"), max_bytes=2**30)) as chunks:
                content = await gathered(chunks, scratch)
            examined = await fitter.examine(content, "large.latent", scratch)
            fitted = await fitter.fit(examined.content, ".latent", "x.latent", Room(2**30, scratch))
        file = Attached("large.latent", fitted.content).to_file()
        form = aiohttp.FormData()
        form.add_field("files[0]", file.fp, filename=file.filename)
        async with session.post(url + "/upload", data=form) as answer:
            size = int(await answer.text())
        file.close()
        print(size, peak() - before)

asyncio.run(main(sys.argv[1]))
"""


@asynccontextmanager
async def large_files(size_bytes: int) -> AsyncGenerator[str]:
    """A ComfyUI with one large file, and where it may be posted."""
    piece = random.Random(3).randbytes(MEBIBYTE)

    async def view(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = size_bytes
        await answer.prepare(request)
        for _ in range(size_bytes // MEBIBYTE):
            await answer.write(piece)
        return answer

    async def upload(request: web.Request) -> web.Response:
        part = await (await request.multipart()).next()
        assert part is not None
        size = 0
        while chunk := await part.read_chunk(MEBIBYTE):  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportAttributeAccessIssue]
            size += len(chunk)  # pyright: ignore[reportUnknownArgumentType]
        return web.Response(text=str(size))

    app = web.Application(client_max_size=2**30)
    app.router.add_get("/view", view)
    app.router.add_post("/upload", upload)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
async def test_a_file_of_two_hundred_megabytes_passes_through_little_memory() -> None:
    async with large_files(200 * MEBIBYTE) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", MEASURED, url, stdout=subprocess.PIPE, cwd=PROJECT
        )
        said, _ = await process.communicate()
    size, grown = map(int, said.split())
    assert size == 200 * MEBIBYTE
    assert grown < 48 * MEBIBYTE
