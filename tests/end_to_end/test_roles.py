"""A bot without a ComfyUI and workers without a Discord, in processes of their own: nothing lost, nothing doubled."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.jobs.postgres import PostgresStore
from bot.sandbox.comfyui import Story
from tests.end_to_end.fleet import Fleet, fleet_of
from tests.end_to_end.life import born
from tests.end_to_end.rig import SHIPPED, Rig
from tests.end_to_end.test_handed_in import FOX, MASKED, WORKFLOWS, files_of
from tests.end_to_end.test_kill import (
    AT_COMFYUI,
    RESULT,
    Step,
    kill_at_comfyui,
    kill_at_discord,
    text_of,
)


@pytest.fixture
async def fleet(rig: Rig, postgres_url: str) -> AsyncGenerator[Fleet]:
    async with fleet_of(rig, postgres_url) as fleet:
        yield fleet


async def one_result(fleet: Fleet) -> None:
    """Wait for the result and for the status that says so; there is one of each."""
    rig = fleet.rig
    await rig.until(rig.results)
    await rig.until(lambda: "Done in" in "".join(each.text for each in rig.general.messages))
    assert len(rig.results()) == 1


async def test_two_workers_share_what_is_asked_for_and_the_bot_posts_it(fleet: Fleet) -> None:
    rig = fleet.rig
    stories = [Story(hold=True), Story(hold=True)]
    for comfy, story in zip(fleet.comfyuis, stories, strict=True):
        comfy.next_job(story)
    async with fleet.bot(), fleet.worker(0), fleet.worker(1):
        await rig.ready()
        for color in range(4):
            await rig.ask(f"/blank color:{color}")
        await rig.until(lambda: all(comfy.running_prompt for comfy in fleet.comfyuis))
        for story in stories:
            story.release()
        await rig.until(lambda: len(rig.results()) == 4)
    assert len(set(fleet.prompts)) == len(fleet.prompts) == 4


async def test_a_person_watches_a_job_that_a_worker_runs_with_its_preview(fleet: Fleet) -> None:
    fleet.workflows = str(SHIPPED)
    story = Story(hold=True)
    fleet.rig.comfy.next_job(story)
    async with fleet.bot(), fleet.worker():
        await fleet.rig.ready()
        asked = await fleet.rig.ask("/txt2img prompt:a red fox steps:12")
        await fleet.rig.until(lambda: "of 12" in text_of(asked) and files_of(asked) == ["preview.jpg"])
        story.release()
        await one_result(fleet)


async def test_a_bot_with_a_comfyui_of_its_own_and_a_worker_share_what_is_asked_for(fleet: Fleet) -> None:
    rig = fleet.rig
    stories = [Story(hold=True), Story(hold=True)]
    for comfy, story in zip(fleet.comfyuis, stories, strict=True):
        comfy.next_job(story)
    rig.settings["DATABASE"] = fleet.database
    async with rig.bot(), fleet.worker(1):
        await rig.ready()
        for color in range(4):
            await rig.ask(f"/blank color:{color}")
        await rig.until(lambda: all(comfy.running_prompt for comfy in fleet.comfyuis))
        for story in stories:
            story.release()
        await rig.until(lambda: len(rig.results()) == 4)
    assert len(set(fleet.prompts)) == len(fleet.prompts) == 4


@pytest.mark.parametrize("role", ["bot", "worker"])
async def test_with_a_file_of_its_own_a_part_of_the_program_does_not_start(tmp_path: Path, role: str) -> None:
    life = born({"DATABASE": str(tmp_path / "jobs.db")}, tmp_path / "log", "--role", role)
    assert await life.ended() == 1
    assert life.log.startswith(f"The role {role} goes with DATABASE=postgresql://…")


async def test_a_picture_that_a_person_hands_in_comes_to_the_worker_through_the_database(
    fleet: Fleet,
) -> None:
    fleet.workflows = str(WORKFLOWS)
    async with fleet.bot(), fleet.worker():
        await fleet.rig.ready()
        await fleet.rig.discord.member.slash(fleet.rig.general, MASKED, {"image": FOX})
        await one_result(fleet)
    assert len(fleet.prompts) == 1


async def test_a_cancel_stops_the_prompt_on_the_workers_comfyui(fleet: Fleet) -> None:
    rig = fleet.rig
    rig.comfy.next_job(Story(hold=True))
    async with fleet.bot(), fleet.worker():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        await rig.discord.member.click(asked, "Cancel")
        await rig.until(lambda: "Cancelled by" in text_of(asked))
    assert (rig.results(), rig.comfy.running_prompt) == ([], None)


@pytest.mark.parametrize("step", AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_worker_killed_while_it_talks_to_comfyui_runs_the_prompt_once(
    fleet: Fleet, step: Step
) -> None:
    async with fleet.bot():
        async with fleet.worker() as first:
            await fleet.rig.ready()
            kill_at_comfyui(fleet.rig, first, step)
            await fleet.rig.ask()
            assert await first.ended() < 0
        async with fleet.worker():
            await one_result(fleet)
    assert len(fleet.prompts) == 1


async def test_a_bot_killed_once_discord_took_the_result_posts_it_once(fleet: Fleet) -> None:
    async with fleet.worker():
        async with fleet.bot() as first:
            await fleet.rig.ready()
            kill_at_discord(fleet.rig, first, [RESULT])
            await fleet.rig.ask()
            assert await first.ended() < 0
        async with PostgresStore.open(fleet.database) as store:
            await store.make_all_due()  # the lease of the dead bot ends
        async with fleet.bot():
            await one_result(fleet)
    assert len(fleet.prompts) == 1


async def test_everything_restarted_in_turn_while_jobs_run_loses_and_doubles_nothing(fleet: Fleet) -> None:
    rig = fleet.rig
    stories = [Story(hold=True), Story(hold=True)]
    for comfy, story in zip(fleet.comfyuis, stories, strict=True):
        comfy.next_job(story)
    async with AsyncExitStack() as before, AsyncExitStack() as after:
        bot = await before.enter_async_context(fleet.bot())
        workers = [await before.enter_async_context(fleet.worker(number)) for number in (0, 1)]
        await rig.ready()
        for color in range(6):
            await rig.ask(f"/blank color:{color}")
        await rig.until(lambda: all(comfy.running_prompt for comfy in fleet.comfyuis))
        for number, worker in enumerate(workers):
            assert await worker.stop() == 0
            await after.enter_async_context(fleet.worker(number))
        assert await bot.stop() == 0
        await after.enter_async_context(fleet.bot())
        for story in stories:
            story.release()
        await rig.until(lambda: len(rig.results()) == 6)
    assert len(set(fleet.prompts)) == len(fleet.prompts) == 6
