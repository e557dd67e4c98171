"""**Use as input**: which pictures of a message it finds, what its form asks, and the job that comes of it."""

import gc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from bot.delivery.acknowledging import DEFER_AFTER_SECONDS
from bot.jobs.inputs import Area, Attachment
from bot.jobs.job import State
from bot.sandbox.discord import Fault, Message, Upload
from tests.cogs.messages import (
    IS_COMPONENTS_V2,
    fields,
    only_job,
    opened,
    png,
    posted_by_bot,
    said,
    values,
)
from tests.cogs.test_generate import CALLBACK
from tests.cogs.test_written_first import locked
from tests.delivery.rig import Rig

FOX, WOLF, PAINTED = (
    Upload("fox.png", png()),
    Upload("wolf.png", png("grey")),
    Upload("mask.png", png("white")),
)

HAT = {"workflow": "img2img", "prompt": "a hat"}
NONE = "This message shows no picture. Use this on a message with one."
ELSEWHERE = "What this message shows lies on another server, and the bot fetches from Discord alone."


def forms() -> int:
    """How many the process holds."""
    gc.collect()
    return sum(isinstance(each, discord.ui.Modal) for each in gc.get_objects())


async def used(rig: Rig, message: Message, given: Mapping[str, object]) -> Attachment:
    """The picture from which the job starts."""
    invocation = await opened(rig, message)
    await (await rig.discord.member.submit_modal(invocation, given)).answered()
    return rig.generation.orders[-1].attachments["image"]


async def test_the_picture_of_a_message_becomes_the_picture_of_an_ordinary_job(rig: Rig) -> None:
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX)
        invocation = await opened(rig, message)
        submitted = await rig.discord.member.submit_modal(
            invocation, {"workflow": "img2img", "prompt": "a hat", "strength": "0,5"}
        )
        status = await submitted.answered()
        job = await only_job(rig)
    (order,) = rig.generation.orders
    (file,) = message.attachments
    assert order.attachments == {"image": Attachment(file.url, "fox.png", len(FOX.content))}
    assert order.values == {"prompt": "a hat", "strength": 0.5}
    assert (job.interaction_id, job.workflow, job.state) == (
        submitted.interaction.id,
        "img2img",
        State.PREPARING,
    )
    assert (job.values["image"], job.values["strength"]) == ("fox.png", "0.5")
    assert job.place.user_id == rig.discord.member.user.id
    assert not submitted.ephemeral
    assert "img2img" in status.text
    assert status.labels == ("Cancel",)


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


async def test_the_form_asks_only_what_a_workflow_that_is_offered_has_an_option_for(rig: Rig) -> None:
    shipped = rig.generation.workflows
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX)
        form = fields(await opened(rig, message))
        assert list(form) == ["workflow", "prompt", "strength", "area", "mask"]
        assert {"img2img", "inpaint", "outpaint", "upscale", "svd"} <= set(values(form["workflow"]))
        assert {"txt2img", "sdxl-reference"}.isdisjoint(values(form["workflow"]))
        assert form["mask"]["about"] == "Only for inpaint"
        assert values(form["area"]) == list(Area)
        rig.generation.offer({"upscale": shipped["upscale"]})
        assert list(fields(await opened(rig, message))) == ["workflow"]
        rig.generation.offer({"img2img": shipped["img2img"]})
        form = fields(await opened(rig, message))
        assert list(form) == ["workflow", "prompt", "strength"]
        assert form["prompt"]["about"] is None
        rig.generation.offer({"txt2img": shipped["txt2img"]})
        assert await said(rig, message) == "No workflow here starts from one picture at the moment."


async def test_thirty_workflows_and_thirty_pictures_are_within_what_a_form_may_hold(rig: Rig) -> None:
    img2img = rig.generation.workflows["img2img"]
    names = [f"{'w' * 29}-{number:02}" for number in range(30)]
    wordy = replace(img2img, name_localisations={}, description="d" * 100)
    rig.generation.offer({name: replace(wordy, name=name) for name in names})
    files = [Upload(f"{'n' * 120}-{number}.png", png()) for number in range(10)]
    items = [{"media": {"url": f"attachment://{each.filename}"}} for each in files]
    galleries = [{"type": 12, "items": items}]
    async with rig.bot():
        body = {"flags": IS_COMPONENTS_V2, "components": galleries}
        form = fields(await opened(rig, posted_by_bot(rig, body, *files)))
    assert values(form["workflow"]) == names[:25]
    assert len(form["picture"]["options"]) == 10
    assert list(form) == ["workflow", "picture", "prompt", "strength"]


@pytest.mark.parametrize("name", ["img2img", "inpaint", "outpaint", "upscale", "svd"])
async def test_every_shipped_workflow_with_one_picture_can_be_run_by_the_form(rig: Rig, name: str) -> None:
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX)
        words = {} if name in {"upscale", "svd"} else {"prompt": "a hat"}
        await used(rig, message, {"workflow": name, **words})
        assert (await only_job(rig)).workflow == name


async def test_a_mask_or_an_area_goes_with_the_picture(rig: Rig) -> None:
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX)
        await used(rig, message, {"workflow": "inpaint", "prompt": "a hat", "mask": PAINTED})
        await used(rig, message, {"workflow": "inpaint", "prompt": "a hat", "area": "left half"})
    painted, named = rig.generation.orders
    assert painted.attachments["mask"].filename == "mask.png"
    assert named.values["area"] == "left half"


async def refused(rig: Rig, given: Mapping[str, object]) -> str:
    message = await rig.discord.second.say(rig.general, "look", FOX)
    submitted = await rig.discord.member.submit_modal(await opened(rig, message), given)
    answer = await submitted.answered()
    assert submitted.ephemeral
    assert await rig.open_jobs() == []
    return answer.text


async def test_what_is_refused_is_told_in_private_with_the_command_that_says_the_same(rig: Rig) -> None:
    async with rig.bot():
        told = await refused(rig, {**HAT, "strength": "1.5"})
        assert told.startswith("`strength` must be from 0.05 to 1, and cannot be 1.5.")
        assert "/img2img image:fox.png prompt:a hat strength:1.5" in told
        told = await refused(rig, {**HAT, "strength": "much"})
        assert told.startswith("`strength` needs a number, and “much” is none.")
        told = await refused(rig, {"workflow": "img2img"})
        assert told.startswith("The option `prompt` is needed.")


async def test_what_a_workflow_has_no_use_for_is_refused_and_not_passed_over(rig: Rig) -> None:
    async with rig.bot():
        told = await refused(rig, {"workflow": "upscale", "prompt": "a hat"})
        assert told.startswith("`upscale` has no use for what you gave as “Prompt”.")
        assert "/upscale image:fox.png prompt:a hat" in told
        told = await refused(rig, {**HAT, "mask": PAINTED})
        assert told.startswith("`img2img` has no use for what you gave as “Mask”.")
        assert "mask:mask.png" in told


async def test_everything_is_in_chinese_for_who_reads_chinese(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "看", FOX, WOLF)
        invocation = await opened(rig, message, "用作输入")
        form = fields(invocation)
        assert invocation.modal is not None
        assert invocation.modal["title"] == "用作输入"
        assert [form[name]["label"] for name in form] == [
            "工作流",
            "图片",
            "提示词",
            "重绘幅度",
            "修改的位置",
        ]
        assert "图生图" in {each["label"] for each in form["workflow"]["options"]}
        told = await refused(rig, {"workflow": "图生图", "提示词": "帽子", "strength": "9"})
    assert "/图生图 图片:fox.png 提示词:帽子 重绘幅度:9" in told


async def test_a_form_whose_workflow_has_gone_meanwhile_gives_the_words_back(rig: Rig) -> None:
    async with rig.bot():
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
        rig.generation.offer({})
        submitted = await rig.discord.member.submit_modal(invocation, HAT)
        told = (await submitted.answered()).text
    assert told.startswith("`img2img` cannot run at the moment")
    assert "a hat" in told


async def test_a_form_that_comes_back_after_a_restart_is_read_as_before(rig: Rig) -> None:
    async with rig.bot():
        message = posted_by_bot(rig, {"content": "look"}, FOX, WOLF)
        invocation = await opened(rig, message)
        wolf = fields(invocation)["picture"]["options"][1]["value"]
    async with rig.bot():
        submitted = await rig.discord.member.submit_modal(invocation, {**HAT, "picture": wolf})
        await submitted.answered()
        job = await only_job(rig)
    assert (job.interaction_id, job.values["image"]) == (submitted.interaction.id, "wolf.png")
    assert rig.generation.orders[0].attachments["image"].size_bytes == len(WOLF.content)


@pytest.mark.parametrize("fault", [None, Fault("GET", "/channels/.*/messages/.*", status=403, code=50001)])
async def test_after_a_restart_what_others_wrote_is_not_the_bots_to_read_and_the_words_come_back(
    rig: Rig, fault: Fault | None
) -> None:
    async with rig.bot():
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
    async with rig.bot():
        if fault is not None:
            rig.discord.add_fault(fault)
        submitted = await rig.discord.member.submit_modal(invocation, HAT)
        told = (await submitted.answered()).text
    assert submitted.ephemeral
    assert told.startswith("The bot was restarted while you filled in the form")
    assert "/img2img prompt:a hat" in told
    assert rig.generation.orders == []


async def test_forms_are_not_remembered(rig: Rig) -> None:
    async with rig.bot():
        before = forms()
        message = await rig.discord.second.say(rig.general, "look", FOX)
        for _ in range(3):
            await opened(rig, message)
        assert forms() == before


async def test_what_takes_long_twice_is_announced_once(rig: Rig, tmp_path: Path) -> None:
    async with rig.bot():
        invocation = await opened(rig, posted_by_bot(rig, {"content": "look"}, FOX))
    async with rig.bot():
        rig.discord.add_fault(
            Fault("GET", "/channels/.*/messages/.*", delay_seconds=DEFER_AFTER_SECONDS + 0.2)
        )
        before = len(rig.calls("POST", CALLBACK))
        with locked(tmp_path / "bot.db"):
            submitted = await rig.discord.member.submit_modal(invocation, HAT)
            await rig.discord.until(lambda: submitted.follow_ups, 20)
    (told,) = submitted.follow_ups
    assert "is being used by another program" in told.text
    assert rig.calls("POST", CALLBACK)[before:] == [200]


async def test_a_form_with_a_forged_id_is_told_and_reaches_no_other_channel(rig: Rig) -> None:
    async with rig.bot():
        elsewhere = rig.discord.guilds[1].channels["general"]
        secret = posted_by_bot(rig, {"content": "secret"}, WOLF, channel=elsewhere)
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
        assert invocation.modal is not None
        told: list[str] = []
        for custom_id in (f"input:{secret.id}", "input:fox", "again:fox", "x"):
            invocation.modal["custom_id"] = custom_id
            submitted = await rig.discord.member.submit_modal(invocation, HAT)
            told.append((await submitted.answered()).text)
            assert submitted.ephemeral
    assert told[0].startswith("The bot was restarted while you filled in the form")
    assert told[1:] == ["This form is of an older version of the bot. Open it again."] * 3
    assert rig.generation.orders == []


async def test_a_form_sent_twice_makes_two_jobs_and_one_heard_twice_makes_one(rig: Rig) -> None:
    async with rig.bot():
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
        rig.discord.add_fault(Fault("POST", "/interactions/.*/callback", drop="after"))
        submitted = await rig.discord.member.submit_modal(invocation, HAT)
        await submitted.answered()
        assert len(await rig.open_jobs()) == 1
        await (await rig.discord.member.submit_modal(invocation, HAT)).answered()
        assert len(await rig.open_jobs()) == 2


async def test_a_message_without_a_picture_is_told_in_private_in_the_menus_language(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "你好")
        told = await said(rig, message, "用作输入")
    assert told == "这条消息里没有图片。请在有图片的消息上使用。"
