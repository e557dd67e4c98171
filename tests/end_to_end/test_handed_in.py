"""Pictures that people hand in: fetched, shown, uploaded, told of; and the bot killed at each of these steps."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from bot.sandbox.comfyui import Story
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.discord import Fault, Invocation, Upload
from tests.end_to_end.rig import Rig, rigged
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
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as rig:
        rig.settings["WORKFLOWS_DIR"] = str(WORKFLOWS)
        yield rig


def hold_download(rig: Rig, filename: str, seconds: float = 1.0) -> Fault:
    """The next download of it takes so long to begin."""
    fault = Fault("GET", rf"/(ephemeral-)?attachments/.*/{filename}", delay_seconds=seconds)
    rig.discord.cdn_faults.add(fault)
    return fault


async def hand_in(rig: Rig, line: str = MASKED, **files: Upload) -> Invocation:
    return await rig.discord.member.slash(rig.general, line, files or {"image": FOX})


def files_of(asked: Invocation) -> list[str]:
    return [file.filename for file in asked.response.attachments] if asked.response else []


def blobs(rig: Rig) -> set[str]:
    return {file.name for file in (rig.folder / "jobs-inputs").glob("??/*") if len(file.name) == 64}


async def test_a_bot_killed_while_it_fetches_fetches_again_and_posts_one_result(rig: Rig) -> None:
    async with rig.bot() as first:
        await rig.ready()
        held = hold_download(rig, FOX.filename)
        asked = await hand_in(rig)
        await rig.until(lambda: held.hits and asked.response)
        first.kill()
        await first.ended()
    assert "Fetching your picture" in text_of(asked)
    assert (blobs(rig), rig.prompts) == (set(), [])
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_a_bot_killed_between_two_files_has_the_first_and_fetches_both(rig: Rig) -> None:
    async with rig.bot() as first:
        await rig.ready()
        held = hold_download(rig, OTHER.filename)
        await hand_in(rig, "/pair", first=FOX, second=OTHER)
        await rig.until(lambda: held.hits)
        first.kill()
        await first.ended()
    assert (len(blobs(rig)), rig.prompts) == (1, [])
    async with rig.bot() as second:
        await delivered(rig, second)
    assert (len(blobs(rig)), len(rig.prompts)) == (2, 1)


@pytest.mark.parametrize("step", AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_bot_killed_while_it_hands_files_to_comfyui_runs_the_prompt_once_and_posts_one_result(
    rig: Rig, step: Step
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_comfyui(rig, first, step)
        await hand_in(rig)
        assert await first.ended() < 0
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_files_are_kept_over_a_kill_for_as_long_as_the_ledger_knows_their_job_and_no_longer(
    rig: Rig,
) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        await hand_in(rig)
        await rig.until(lambda: rig.comfy.running_prompt)
        first.kill()
        await first.ended()
    kept = blobs(rig)
    async with rig.bot() as second:
        await rig.until(lambda: "found again" in second.log)
        assert (len(kept), blobs(rig)) == (3, kept)  # the picture, its mask, and both for people
        story.release()
        await delivered(rig, second)
        await rig.until(lambda: "result posted as" in second.log)
    assert blobs(rig) == kept
    rig.settings["KEEP_JOBS_DAYS"] = "0.000001"
    async with rig.bot():
        await rig.until(lambda: not blobs(rig))


async def test_bot_and_comfyui_killed_together_upload_again_to_an_empty_input_folder(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as first:
        await rig.ready()
        await hand_in(rig)
        await rig.until(lambda: rig.comfy.running_prompt)
        first.kill()
        await rig.comfy.crash()
        await first.ended()
    rig.comfy.installation.files.wipe(Folder.INPUT)
    await rig.comfy.restart()
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(set(rig.prompts)) == len(rig.prompts) == 2


async def test_the_mask_is_shown_over_the_picture_while_the_job_waits(rig: Rig) -> None:
    stories = [Story(hold=True) for _ in range(3)]
    for story in stories:
        rig.comfy.next_job(story)
    async with rig.bot():
        await rig.ready()
        for number in range(2):  # one runs, one waits inside ComfyUI
            await hand_in(rig, "/pair", first=FOX, second=OTHER)
            await rig.until(lambda: len(rig.prompts) == number + 1)  # noqa: B023  # waited for at once
        asked = await hand_in(rig, "/redraw", image=FOX, mask=DRAWING)
        await rig.until(lambda: "next in line" in text_of(asked) and files_of(asked))
        assert files_of(asked) == ["preview.jpg"]
        assert "was stretched over it" in text_of(asked)
        for story in stories:
            story.release()
        await rig.until(lambda: "Done in" in text_of(asked))
        assert files_of(asked) == []


async def test_a_link_that_expired_is_told(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        rig.discord.cdn_faults.add(Fault("GET", r"/(ephemeral-)?attachments/.*", status=404))
        asked = await hand_in(rig)
        await rig.until(lambda: "its link has expired" in text_of(asked))
    assert (rig.prompts, rig.ended(asked)) == ([], True)


async def test_a_job_is_cancelled_while_its_picture_is_fetched(rig: Rig) -> None:
    async with rig.bot() as bot:
        await rig.ready()
        held = hold_download(rig, FOX.filename)
        asked = await hand_in(rig)
        await rig.until(lambda: held.hits and asked.response and asked.response.labels)
        await rig.discord.member.click(asked, "Cancel")
        await rig.until(lambda: "Cancelled by" in text_of(asked))
        await rig.until(lambda: "nobody waits for its files any more" in bot.log)
    assert (rig.prompts, blobs(rig), rig.results()) == ([], set(), [])


async def test_the_queue_lists_a_job_whose_files_are_being_fetched(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        held = hold_download(rig, FOX.filename, seconds=3.0)
        await hand_in(rig)
        await rig.until(lambda: held.hits)
        listed = await rig.discord.member.slash(rig.general, "/queue")
        await rig.until(lambda: "its files are being fetched" in text_of(listed))
        choices = await rig.discord.member.autocomplete(rig.general, "/cancel", "job")
        assert ["fetching its files" in choice.name for choice in choices] == [True]


async def test_what_was_told_of_the_file_stays_out_of_the_log(rig: Rig) -> None:
    async with rig.bot() as bot:
        await rig.ready()
        await hand_in(rig)
        await delivered(rig, bot)
        rig.discord.cdn_faults.add(Fault("GET", r"/(ephemeral-)?attachments/.*", status=503))
        await hand_in(rig)
        await rig.until(lambda: "cannot be had" in bot.log)
        assert "attachments/" not in bot.log
