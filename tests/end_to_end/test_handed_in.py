"""Pictures that people hand in: fetched, shown, uploaded, told of; and the bot killed at each of these steps."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from bot.sandbox.comfyui import Story
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.discord import Fault, Invocation, Upload
from tests.end_to_end.stage import Stage, staged
from tests.end_to_end.test_kill import Step, delivered, kill_at_comfyui, text_of
from tests.inputs.rig import corners, saved

WORKFLOWS = Path(__file__).parent / "workflows_with_files"
FOX = Upload("fox.png", saved(corners()))
OTHER = Upload("other.png", saved(corners().rotate(180)))
DRAWING = Upload("mask.png", saved(ImageOps.expand(Image.new("L", (30, 30), "black"), 10, "white")))
MASKED = "/redraw area:centre"

AT_COMFYUI: Mapping[str, Step] = {
    "the limit is asked": ("GET", "/features"),
    "the picture is uploaded": ("POST", "/upload/image"),
    "the mask is uploaded": ("POST", "/upload/mask"),
    "the prompt is submitted": ("POST", "/prompt"),
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with staged(tmp_path) as stage:
        stage.settings["WORKFLOWS_DIR"] = str(WORKFLOWS)
        yield stage


def hold_download(stage: Stage, filename: str, seconds: float = 1.0) -> Fault:
    """The next download of it takes so long to begin."""
    fault = Fault("GET", rf"/(ephemeral-)?attachments/.*/{filename}", delay_seconds=seconds)
    stage.discord.cdn_faults.add(fault)
    return fault


async def hand_in(stage: Stage, line: str = MASKED, **files: Upload) -> Invocation:
    return await stage.discord.member.slash(stage.general, line, files or {"image": FOX})


def files_of(asked: Invocation) -> list[str]:
    return [file.filename for file in asked.response.attachments] if asked.response else []


def blobs(stage: Stage) -> set[str]:
    return {file.name for file in (stage.folder / "jobs-inputs").glob("??/*") if len(file.name) == 64}


async def test_a_bot_killed_while_it_fetches_fetches_again_and_posts_one_result(stage: Stage) -> None:
    async with stage.bot() as first:
        await stage.ready()
        held = hold_download(stage, FOX.filename)
        asked = await hand_in(stage)
        await stage.until(lambda: held.hits and asked.response)
        first.kill()
        await first.ended()
    assert "Fetching your picture" in text_of(asked)
    assert (blobs(stage), stage.prompts) == (set(), [])
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_a_bot_killed_between_two_files_has_the_first_and_fetches_both(stage: Stage) -> None:
    async with stage.bot() as first:
        await stage.ready()
        held = hold_download(stage, OTHER.filename)
        await hand_in(stage, "/pair", first=FOX, second=OTHER)
        await stage.until(lambda: held.hits)
        first.kill()
        await first.ended()
    assert (len(blobs(stage)), stage.prompts) == (1, [])
    async with stage.bot() as second:
        await delivered(stage, second)
    assert (len(blobs(stage)), len(stage.prompts)) == (2, 1)


@pytest.mark.parametrize("step", AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_bot_killed_while_it_hands_files_to_comfyui_runs_the_prompt_once_and_posts_one_result(
    stage: Stage, step: Step
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_comfyui(stage, first, step)
        await hand_in(stage)
        assert await first.ended() < 0
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_files_are_kept_over_a_kill_for_as_long_as_their_job_is_open_and_no_longer(
    stage: Stage,
) -> None:
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        await hand_in(stage)
        await stage.until(lambda: stage.comfy.running_prompt)
        first.kill()
        await first.ended()
    kept = blobs(stage)
    async with stage.bot() as second:
        await stage.until(lambda: "found again" in second.log)
        assert (len(kept), blobs(stage)) == (3, kept)  # the picture, its mask, and both for people
        story.release()
        await delivered(stage, second)
    async with stage.bot():
        await stage.until(lambda: not blobs(stage))


async def test_bot_and_comfyui_killed_together_upload_again_to_an_empty_input_folder(stage: Stage) -> None:
    stage.comfy.next_job(Story(hold=True))
    async with stage.bot() as first:
        await stage.ready()
        await hand_in(stage)
        await stage.until(lambda: stage.comfy.running_prompt)
        first.kill()
        await stage.comfy.crash()
        await first.ended()
    stage.comfy.installation.files.wipe(Folder.INPUT)
    await stage.comfy.restart()
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(set(stage.prompts)) == len(stage.prompts) == 2


async def test_the_mask_is_shown_over_the_picture_while_the_job_waits(stage: Stage) -> None:
    stories = [Story(hold=True) for _ in range(3)]
    for story in stories:
        stage.comfy.next_job(story)
    async with stage.bot():
        await stage.ready()
        for number in range(2):  # one runs, one waits inside ComfyUI
            await hand_in(stage, "/pair", first=FOX, second=OTHER)
            await stage.until(lambda: len(stage.prompts) == number + 1)  # noqa: B023  # waited for at once
        asked = await hand_in(stage, "/redraw", image=FOX, mask=DRAWING)
        await stage.until(lambda: "next in line" in text_of(asked) and files_of(asked))
        assert files_of(asked) == ["preview.jpg"]
        assert "was stretched over it" in text_of(asked)
        for story in stories:
            story.release()
        await stage.until(lambda: "Done in" in text_of(asked))
        assert files_of(asked) == []


async def test_a_link_that_expired_is_told(stage: Stage) -> None:
    async with stage.bot():
        await stage.ready()
        stage.discord.cdn_faults.add(Fault("GET", r"/(ephemeral-)?attachments/.*", status=404))
        asked = await hand_in(stage)
        await stage.until(lambda: "its link has expired" in text_of(asked))
    assert (stage.prompts, stage.ended(asked)) == ([], True)


async def test_a_job_is_cancelled_while_its_picture_is_fetched(stage: Stage) -> None:
    async with stage.bot() as bot:
        await stage.ready()
        held = hold_download(stage, FOX.filename)
        asked = await hand_in(stage)
        await stage.until(lambda: held.hits and asked.response and asked.response.labels)
        await stage.discord.member.click(asked, "Cancel")
        await stage.until(lambda: "Cancelled by" in text_of(asked))
        await stage.until(lambda: "nobody waits for its files any more" in bot.log)
    assert (stage.prompts, blobs(stage), stage.results()) == ([], set(), [])


async def test_the_queue_lists_a_job_whose_files_are_being_fetched(stage: Stage) -> None:
    async with stage.bot():
        await stage.ready()
        held = hold_download(stage, FOX.filename, seconds=3.0)
        await hand_in(stage)
        await stage.until(lambda: held.hits)
        listed = await stage.discord.member.slash(stage.general, "/queue")
        await stage.until(lambda: "its files are being fetched" in text_of(listed))
        choices = await stage.discord.member.autocomplete(stage.general, "/cancel", "job")
        assert ["fetching its files" in choice.name for choice in choices] == [True]


async def test_what_was_told_of_the_file_stays_out_of_the_log(stage: Stage) -> None:
    async with stage.bot() as bot:
        await stage.ready()
        await hand_in(stage)
        await delivered(stage, bot)
        stage.discord.cdn_faults.add(Fault("GET", r"/(ephemeral-)?attachments/.*", status=503))
        await hand_in(stage)
        await stage.until(lambda: "cannot be had" in bot.log)
        assert "attachments/" not in bot.log
