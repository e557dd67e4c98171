"""Sixteen jobs that were asked for as one, between the two stand-ins, with the bot killed at each step.

Whatever the step: one sheet with sixteen pictures, and no prompt run twice.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence

import pytest
from PIL import Image

from bot.comfy import parse_graph
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from tests.end_to_end.life import Life
from tests.end_to_end.rig import Rig
from tests.end_to_end.test_kill import RESULT, STATUS, Step, delivered, kill_at_discord

SIXTEEN = "/compare workflow:blank x:color 16711680,65280,255,16777215 y:width 64,72,80,88"
EMPTY = (38, 39, 44)

AT_COMFYUI: Mapping[str, tuple[Step, int]] = {
    "the first prompt is submitted": (("POST", "/prompt"), 1),
    "the eighth prompt is submitted": (("POST", "/prompt"), 8),
    "the last prompt is submitted": (("POST", "/prompt"), 16),
    "the eighth history is asked": (("GET", "/history/.+"), 8),
    "the first picture is fetched": (("GET", "/view"), 1),
    "the last picture is fetched": (("GET", "/view"), 16),
}
AT_DISCORD: Mapping[str, Sequence[Step]] = {
    "the status moves": [STATUS],
    "the sheet": [RESULT],
    "the last status": [RESULT, STATUS],
}


def kill_at_comfyui(rig: Rig, life: Life, step: Step, number: int) -> None:
    """The bot dies when this request arrives for the so manieth time."""
    left = number

    def look(method: str, path: str) -> None:
        nonlocal left
        if method == step[0] and re.fullmatch(step[1], path):
            left -= 1
            if not left:
                rig.comfy.installation.on_request = None
                life.kill()

    rig.comfy.installation.on_request = look


def empty_share(sheet: Image.Image) -> float:
    """How much of a sheet is the ground of cells without a picture."""
    small = sheet.convert("RGB").reduce(4)
    pixels = [small.getpixel((x, y)) for x in range(small.width) for y in range(small.height)]
    near = sum(
        isinstance(pixel, tuple) and all(abs(a - b) < 4 for a, b in zip(pixel, EMPTY, strict=True))
        for pixel in pixels
    )
    return near / len(pixels)


def check_sheet(rig: Rig) -> None:
    (message,) = rig.results()
    (file,) = message.attachments
    sheet = Image.open(io.BytesIO(file.content))
    assert sheet.width > 4 * 192
    assert empty_share(sheet) < 0.01
    assert len(set(rig.prompts)) == len(rig.prompts) == 16


@pytest.fixture
def rig(rig: Rig) -> Rig:
    rig.settings["MAX_JOBS_PER_MEMBER"] = "16"
    return rig


@pytest.mark.parametrize(("step", "number"), AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_bot_killed_while_it_talks_to_comfyui_posts_one_sheet_of_sixteen(
    rig: Rig, step: Step, number: int
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_comfyui(rig, first, step, number)
        await rig.ask(SIXTEEN)
        assert await first.ended() < 0
    async with rig.bot() as second:
        await delivered(rig, second)
    check_sheet(rig)


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
@pytest.mark.parametrize("steps", AT_DISCORD.values(), ids=AT_DISCORD)
async def test_a_bot_killed_while_it_talks_to_discord_posts_one_sheet_of_sixteen(
    rig: Rig, steps: Sequence[Step], *, refused: bool
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, steps, refused=refused)
        await rig.ask(SIXTEEN)
        assert await first.ended() < 0
    async with rig.bot() as second:
        await delivered(rig, second)
    check_sheet(rig)


async def test_a_cancelled_group_takes_what_runs_and_what_waits_out_of_comfyui(rig: Rig) -> None:
    rig.comfy.next_job(Story())
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask(SIXTEEN)
        await rig.until(lambda: "1 of 16 done" in text_of(asked) and len(rig.prompts) >= 3)
        await rig.discord.member.click(asked, "Cancel")
        message = await rig.result()
        await rig.until(lambda: "Done in" in text_of(asked))
    assert "15 of 16 were cancelled before they were done." in message.text
    assert len(message.attachments) == 1
    assert (rig.comfy.running_prompt, list(rig.comfy.pending)) == (None, [])
    assert len(rig.prompts) <= 3


async def test_a_group_delays_another_persons_job_by_one_run_at_most(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot():
        await rig.ready()
        await rig.ask(SIXTEEN)
        await rig.until(lambda: rig.comfy.running_prompt and rig.comfy.pending)
        single = await rig.discord.second.slash(rig.general, "/blank color:3")
        await rig.until(lambda: text_of(single))
        story.release()
        await rig.until(lambda: len(rig.results()) == 2)
    graphs = [parse_graph(json.dumps(body)) for body in rig.comfy.submitted]
    colours = [graph["1"].inputs["color"] for graph in graphs]
    # two are inside ComfyUI already when it is asked for, and of those that wait one has the same turn
    assert colours.index(3) <= 3


async def test_more_at_once_than_a_person_may_have_open_are_refused_whole_with_both_numbers(rig: Rig) -> None:
    rig.settings["MAX_JOBS_PER_MEMBER"] = "15"
    async with rig.bot():
        await rig.ready()
        refused = await rig.ask(SIXTEEN)
        await rig.until(lambda: text_of(refused))
    assert refused.ephemeral
    assert text_of(refused).startswith("That would be 16 jobs at once. ")
    assert "15" in text_of(refused).splitlines()[0]
    assert rig.prompts == []


def text_of(asked: Invocation) -> str:
    return asked.response.text if asked.response else ""
