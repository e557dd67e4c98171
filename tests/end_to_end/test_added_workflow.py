"""A workflow becomes a command inside Discord: added from a file or a message, mended, tried, published."""

import json
from typing import Any

import pytest

from bot.sandbox.discord import Invocation, Message, NotSent, Upload
from tests.cogs.messages import png
from tests.end_to_end.rig import SHIPPED, Rig

Json = Any
MODEL = "gone-v1.safetensors"
MAKE_COMMAND = "Make a command of this"


def graph(model: str | None = None) -> Json:
    """The classic graph, perhaps with another model."""
    found: Json = json.loads((SHIPPED / "txt2img" / "workflow.json").read_text(encoding="utf-8"))
    loader = next(node for node in found.values() if node["class_type"] == "CheckpointLoaderSimple")
    loader["inputs"]["ckpt_name"] = model or loader["inputs"]["ckpt_name"]
    return found


async def private(invocation: Invocation) -> Message:
    message = await invocation.answered()
    assert invocation.ephemeral
    return message


async def press(rig: Rig, message: Message, label: str) -> Invocation:
    pressed = await rig.discord.administrator.click(message, label)
    await pressed.acknowledged()
    return pressed


async def allow(rig: Rig) -> None:
    """Who manages the server may add workflows from now on."""
    chosen = {"key": "workflow-adders", "value": "managers"}
    await private(await rig.discord.administrator.slash(rig.general, "/settings set", chosen))


async def test_a_file_becomes_a_command_with_another_model_in_the_place_of_one_that_nobody_has(
    rig: Rig,
) -> None:
    ada, general, elsewhere = (
        rig.discord.administrator,
        rig.general,
        rig.discord.guilds[1].channels["general"],
    )
    file = Upload("Neon Fox.json", json.dumps(graph(MODEL)).encode())
    async with rig.bot():
        await rig.ready()
        await allow(rig)
        preview = await private(await ada.slash(general, "/workflow add", {"file": file}))
        assert preview.text.startswith("### Preview of /neon_fox\n")
        assert f"“{MODEL}”" in preview.text
        (menu,) = [each for each in preview.now.custom_ids if each.startswith("preview-replace")]
        await (await ada.select(preview, menu, rig.comfy.checkpoints[0])).acknowledged()
        assert MODEL not in preview.now.text
        assert "`checkpoint` " in preview.now.text
        form = await press(rig, preview, "Try it")
        tried = await ada.submit_modal(form, {"prompt": "a neon fox"})
        await private(tried)
        await rig.until(lambda: tried.response and tried.response.attachments)
        sent: Json = rig.comfy.submitted[-1]
        assert sent["prompt"]["4"]["inputs"]["ckpt_name"] == rig.comfy.checkpoints[0]
        await press(rig, preview, "Publish")
        await rig.until(lambda: preview.now.text.startswith("**</neon_fox:"))
        await rig.discord.member.slash(general, "/neon_fox prompt:a wolf steps:4")
        assert (await rig.result()).attachments
        with pytest.raises(NotSent):
            await rig.discord.member.slash(elsewhere, "/neon_fox prompt:a wolf")


async def test_a_picture_in_a_message_becomes_a_draft_that_outlives_the_process_until_it_can_run_or_is_discarded(
    rig: Rig,
) -> None:
    ada = rig.discord.administrator
    picture = Upload("fox_00001_.png", png(texts={"prompt": json.dumps(graph(MODEL))}))
    rig.comfy.break_object_info()  # it is asked for single nodes from now on, first for those of the bot's own workflows
    async with rig.bot():
        await rig.ready()
        await allow(rig)
        said = await rig.discord.member.say(rig.general, "look what I made", picture)
        preview = await private(await ada.context_command(MAKE_COMMAND, said, rig.general))
        assert preview.text.startswith("### Preview of /fox\n")
        assert "The node KSampler is not installed" in preview.text
        await press(rig, preview, "Discard")
        await press(rig, preview, "Keep it")
        assert "is not installed" not in preview.now.text
        assert f"“{MODEL}”, which" in preview.now.text
    rig.comfy.checkpoints.append(MODEL)
    async with rig.bot():
        await rig.ready(life=2)
        await press(rig, preview, "Look again")
        assert f"default “{MODEL}”" in preview.now.text
        await press(rig, preview, "Discard")
        await press(rig, preview, "Discard")
        assert preview.now.text == "The draft of /fox is gone."
        again = await private(await ada.context_command(MAKE_COMMAND, said, rig.general))
        assert again.text.startswith("### Preview of /fox\n")
