"""Files, on their way in and out."""

import io
from collections.abc import AsyncGenerator

import aiohttp
import discord
import pytest
from PIL import Image

from bot.sandbox.discord import Channel, DiscordStandIn, Upload
from bot.sandbox.discord.attachments import AttachmentStore, content_type_of, image_size
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.snowflakes import Snowflakes
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work, raised_by


@pytest.fixture
async def bot(stand_in: DiscordStandIn) -> AsyncGenerator[Bot]:
    async with at_work(Bot(), stand_in) as running:
        yield running


def file(content: bytes, name: str, **options: object) -> discord.File:
    return discord.File(io.BytesIO(content), name, **options)  # pyright: ignore[reportArgumentType]  # description and spoiler


async def test_a_file_comes_back_byte_for_byte(general: Channel, bot: Bot) -> None:
    content = bytes(range(256)) * 5000 + b"\r\n--boundary\r\n"
    message = await bot.get_partial_messageable(general.id).send(
        "two", files=[file(content, "a b.bin", description="alt"), file(b"", "empty.txt", spoiler=True)]
    )
    first, second = message.attachments
    assert (first.filename, first.size, first.description, first.content_type) == (
        "a_b.bin",
        len(content),
        "alt",
        "application/octet-stream",
    )
    assert (await first.read(), await second.read()) == (content, b"")
    assert (second.filename, second.is_spoiler(), second.flags.value) == ("SPOILER_empty.txt", True, 8)
    assert general.messages[0].attachments[0].content == content


async def test_an_edit_keeps_what_it_lists_and_adds_what_it_brings(general: Channel, bot: Bot) -> None:
    message = await bot.get_partial_messageable(general.id).send(files=[file(b"a", "a"), file(b"b", "b")])
    kept = message.attachments[1]
    message = await message.edit(attachments=[kept, file(b"c", "c")])
    assert [(each.filename, each.id == kept.id) for each in message.attachments] == [
        ("b", True),
        ("c", False),
    ]
    message = await message.edit(content="no word of files")
    assert [each.filename for each in message.attachments] == ["b", "c"]
    message = await message.edit(attachments=[])
    assert message.attachments == []


@pytest.mark.parametrize(("size", "refused"), [(10, False), (11, True)])
async def test_files_above_the_limit_are_refused(
    stand_in: DiscordStandIn, general: Channel, bot: Bot, size: int, *, refused: bool
) -> None:
    stand_in.posting.upload_limit_bytes = 10
    send = bot.get_partial_messageable(general.id).send(file=file(b"x" * size, "x"))
    if refused:
        refusal = await raised_by(send)
        assert (refusal.status, refusal.code) == (413, 40005)
    else:
        await send


async def test_boosted_guilds_take_larger_files(stand_in: DiscordStandIn, general: Channel) -> None:
    limits: list[int] = []
    for tier in range(4):
        stand_in.guilds[0].boost_tier = tier
        limits.append(stand_in.posting.limit_in(general) // 1024**2)
    assert (limits, stand_in.posting.limit_in(stand_in.member.direct) // 1024**2) == ([10, 10, 50, 100], 10)


@pytest.mark.parametrize("mebibytes", [26, 60])
async def test_a_request_above_twenty_five_mebibytes_is_refused(
    stand_in: DiscordStandIn, general: Channel, bare: Bare, mebibytes: int
) -> None:
    stand_in.guilds[0].boost_tier = 3
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", io.BytesIO(bytes(mebibytes * 1024**2)), filename="big.bin")
    assert (await bare("POST", f"/channels/{general.id}/messages", data=form)).refusal == (413, 40005)


async def test_a_file_that_is_gone_is_not_found(stand_in: DiscordStandIn, general: Channel, bot: Bot) -> None:
    message = await bot.get_partial_messageable(general.id).send(file=file(b"x", "x.txt"))
    stand_in.attachments.drop(message.attachments[0].id)
    with pytest.raises(discord.NotFound):
        await message.attachments[0].read()


def test_old_files_make_room_for_new_ones() -> None:
    clock = Clock()
    store = AttachmentStore(Snowflakes(clock), clock, "http://cdn", kept_bytes=10)
    first, second, third = (store.add(Upload("x", bytes(5)), folder_id=1) for _ in range(3))
    assert [store.get(each.id) for each in (first, second, third)] == [None, second, third]
    assert (first.content, first.size_bytes, third.content) == (b"", 5, bytes(5))


async def test_names_in_any_script_are_kept(general: Channel, bot: Bot) -> None:
    message = await bot.get_partial_messageable(general.id).send(file=file(b"x", "雪中 狐狸.png"))
    (attachment,) = message.attachments
    assert (attachment.filename, await attachment.read()) == ("雪中_狐狸.png", b"x")


async def test_what_is_no_media_is_downloaded_and_not_shown(
    general: Channel, bot: Bot, stand_in: DiscordStandIn
) -> None:
    files = [file(b"<script>", "page.html"), file(png(2, 1), "fox.png")]
    message = await bot.get_partial_messageable(general.id).send(files=files)
    dispositions: list[str | None] = []
    async with aiohttp.ClientSession() as session:
        for each in message.attachments:
            async with session.get(each.url) as response:
                dispositions.append(response.headers.get("Content-Disposition"))
    assert dispositions == ["attachment", None]


def png(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    return content.getvalue()


def test_pictures_have_a_size_and_nothing_else_has() -> None:
    assert (image_size(png(30, 20)), image_size(b"words"), image_size(png(3, 3)[:20])) == (
        (30, 20),
        (None, None),
        (None, None),
    )


def test_a_header_that_promises_a_huge_picture_is_only_read() -> None:
    header = bytearray(png(1, 1))
    header[16:24] = (30_000).to_bytes(4) * 2
    assert image_size(bytes(header)) in {(30_000, 30_000), (None, None)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.PNG", "image/png"), ("a.webp", "image/webp"), ("a.mp4", "video/mp4"), ("a", None)],
)
def test_the_kind_of_a_file_is_told_by_its_name(name: str, kind: str | None) -> None:
    assert content_type_of(name) == kind
