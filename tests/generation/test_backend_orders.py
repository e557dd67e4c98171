"""What the operator wants of single backends reaches the worker that has them."""

import asyncio
from pathlib import Path
from uuid import UUID

from bot.jobs.job import Done, State
from bot.jobs.store import JobStore
from bot.sandbox.comfyui import Fault, Story
from tests.generation.apart import apart, comfyuis
from tests.generation.rig import Rig, eventually, rig
from tests.generation.sample import new_job
from tests.generation.test_quarantine import asked, is_one_short


async def waits(here: Rig, job_id: UUID) -> bool:
    return (await here.job(job_id)).state is State.QUEUED


async def test_a_paused_backend_ends_what_it_has_and_begins_nothing_until_it_is_resumed(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as here:
        orders, (backend,) = here.generation.parts.orders, here.generation.parts.backends
        story = Story(hold=True)
        here.comfy.next_job(story)
        running = await here.submit(new_job(1))
        await here.comfy.until(lambda: here.comfy.running_prompt)
        assert await orders.pause(backend.name, by=7)
        waiting = await here.submit(new_job(2))
        story.release()
        assert isinstance(await here.outcome(running), Done)
        expected = await here.generation.expected(waiting)
        assert expected is not None
        assert (expected.starts_at, expected.servers_away, expected.lacking) == (None, False, ())
        assert expected.standing.position
        assert expected.standing.position.paused
        await asyncio.sleep(0.3)
        assert await waits(here, waiting)
        assert await orders.resume(backend.name, by=7)
        assert isinstance(await here.outcome(waiting), Done)


async def test_a_restart_of_a_paused_backend_counts_against_nobody(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        orders, (backend,) = here.generation.parts.orders, here.generation.parts.backends
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(asked(1, "ran"))
        await here.progress(job_id, lambda progress: progress.fraction >= 0.5)
        await orders.pause(backend.name, by=7)
        await here.comfy.crash()
        await here.comfy.restart()
        await orders.resume(backend.name, by=7)
        assert isinstance(await here.outcome(job_id), Done)
        assert not await is_one_short(here, "ran")


async def test_a_bot_without_a_comfyui_pauses_and_frees_that_of_a_worker(tmp_path: Path) -> None:
    async with (
        apart(tmp_path) as here,
        comfyuis(1) as (comfy,),
        here.worker("home", comfy) as worker,
        here.bot() as bot,
    ):
        orders, (backend,) = bot.generation.parts.orders, worker.backends
        await orders.pause(backend.name, by=7)
        await eventually(lambda: worker.orders.is_paused(backend.name))
        asked_for = comfy.add_fault(Fault("/free", after=True, status=200, times=None))
        await orders.free_memory(backend.name, by=7)
        await eventually(lambda: asked_for.hits)
        await eventually(lambda: done(here.store))
        assert asked_for.hits == 1


async def done(store: JobStore) -> bool:
    return not any(each.free_memory for each in await store.backend_orders())
