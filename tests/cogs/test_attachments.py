"""Files and areas as options of a slash command: what Discord is told of them, and what an order holds."""

import io
from typing import Any

import pytest
from PIL import Image

from bot.jobs.inputs import Area, Attachment
from bot.sandbox.discord import Command, Invocation, NotSent, OptionType, Upload
from tests.delivery.rig import Rig


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "firebrick").save(out, "PNG")
    return out.getvalue()


FOX, PAINTED = Upload("fox.png", picture()), Upload("mask.png", picture())


def options(rig: Rig, name: str) -> dict[str, dict[str, Any]]:
    command: Command = next(command for command in rig.discord.commands if command.name == name)
    return {option.name: option.body for option in command.options}


async def inpaint(rig: Rig, line: str, files: dict[str, Upload]) -> Invocation:
    invocation = await rig.discord.member.slash(rig.general, f"/inpaint {line}", files)
    await invocation.answered()
    return invocation


async def test_a_file_is_an_attachment_option_of_its_family_and_an_area_a_choice_in_the_readers_language(
    rig: Rig,
) -> None:
    async with rig.bot():
        found = options(rig, "inpaint")
    image, mask, area = found["image"], found["mask"], found["area"]
    assert (image["type"], image["required"], image["file_types"]) == (
        OptionType.ATTACHMENT,
        True,
        ["image"],
    )
    assert (mask["type"], mask["required"], mask["file_types"]) == (OptionType.ATTACHMENT, False, ["image"])
    assert "file_types" not in found["prompt"]
    assert (area["type"], area["required"]) == (OptionType.STRING, False)
    assert [choice["value"] for choice in area["choices"]] == list(Area)
    assert area["choices"][5] == {
        "name": "top left quarter",
        "name_localizations": {"zh-CN": "左上四分之一", "zh-TW": "左上四分之一"},
        "value": "top left quarter",
    }


async def test_the_commands_with_files_are_not_sent_again(rig: Rig) -> None:
    async with rig.bot() as bot:
        assert not await bot.sync.sync()


async def test_what_files_an_option_takes_is_told_anew_where_discord_has_it_otherwise(rig: Rig) -> None:
    async with rig.bot() as bot:
        sent = [command.sent for command in rig.discord.commands]
        older = [
            {
                **each,
                "options": [
                    {key: value for key, value in option.items() if key != "file_types"}
                    for option in each.get("options", ())
                ],
            }
            for each in sent
        ]
        rig.discord.registry.overwrite(None, older)
        assert await bot.sync.sync()
        assert options(rig, "inpaint")["image"]["file_types"] == ["image"]


async def test_an_order_holds_the_files_as_discord_told_of_them(rig: Rig) -> None:
    async with rig.bot():
        invocation = await inpaint(rig, "prompt:a hat strength:0.8", {"image": FOX, "mask": PAINTED})
    (order,) = rig.generation.orders
    told = invocation.interaction.data["resolved"]["attachments"].values()
    assert order.values == {"prompt": "a hat", "strength": 0.8}
    assert order.attachments.keys() == {"image", "mask"}
    assert {*order.attachments.values()} == {
        Attachment(each["url"], each["filename"], each["size"]) for each in told
    }
    assert order.attachments["image"].filename == "fox.png"


async def test_a_job_shows_what_was_handed_in(rig: Rig) -> None:
    async with rig.bot():
        await inpaint(rig, "prompt:a hat area:left half", {"image": FOX})
        (job,) = await rig.open_jobs()
    assert rig.generation.orders[0].values["area"] == "left half"
    assert (job.values["image"], job.values["area"]) == ("fox.png", "left half")
    assert "mask" not in job.values


async def test_a_refused_command_is_given_back_with_the_names_of_its_files(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        invocation = await rig.discord.member.slash(
            rig.general, "/局部重绘 prompt:a hat area:左半边", {"image": FOX, "mask": PAINTED}
        )
        message = await invocation.answered()
    assert invocation.ephemeral
    assert message.text.startswith("`mask` 和 `area` 都在指定要修改的位置：请只保留一个。")
    assert "/局部重绘 图片:fox.png 提示词:a hat 蒙版:mask.png 区域:左半边" in message.text


async def test_what_is_no_picture_is_not_taken_by_discord_already(rig: Rig) -> None:
    async with rig.bot():
        with pytest.raises(NotSent):
            await inpaint(rig, "prompt:a hat", {"image": Upload("notes.txt", b"words")})
    assert rig.generation.orders == []
