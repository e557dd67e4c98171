"""From an attachment at Discord's stand-in to blobs, over real sockets."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from bot.inputs.earlier import EarlierFileGone
from bot.inputs.errors import InputRefused, InputUnavailable
from bot.inputs.fetching import FetchTimeouts
from bot.inputs.file_blobs import FileBlobs
from bot.inputs.limits import InputLimits
from bot.inputs.preparing import AT_ONCE, Inputs
from bot.jobs.inputs import (
    Area,
    Attachment,
    InputKind,
    KeptInput,
    MadeOutput,
    Masking,
    NewInput,
    PreparedInput,
    Source,
)
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.wire import Upload
from bot.texts import LOCALES, render, text
from tests.comfy.serving import eventually, serving
from tests.inputs import media
from tests.inputs.contract.sample import hash_of
from tests.inputs.rig import corners, corners_of, pixels, saved

PICTURE = saved(corners())
LIMITS = InputLimits(max_bytes=1_000_000, max_pixels=100_000, max_seconds=10)


@dataclass
class Earlier:
    """Jobs of before, whose ComfyUI has what they made until it is gone."""

    prepared: dict[KeptInput, PreparedInput] = field(default_factory=dict[KeptInput, PreparedInput])
    outputs: dict[UUID, bytes] = field(default_factory=dict[UUID, bytes])

    async def kept(self, source: KeptInput) -> PreparedInput | None:
        return self.prepared.get(source)

    async def made(self, source: MadeOutput, *, max_bytes: int) -> AsyncGenerator[bytes]:
        if source.job_id not in self.outputs:
            raise EarlierFileGone
        assert max_bytes == LIMITS.max_bytes
        for byte in self.outputs[source.job_id]:
            yield bytes([byte])


@dataclass
class Rig:
    inputs: Inputs
    blobs: FileBlobs
    folder: Path
    earlier: Earlier

    async def picture(self, blob: str | None) -> Image.Image:
        assert blob
        with Image.open(io.BytesIO(await self.blobs.read(blob))) as picture:
            picture.load()
            return picture

    @property
    def scratch(self) -> list[Path]:
        return list((self.folder / "scratch").iterdir())


@asynccontextmanager
async def preparing(folder: Path, *origins: str, total_bytes: int = 10_000_000) -> AsyncGenerator[Rig]:
    blobs, earlier = await FileBlobs.open(folder, total_bytes=total_bytes), Earlier()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        timeouts = FetchTimeouts(connect_seconds=1, silence_seconds=1, whole_seconds=10)
        with Inputs(session, blobs, LIMITS, earlier, origins=frozenset(origins), timeouts=timeouts) as inputs:
            yield Rig(inputs, blobs, folder, earlier)


@dataclass
class Stage:
    rig: Rig
    discord: DiscordStandIn

    def attach(self, content: bytes, filename: str = "fox.png") -> Attachment:
        given = self.discord.attachments.add(Upload(filename, content), folder_id=1)
        return Attachment(given.url, given.filename, given.size_bytes)

    async def prepare(
        self, content: bytes, kind: InputKind = InputKind.IMAGE, masking: Masking | None = None
    ) -> PreparedInput:
        return await self.prepare_from(self.attach(content), kind, masking)

    async def prepare_from(
        self, source: Source, kind: InputKind = InputKind.IMAGE, masking: Masking | None = None
    ) -> PreparedInput:
        return await self.rig.inputs.prepare(NewInput("image", kind, source, (("1", "image"),), masking))

    async def before(self, masking: Masking | None = None) -> tuple[KeptInput, PreparedInput]:
        """What an earlier job started from."""
        prepared, source = (
            await self.prepare(PICTURE, masking=masking),
            KeptInput(uuid4(), "image", "fox.png"),
        )
        self.rig.earlier.prepared[source] = prepared
        return source, prepared


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with DiscordStandIn.running() as discord:
        origin = discord.attachments.add(Upload("x", b"x"), folder_id=1).url.partition("/cdn/")[0]
        async with preparing(tmp_path / "inputs", origin) as rig:
            yield Stage(rig, discord)


async def test_a_picture_is_kept_by_its_content(stage: Stage) -> None:
    prepared = await stage.prepare(PICTURE)
    assert (prepared.option, prepared.suffix, prepared.mask, prepared.overlay) == (
        "image",
        ".png",
        None,
        None,
    )
    assert pixels(await stage.rig.picture(prepared.blob)) == pixels(corners())
    assert await stage.rig.blobs.all() == {prepared.blob}
    assert stage.rig.scratch == []


async def test_what_is_prepared_twice_is_kept_once(stage: Stage) -> None:
    masking = Masking(area=Area.LEFT)
    once = await stage.prepare(PICTURE, masking=masking)
    assert await stage.prepare(PICTURE, masking=masking) == once
    assert await stage.rig.blobs.all() == {once.blob, once.mask, once.overlay}


async def test_a_painted_mask_is_fetched_along(stage: Stage) -> None:
    drawing = Image.new("L", (24, 16), 0)
    drawing.paste(255, (0, 0, 12, 16))
    prepared = await stage.prepare(PICTURE, masking=Masking(painted=stage.attach(saved(drawing), "mask.png")))
    mask = await stage.rig.picture(prepared.mask)
    assert (mask.size, mask.getchannel("A").getpixel((0, 0)), mask.getchannel("A").getpixel((11, 0))) == (
        (12, 8),
        0,
        255,
    )
    assert corners_of(await stage.rig.picture(prepared.blob)) == "RGBW"
    assert (await stage.rig.picture(prepared.overlay)).format == "JPEG"
    assert prepared.notices == (text("input-mask-fitted", mask="24×16", picture="12×8"),)


async def test_the_own_transparency_of_a_picture_is_its_mask(stage: Stage) -> None:
    picture = corners().convert("RGBA")
    picture.paste((9, 9, 9, 0), (0, 0, 6, 8))
    mask = await stage.rig.picture((await stage.prepare(saved(picture), masking=Masking())).mask)
    assert mask.getchannel("A").histogram() == [48, *[0] * 254, 48]


@pytest.mark.parametrize(
    ("content", "kind", "suffix"),
    [
        (media.mp4(), InputKind.VIDEO, ".mp4"),
        (media.wav(), InputKind.AUDIO, ".wav"),
        (b"a red fox", InputKind.FILE, ".bin"),
    ],
)
async def test_other_files_are_kept_byte_for_byte(
    stage: Stage, content: bytes, kind: InputKind, suffix: str
) -> None:
    prepared = await stage.prepare(content, kind)
    assert (prepared.blob, prepared.suffix) == (hash_of(content), suffix)
    assert await stage.rig.blobs.read(prepared.blob) == content


async def test_what_is_refused_leaves_nothing(stage: Stage) -> None:
    for content, kind in ((b"<svg/>", InputKind.IMAGE), (b"MZ", InputKind.FILE), (PICTURE, InputKind.AUDIO)):
        with pytest.raises(InputRefused):
            await stage.prepare(content, kind)
    assert (await stage.rig.blobs.all(), stage.rig.scratch) == (frozenset(), [])


async def test_a_mask_that_cannot_be_fetched_is_told_from_the_picture(stage: Stage) -> None:
    gone = stage.attach(PICTURE)
    stage.discord.attachments.drop(int(gone.url.split("/")[-2]))
    with pytest.raises(InputRefused) as refused:
        await stage.prepare(PICTURE, masking=Masking(painted=gone))
    assert refused.value.message == text("input-in-mask", problem=text("input-expired"))


async def test_a_full_store_is_told_and_keeps_what_it_has(tmp_path: Path) -> None:
    async with (
        serving(web.get("/{size}", _noise)) as served,
        preparing(tmp_path / "inputs", served.url, total_bytes=4000) as rig,
    ):
        first = await rig.inputs.prepare(_of(served.url, 2000))
        with pytest.raises(InputRefused, match="input-no-room"):
            await rig.inputs.prepare(_of(served.url, 3000))
        assert (await rig.blobs.all(), rig.scratch) == ({first.blob}, [])


async def _noise(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\xee" * int(request.match_info["size"]))


def _of(origin: str, size: int) -> NewInput:
    return NewInput("file", InputKind.FILE, Attachment(f"{origin}/{size}", "fox.bin", size), ())


async def test_only_a_few_are_under_way_at_once(tmp_path: Path) -> None:
    asked, most, go = 0, 0, asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        await go.wait()
        asked -= 1
        return await _noise(request)

    async with (
        serving(web.get("/{size}", slowly)) as served,
        preparing(tmp_path / "inputs", served.url) as rig,
    ):
        tasks = [asyncio.create_task(rig.inputs.prepare(_of(served.url, size))) for size in range(1, 10)]
        await eventually(lambda: asked == AT_ONCE)
        assert len(rig.scratch) == AT_ONCE
        go.set()
        assert len({prepared.blob for prepared in await asyncio.gather(*tasks)}) == len(tasks)
        assert (most, rig.scratch) == (AT_ONCE, [])


async def test_a_preparation_that_is_cancelled_leaves_nothing_and_the_next_goes_well(tmp_path: Path) -> None:
    started, go = asyncio.Event(), asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        started.set()
        await go.wait()
        return await _noise(request)

    async with (
        serving(web.get("/{size}", slowly)) as served,
        preparing(tmp_path / "inputs", served.url) as rig,
    ):
        task = asyncio.create_task(rig.inputs.prepare(_of(served.url, 10)))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await rig.blobs.all(), rig.scratch) == (frozenset(), [])
        go.set()
        await rig.inputs.prepare(_of(served.url, 10))


async def test_a_server_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    async with serving() as served:
        pass
    async with preparing(tmp_path / "inputs", served.url) as rig:
        with pytest.raises(InputUnavailable, match="input-unavailable"):
            await rig.inputs.prepare(_of(served.url, 10))


async def test_a_refusal_reads_well_in_both_languages(stage: Stage) -> None:
    with pytest.raises(InputRefused) as refused:
        await stage.prepare(saved(Image.new("L", (400, 300))))
    words = [render(text("input-in-mask", problem=refused.value.message), locale) for locale in LOCALES]
    assert words == [
        "The mask: This picture has 400×300 pixels, and at most 0.1 megapixels can be used. Make it smaller and run the command again.",
        "蒙版：这张图片有 400×300 像素，最多只能使用 0.1 百万像素。请缩小后再次运行命令。",
    ]


async def test_what_an_earlier_job_started_from_comes_again_with_its_mask(stage: Stage) -> None:
    source, before = await stage.before(Masking(area=Area.LEFT))
    assert await stage.prepare_from(source, masking=Masking()) == before


async def test_what_is_kept_is_protected_for_the_job_that_wants_it_again(stage: Stage) -> None:
    source, before = await stage.before()
    await stage.prepare_from(source)
    assert await stage.rig.blobs.sweep(frozenset()) == 0
    assert await stage.rig.blobs.all() == {before.blob}


async def test_a_kept_picture_takes_another_mask(stage: Stage) -> None:
    source, before = await stage.before(Masking(area=Area.LEFT))
    again = await stage.prepare_from(source, masking=Masking(area=Area.RIGHT))
    assert (again.blob, again.mask == before.mask) == (before.blob, False)


async def test_what_is_not_kept_any_more_is_told_by_name(stage: Stage) -> None:
    source, before = await stage.before()
    await stage.rig.blobs.delete(before.blob)
    for unknown in (source, KeptInput(uuid4(), "image", "fox.png")):
        for masking in (None, Masking(area=Area.LEFT)):
            with pytest.raises(InputRefused) as refused:
                await stage.prepare_from(unknown, masking=masking)
            assert refused.value.message == text("input-of-before-gone", file="fox.png")


async def test_what_a_job_made_comes_from_its_comfyui(stage: Stage) -> None:
    source = MadeOutput(uuid4(), 1, "made.png", stage.attach(b"no picture at all"))
    stage.rig.earlier.outputs[source.job_id] = PICTURE
    prepared = await stage.prepare_from(source)
    assert pixels(await stage.rig.picture(prepared.blob)) == pixels(corners())


async def test_what_comfyui_lost_comes_from_the_message_that_shows_it(stage: Stage) -> None:
    prepared = await stage.prepare_from(MadeOutput(uuid4(), 1, "made.png", stage.attach(PICTURE)))
    assert pixels(await stage.rig.picture(prepared.blob)) == pixels(corners())


async def test_what_nobody_has_any_more_is_told_by_name(stage: Stage) -> None:
    with pytest.raises(InputRefused) as refused:
        await stage.prepare_from(MadeOutput(uuid4(), 1, "made.png"))
    assert refused.value.message == text("input-of-before-gone", file="made.png")
