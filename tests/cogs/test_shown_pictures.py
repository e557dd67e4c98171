"""Which pictures of a message **Use as input** finds, and from where they may be fetched."""

from msgspec.structs import replace

from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment
from bot.sandbox.discord import Upload
from cogs._pictures import Shown
from tests.cogs.messages import (
    FOX,
    HAT,
    IS_COMPONENTS_V2,
    WOLF,
    fields,
    opened,
    posted_by_bot,
    said,
    used,
)
from tests.delivery.rig import Rig

NONE = "This message shows no picture. Use this on a message with one."
ELSEWHERE = "What this message shows lies on another server, and the bot fetches from Discord alone."


async def test_a_picture_in_an_embed_is_found_and_none_in_words(rig: Rig) -> None:
    async with rig.bot():
        embed = {"title": "fox", "image": {"url": "attachment://fox.png"}}
        picture = await used(rig, posted_by_bot(rig, {"embeds": [embed]}, FOX), {"prompt": "a hat"})
        assert (
            await said(rig, await rig.discord.second.say(rig.general, "https://example.com/fox.png")) == NONE
        )
        notes = Upload("notes.txt", b"words")
        assert await said(rig, await rig.discord.second.say(rig.general, "look", notes)) == NONE
    assert picture.filename == "fox.png"


async def test_a_picture_of_a_media_gallery_a_thumbnail_and_a_file_is_found(rig: Rig) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://fox.png"}}]}
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "words"}],
        "accessory": {"type": 11, "media": {"url": "attachment://fox.png"}},
    }
    file = {"type": 13, "file": {"url": "attachment://fox.png"}}
    layouts = ([gallery], [{"type": 17, "components": [gallery]}], [section], [file])
    async with rig.bot():
        for layout in layouts:
            body = {"flags": IS_COMPONENTS_V2, "components": layout}
            assert (await used(rig, posted_by_bot(rig, body, FOX), HAT)).filename == "fox.png"


async def test_the_picture_of_a_forwarded_message_is_found(rig: Rig) -> None:
    async with rig.bot():
        original = await rig.discord.second.say(rig.general, "look", FOX)
        forwarded = await rig.discord.second.forward(original, rig.general)
        picture = await used(rig, forwarded, HAT)
    assert picture == Attachment(original.attachments[0].url, "fox.png", len(FOX.content))


async def test_of_several_pictures_one_is_chosen_by_name_and_each_is_there_once(rig: Rig) -> None:
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX, Upload("notes.txt", b"words"), WOLF)
        choice = fields(await opened(rig, message))["picture"]
        assert [each["label"] for each in choice["options"]] == ["1 · fox.png", "2 · wolf.png"]
        assert (await used(rig, message, HAT)).filename == "fox.png"
        assert (await used(rig, message, {**HAT, "picture": "2 · wolf.png"})).filename == "wolf.png"


async def test_a_picture_on_another_server_is_told_and_never_fetched(rig: Rig) -> None:
    async with rig.bot():
        embed = {"image": {"url": "https://example.com/fox.png"}}
        assert (await said(rig, posted_by_bot(rig, {"embeds": [embed]}))).startswith(ELSEWHERE)
        inside = posted_by_bot(rig, {"embeds": [embed], "content": "look"}, WOLF)
        assert "picture" not in fields(await opened(rig, inside))
        assert (await used(rig, inside, HAT)).filename == "wolf.png"


async def test_a_message_without_a_picture_is_told_in_private_in_the_menus_language(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "你好")
        told = await said(rig, message, "用作输入")
    assert told == "这条消息里没有图片。请在有图片的消息上使用。"


async def test_discords_copy_of_a_picture_of_another_server_is_used(rig: Rig) -> None:
    async with rig.bot():
        message = posted_by_bot(rig, {"content": "look"}, FOX)
        copy = message.attachments[0].url
        embed = {"type": "image", "thumbnail": {"url": "https://example.com/a%20wolf.png", "proxy_url": copy}}
        message.versions.append(replace(message.now, embeds=(embed,), attachments=()))
        assert await used(rig, message, HAT) == Attachment(copy, "a wolf.png", None)


def test_the_file_itself_is_taken_before_discords_copy() -> None:
    itself, elsewhere = "https://cdn.discordapp.com/a/fox.png?ex=1", "https://example.com/fox.png"
    copy = "https://images-ext-1.discordapp.net/external/x/https/example.com/fox.png"
    found = [
        Shown(addresses, "fox.png", 9, is_picture=True).within(Origins())
        for addresses in ((itself, copy), (elsewhere, copy), (elsewhere,))
    ]
    assert found == [Attachment(itself, "fox.png", 9), Attachment(copy, "fox.png", 9), None]
