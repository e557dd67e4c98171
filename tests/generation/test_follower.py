"""What makes a run ask ComfyUI for its prompt: what it is told, without waiting for silence or for its place."""

from pathlib import Path

from msgspec.structs import replace

from bot.jobs.job import Cancelled, Done
from bot.sandbox.comfyui import Fault, Story
from tests.generation.rig import QUICK, RULES, rig
from tests.generation.sample import new_job

NEVER = 3600.0
TOLD_ONLY = replace(RULES, timeouts=replace(QUICK, silence_seconds=NEVER, place_seconds=NEVER))


async def test_an_end_that_is_told_is_looked_up(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=TOLD_ONLY) as here:
        assert isinstance(await here.outcome(await here.submit(new_job())), Done)


async def test_a_cancel_is_heeded(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=TOLD_ONLY) as here:
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda progress: progress.fraction > 0)
        await here.store.cancel(job_id, actor_id=7)
        assert await here.outcome(job_id) == Cancelled(7)


async def test_a_cancel_of_a_prompt_that_waits_is_heeded(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=TOLD_ONLY) as here:
        here.comfy.next_job(Story(hold=True))
        await here.submit(new_job(1))
        second = await here.submit(new_job(2))
        await here.comfy.until(lambda: here.comfy.pending)
        await here.store.cancel(second, actor_id=7)
        assert await here.outcome(second) == Cancelled(7)


async def test_a_question_that_went_wrong_is_asked_again(tmp_path: Path) -> None:
    rules = replace(TOLD_ONLY, timeouts=replace(TOLD_ONLY.timeouts, place_seconds=0.5))
    async with rig(tmp_path, rules=rules) as here:
        story = Story(silent=True, hold=True)
        here.comfy.next_job(story)
        job_id = await here.submit(new_job())
        await here.comfy.until(lambda: here.comfy.submitted)
        fault = here.comfy.add_fault(Fault("/queue", status=500))
        await here.progress(job_id, lambda progress: progress.started_at is not None)
        assert fault.hits == 1
