"""Bots that reach no ComfyUI and workers that know no Discord: commands, results and progress go through the ledger."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.generation import FileGone
from bot.generation.remote import SILENT_SECONDS
from bot.jobs.job import Done, Limits, State
from bot.sandbox.comfyui import Story
from bot.sandbox.comfyui.files import Folder
from tests.generation.apart import apart, comfyuis
from tests.generation.rig import QUICK, RULES, Rig, eventually, fetched
from tests.generation.sample import new_job
from tests.workflows.samples import TXT2IMG, load_templates


async def looked(bot: Rig) -> None:
    """The bot knows what the ledger tells now."""
    remote = bot.generation.parts.remote
    assert remote is not None
    await remote.look()


async def test_a_bot_offers_what_the_workers_servers_can_do(tmp_path: Path) -> None:
    templates = load_templates(TXT2IMG.parent)
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot(templates) as bot:
        before = bot.generation.choices("txt2img", "checkpoint")
        async with here.worker("home", comfy):
            await looked(bot)
            assert bot.generation.choices("txt2img", "checkpoint")
            (backend,) = bot.generation.parts.servers
            assert (before, backend.name.startswith("home/127.0.0.1:"), backend.online) == ((), True, True)


async def test_files_that_a_worker_made_are_had_by_a_bot_that_does_not_reach_its_comfyui(
    tmp_path: Path,
) -> None:
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot() as bot:
        async with here.worker("home", comfy):
            await looked(bot)
            job_id = await bot.submit(new_job())
            outcome = await bot.outcome(job_id)
        assert isinstance(outcome, Done)
        (output,) = outcome.outputs
        file = comfy.installation.files.get(Folder.OUTPUT, output.filename)
        await comfy.crash()
        job = await bot.job(job_id)
        assert file is not None
        assert await fetched(bot.generation, job, output) == file.content

        await here.blobs.sweep(await here.store.needed_blobs())
        assert await fetched(bot.generation, job, output) == file.content  # its end was not shown yet
        (blob,) = [each for each in await here.store.handed_over(job_id) if each]
        await here.blobs.delete(blob)
        with pytest.raises(FileGone):
            await fetched(bot.generation, job, output)


async def test_a_file_that_comfyui_lost_at_once_is_told_as_gone_and_the_job_ends(tmp_path: Path) -> None:
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot() as bot:
        comfy.next_job(Story(lose_file=True))
        async with here.worker("home", comfy):
            await looked(bot)
            job_id = await bot.submit(new_job())
            outcome = await bot.outcome(job_id)
            assert isinstance(outcome, Done)
            with pytest.raises(FileGone):
                await fetched(bot.generation, await bot.job(job_id), outcome.outputs[0])


async def test_the_next_job_runs_while_the_files_of_the_last_ones_travel(tmp_path: Path) -> None:
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.worker("home", comfy):
        here.blobs.free.clear()
        job_ids = [(await here.store.submit(new_job(number), Limits())).job_id for number in range(4)]
        await eventually(lambda: len(comfy.history) == 4)
        states = [job and job.state for job in [await here.store.job(each) for each in job_ids]]
        assert states == [State.RUNNING] * 4
        here.blobs.free.set()

        async def all_done() -> bool:
            return all(job and job.ended for job in [await here.store.job(each) for each in job_ids])

        await eventually(all_done)


async def test_a_bot_sees_how_far_a_job_is_and_forgets_that_with_its_end(tmp_path: Path) -> None:
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot() as bot:
        story = Story(hold=True)
        comfy.next_job(story)
        async with here.worker("home", comfy):
            job_id = await bot.submit(new_job())
            await bot.progress(job_id, lambda progress: progress.fraction > 0)
            story.release()
            await bot.outcome(job_id)
            await eventually(lambda: bot.generation.board.latest(job_id) is None)


async def test_a_worker_that_says_nothing_is_away_and_its_jobs_go_elsewhere_after_the_grace_time(
    tmp_path: Path,
) -> None:
    rules = replace(RULES, timeouts=replace(QUICK, grace_seconds=60))
    async with apart(tmp_path, rules) as here, comfyuis(2) as (first, second):
        comfy_story = Story(hold=True)
        first.next_job(comfy_story)
        async with here.bot() as bot:
            async with here.worker("attic", first):
                job_id = await bot.submit(new_job())
                await eventually(lambda: first.running_prompt)
            async with here.worker("cellar", second) as cellar:
                assert cellar.remote is not None
                await looked(bot)
                assert [each.online for each in bot.generation.parts.servers] == [True, True]
                here.clock.move(SILENT_SECONDS + 1)
                await looked(bot)
                await cellar.remote.look()
                assert next(each.online for each in bot.generation.parts.servers) is False
                assert second.submitted == []
                here.clock.move(60)
                await cellar.remote.look()
                assert isinstance(await bot.outcome(job_id), Done)
                assert ((await bot.job(job_id)).backend or "").startswith("cellar/")


async def test_a_worker_finds_its_own_jobs_again_though_another_has_the_same_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot() as bot:
        story = Story(hold=True)
        comfy.next_job(story)
        async with here.worker("attic", comfy):
            job_id = await bot.submit(new_job())
            await eventually(lambda: comfy.running_prompt)
        async with here.worker("cellar", comfy) as cellar:
            await eventually(lambda: cellar.backends[0].online)
            await asyncio.sleep(0.3)  # time enough to take what is not its own
            async with here.worker("attic", comfy):
                story.release()
                assert isinstance(await bot.outcome(job_id), Done)
            job = await bot.job(job_id)
            assert (job.attempt, (job.backend or "").split("/")[0]) == (1, "attic")
            assert len(comfy.submitted) == 1
            assert "claimed for cellar" not in caplog.text


async def test_a_cancel_reaches_the_worker_that_runs_the_job(tmp_path: Path) -> None:
    async with apart(tmp_path) as here, comfyuis(1) as (comfy,), here.bot() as bot:
        comfy.next_job(Story(hold=True))
        async with here.worker("home", comfy):
            job_id = await bot.submit(new_job())
            await eventually(lambda: comfy.running_prompt)
            await here.store.cancel(job_id, 7)
            await bot.outcome(job_id)
            assert (await bot.job(job_id)).state is State.CANCELLED
