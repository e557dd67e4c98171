"""What is made of results, by the whole bot: killed between any two presses, and whether or not ComfyUI kept the files."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.sandbox.comfyui.files import Folder
from bot.sandbox.discord import Message, NotSent
from bot.sandbox.discord.typed_presses import press_line
from tests.end_to_end.rig import SHIPPED, Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as rig:
        rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
        yield rig


async def made_by(rig: Rig, message: Message, action: str) -> Message:
    """The result of what a button of another one started."""
    known = {each.id for each in rig.results()}
    button = next(each for each in message.now.custom_ids if each.startswith(action))
    press = await rig.discord.member.click(message, button)
    await rig.until(lambda: [each for each in rig.results() if each.id not in known])
    await rig.until(lambda: rig.ended(press))
    return next(each for each in rig.results() if each.id not in known)


async def test_pictures_are_made_of_pictures_whatever_ends_in_between(rig: Rig) -> None:
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox seed:42")
        drawn = await rig.result()
        varied = await made_by(rig, drawn, "vary-subtle")
        first.kill()
        await first.ended()
    rig.comfy.installation.files.wipe(Folder.OUTPUT)  # what is left is on Discord
    async with rig.bot():
        await rig.ready(2)
        enlarged = await made_by(rig, varied, "upscale")
        again = await made_by(rig, varied, "again")
    lines = [each.text.split("\n-# ")[1] for each in (varied, enlarged, again)]
    place = f"https://discord.com/channels/{rig.general.guild_id}/{rig.general.id}"
    assert lines == [
        f"variation 1 of [this]({place}/{drawn.id})",
        f"enlarged from [this]({place}/{varied.id})",
        f"[made again]({place}/{varied.id}), number 1",
    ]
    assert len({each.attachments[0].content for each in (drawn, varied, enlarged, again)}) == 4


async def test_a_line_at_a_terminal_goes_through_the_pages_of_the_edit_form(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox seed:42 steps:4")
        drawn = await rig.result()
        pressed = await press_line(rig.discord.member, rig.general, "edit seed:5 prompt:a blue fox, asleep")
        await rig.until(lambda: len(rig.results()) == 2)
        await rig.until(lambda: rig.ended(pressed))
    edited = next(each for each in rig.results() if each.id != drawn.id)
    assert "a blue fox, asleep" in edited.text
    assert "seed 5 ·" in edited.text


async def test_a_line_with_a_name_that_no_page_has_is_refused_with_those_that_there_are(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox seed:42 steps:4")
        await rig.result()
        with pytest.raises(NotSent, match=r"write one of: .*seed"):
            await press_line(rig.discord.member, rig.general, "edit sleed:5")
        assert len(rig.prompts) == 1
