"""**Use as input**: what its form asks, and the job that comes of it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.jobs.inputs import Area, Attachment
from bot.jobs.job import State
from bot.sandbox.discord import Upload
from tests.cogs.messages import (
    FOX,
    HAT,
    IS_COMPONENTS_V2,
    PAINTED,
    WOLF,
    fields,
    only_job,
    opened,
    png,
    posted_by_bot,
    said,
    used,
    values,
)
from tests.delivery.rig import Rig


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
    wordy = dataclasses.replace(img2img, name_localisations={}, description="d" * 100)
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
