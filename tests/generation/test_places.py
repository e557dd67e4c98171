"""What waits inside ComfyUI waits, and what runs began when it began."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import aiohttp
from msgspec.structs import replace

from bot.generation import Waiting
from bot.jobs.job import Done, Failed
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from bot.texts import text
from tests.generation.rig import PATIENT, QUICK, RULES, Rig, eventually, left_running, rig, service
from tests.generation.sample import PICTURE, new_job


@asynccontextmanager
async def somebody_elses(comfy: ComfyStandIn) -> AsyncGenerator[None]:
    """A prompt of another client runs for as long as the block does."""
    story = Story(hold=True)
    comfy.next_job(story)
    async with aiohttp.ClientSession() as session:
        await session.post(f"{comfy.url}/prompt", json={"prompt": PICTURE, "client_id": "web"})
    await comfy.until(lambda: comfy.running_prompt)
    try:
        yield
    finally:
        story.release()


async def _waits(here: Rig, job_id: UUID, waiting: Waiting) -> None:
    progress = await here.progress(job_id, lambda progress: progress.waiting == waiting)
    assert progress.started_at is None


async def test_a_prompt_behind_somebody_elses_waits_and_has_not_begun(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        async with somebody_elses(here.comfy):
            job_id = await here.submit(new_job())
            await _waits(here, job_id, Waiting(ahead_ours=0, ahead_others=1))
            expected = await here.generation.expected(job_id)
            assert expected is not None
            assert (expected.waiting, expected.starts_at) == (Waiting(0, 1), None)
            before = here.store.now()
        assert isinstance(await here.outcome(job_id), Done)
        job = await here.job(job_id)
        assert job.started_at is not None
        assert job.started_at >= before - 0.5  # ComfyUI's clock and the store's differ a little


async def test_a_prompt_behind_one_of_ours_is_expected_when_that_one_ends(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        await here.outcome(await here.submit(new_job(1)))  # now it is known how long such jobs take
        story = Story(hold=True)
        here.comfy.next_job(story)
        first, second = await here.submit(new_job(2)), await here.submit(new_job(3))
        third = await here.submit(new_job(4))
        await _waits(here, second, Waiting(ahead_ours=1, ahead_others=0))
        await eventually(lambda: _is_expected(here, second))
        expected = await here.generation.expected(second)
        assert expected is not None
        assert expected.waiting == Waiting(1, 0)
        assert expected.starts_at is not None
        queued = await here.generation.expected(third)
        assert queued is not None
        assert queued.starts_at is not None
        assert queued.starts_at >= expected.starts_at
        story.release()
        for job_id in (first, second, third):
            assert isinstance(await here.outcome(job_id), Done)


async def _is_expected(here: Rig, job_id: UUID) -> bool:
    """What is usual is learned soon after the first run, not at once."""
    expected = await here.generation.expected(job_id)
    return expected is not None and expected.starts_at is not None


async def test_a_place_moves_up_as_others_end(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=PATIENT) as here, somebody_elses(here.comfy):
        job_id = await here.submit(new_job(1))
        await _waits(here, job_id, Waiting(0, 1))
        body = {"prompt": PICTURE, "client_id": "web", "number": -5}
        async with aiohttp.ClientSession() as session:
            await session.post(f"{here.comfy.url}/prompt", json=body)
        await _waits(here, job_id, Waiting(0, 2))
        await here.generation.parts.backends[0].client.delete_pending(UUID(here.comfy.pending[0]))
        await _waits(here, job_id, Waiting(0, 1))


async def test_a_prompt_that_waits_for_long_is_not_stalled(tmp_path: Path) -> None:
    impatient = replace(RULES, timeouts=replace(QUICK, stall_seconds=0.4))
    async with rig(tmp_path, rules=impatient) as here:
        async with somebody_elses(here.comfy):
            job_id = await here.submit(new_job())
            await _waits(here, job_id, Waiting(0, 1))
            stamp = here.store.now()
            await eventually(lambda: here.store.now() > stamp + 1.2)
        assert isinstance(await here.outcome(job_id), Done)
        assert (await here.job(job_id)).attempt == 1


async def test_a_running_job_keeps_its_beginning_over_a_restart(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        story = Story(hold=True)
        comfy.next_job(story)
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job())

            async def written_down() -> bool:
                return (await here.job(job_id)).started_at is not None

            await eventually(written_down)
            started_at = (await here.job(job_id)).started_at
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            progress = await here.progress(job_id, lambda progress: progress.started_at is not None)
            assert progress.started_at == started_at
            story.release()
            assert isinstance(await here.outcome(job_id), Done)
            assert (await here.job(job_id)).started_at == started_at


async def test_after_a_restart_the_events_of_the_running_prompt_are_heard_again(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        job_id, story = await left_running(tmp_path / "jobs.db", comfy)
        async with service(tmp_path / "jobs.db", [comfy.url], rules=PATIENT) as (store, generation):
            here = Rig(store, generation, (comfy,))
            await here.progress(job_id, lambda progress: progress.started_at is not None)
            assert comfy.submitted[0]["client_id"] in comfy.sockets
            story.release()
            assert isinstance(await here.outcome(job_id), Done)


async def test_what_nodes_took_is_learned_from_a_finished_job(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=PATIENT) as here:
        await here.outcome(await here.submit(new_job()))
        usual = await here.store.usual("test")
        assert usual.seconds is not None
        assert set(usual.node_seconds) == {"1", "2"}


async def test_a_cleared_queue_is_called_that(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        async with somebody_elses(here.comfy):
            job_id = await here.submit(new_job())
            await _waits(here, job_id, Waiting(0, 1))
            await here.generation.parts.backends[0].client.clear_pending()
            cleared = text("notice-cleared", attempt=2, most=3)
            await here.progress(job_id, lambda progress: progress.notice == cleared)
        assert isinstance(await here.outcome(job_id), Done)
        assert (await here.job(job_id)).attempt == 2


async def test_a_job_that_is_cleared_away_every_time_fails_with_that_reason(tmp_path: Path) -> None:
    async with rig(tmp_path) as here, somebody_elses(here.comfy):
        job_id = await here.submit(new_job())
        for count in (1, 2, 3):
            await here.comfy.until(lambda count=count: len(here.comfy.submitted) == count + 1)
            await _waits(here, job_id, Waiting(0, 1))
            await here.generation.parts.backends[0].client.clear_pending()
        assert await here.outcome(job_id) == Failed(text("failed-cleared"))


async def test_a_restart_of_comfyui_is_not_called_a_cleared_queue(tmp_path: Path) -> None:
    async with rig(tmp_path) as here, somebody_elses(here.comfy):
        job_id = await here.submit(new_job())
        await _waits(here, job_id, Waiting(0, 1))
        here.comfy.every_job(Story(hold=True))
        await here.comfy.restart()
        again = text("notice-again", attempt=2, most=3)
        await here.progress(job_id, lambda progress: progress.notice == again)
