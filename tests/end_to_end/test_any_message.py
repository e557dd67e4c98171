"""A picture of a message goes through a workflow, and what came out tells how, and is made once more."""

import io
import json

import pytest
from PIL import Image

from bot.sandbox.discord import Invocation, Message, Upload
from tests.end_to_end.rig import SHIPPED, Rig


@pytest.fixture(autouse=True)
def shipped(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)


def picture() -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "firebrick").save(out, "PNG")
    return Upload("fox.png", out.getvalue())


async def menu(rig: Rig, name: str, message: Message) -> Invocation:
    used = await rig.discord.member.context_command(name, message, rig.general)
    await used.acknowledged()
    return used


async def result(rig: Rig, number: int) -> Message:
    """The result of that number; what one person is told is none."""

    def found() -> list[Message]:
        return [each for each in rig.results() if not each.ephemeral]

    await rig.until(lambda: len(found()) == number)
    return found()[-1]


async def test_a_picture_of_anybody_is_drawn_anew_told_of_and_drawn_again(rig: Rig) -> None:
    member = rig.discord.member
    async with rig.bot() as life:
        await rig.ready()
        message = await rig.discord.second.say(rig.general, "look", picture())
        form = await menu(rig, "Use as input", message)
        given = {"Workflow": "img2img", "Prompt": "a blue fox", "Strength": "0.5"}
        await member.submit_modal(form, given)
        first = await result(rig, 1)
        (prompt,) = (json.dumps(each) for each in rig.comfy.submitted)
        await rig.until(lambda: "result posted" in life.log)  # so that the ledger knows it

        read = await menu(rig, "Read workflow", first)
        told = await read.answered()
        again = await member.click(read, "Run it again with changes")
        await again.answered()
        form = await member.select(again, "Choose what to change", "Prompt")
        await form.acknowledged()
        await (await member.submit_modal(form, {"prompt": "a green fox"})).acknowledged()
        await member.click(again, "Run")  # from the picture that it was drawn after before
        second = await result(rig, 2)

    assert "a blue fox" in first.text
    assert '"denoise": 0.5' in prompt
    assert "was made with `/img2img`" in told.text
    assert "strength: 0.5" in told.text
    assert "a green fox" in second.text
    assert len(rig.comfy.submitted) == 2


async def test_a_form_of_a_result_that_was_open_while_the_bot_was_killed_is_read_by_the_next(
    rig: Rig,
) -> None:
    member = rig.discord.member
    async with rig.bot() as life:
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox")
        form = await menu(rig, "Use as input", await result(rig, 1))
        life.kill()
        await life.ended()
    async with rig.bot():
        await rig.ready(2)
        await member.submit_modal(form, {"Workflow": "img2img", "Prompt": "a blue fox"})
        assert "a blue fox" in (await result(rig, 2)).text
