"""Servers that left the settings, or are written otherwise there, and two processes on one server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from bot.generation import FileGone
from bot.jobs.claim import Worker
from bot.jobs.job import Done, Limits, State
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.generation.rig import Rig, eventually, fetched, service
from tests.generation.sample import new_job


@asynccontextmanager
async def otherwise(comfy: ComfyStandIn) -> AsyncGenerator[str]:
    """Another address of the same server, as of a proxy in front of it."""
    host, port = urlsplit(comfy.url).hostname, urlsplit(comfy.url).port

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, there_writer))
                group.create_task(_pump(there_reader, writer))
        finally:
            writer.close()
            there_writer.close()

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()


async def _left_running(path: Path, comfy: ComfyStandIn) -> UUID:
    """A job that runs on ``comfy`` when its bot stops."""
    async with service(path, [comfy.url]) as (store, generation):
        here = Rig(store, generation, (comfy,))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda progress: progress.fraction > 0)
    return job_id


async def test_a_job_of_a_server_that_is_no_longer_configured_goes_to_another(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as old, ComfyStandIn.running(speed=INSTANT) as new:
        old.next_job(Story(hold=True))
        job_id = await _left_running(tmp_path / "a.db", old)
        async with service(tmp_path / "a.db", [new.url]) as (store, generation):
            here = Rig(store, generation, (new,))
            assert isinstance(await here.outcome(job_id), Done)
            job = await here.job(job_id)
            assert (job.attempt, job.backend) == (2, here.generation.parts.backends[0].name)


async def test_a_prompt_on_a_server_that_is_written_otherwise_is_found_again(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        story = Story(hold=True)
        comfy.next_job(story)
        job_id = await _left_running(tmp_path / "a.db", comfy)
        async with (
            otherwise(comfy) as url,
            service(tmp_path / "a.db", [url]) as (store, generation),
        ):
            here = Rig(store, generation, (comfy,))
            await here.progress(job_id, lambda progress: progress.started_at is not None)
            story.release()
            outcome = await here.outcome(job_id)
            assert isinstance(outcome, Done)
            job = await here.job(job_id)
            assert job.attempt == 1
            content = await fetched(here.generation, job, outcome.outputs[0])
            assert content.startswith(b"\x89PNG")
        assert len(comfy.submitted) == 1


async def test_of_several_servers_the_one_that_has_the_prompt_goes_on_with_it(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as old, ComfyStandIn.running(speed=INSTANT) as new:
        story = Story(hold=True)
        old.next_job(story)
        job_id = await _left_running(tmp_path / "a.db", old)
        async with (
            otherwise(old) as url,
            service(tmp_path / "a.db", [new.url, url]) as (store, generation),
        ):
            here = Rig(store, generation, (new, old))
            await here.progress(job_id, lambda progress: progress.started_at is not None)
            story.release()
            assert isinstance(await here.outcome(job_id), Done)
            assert (await here.job(job_id)).attempt == 1
        assert (len(old.submitted), len(new.submitted)) == (1, 0)


async def test_files_are_fetched_from_the_server_that_ran_the_prompt_and_from_no_other(
    tmp_path: Path,
) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as old, ComfyStandIn.running(speed=INSTANT) as new:
        async with service(tmp_path / "a.db", [old.url]) as (store, generation):
            here = Rig(store, generation, (old,))
            job_id = await here.submit(new_job())
            outcome = await here.outcome(job_id)
            assert isinstance(outcome, Done)
        async with (
            otherwise(old) as url,
            service(tmp_path / "a.db", [new.url, url]) as (store, generation),
        ):
            here = Rig(store, generation, (new, old))
            content = await fetched(here.generation, await here.job(job_id), outcome.outputs[0])
            assert content.startswith(b"\x89PNG")
        async with service(tmp_path / "a.db", [new.url]) as (store, generation):
            here = Rig(store, generation, (new,))
            await eventually(lambda: here.generation.parts.backends[0].online)
            job = await here.job(job_id)
            with pytest.raises(FileGone):
                await fetched(here.generation, job, outcome.outputs[0])


async def test_two_processes_that_hear_one_interaction_run_it_once(tmp_path: Path) -> None:
    job = new_job()
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        story = Story(hold=True)
        comfy.every_job(story)
        async with (
            service(tmp_path / "a.db", [comfy.url]) as (store_a, generation_a),
            service(tmp_path / "b.db", [comfy.url]) as (store_b, generation_b),
        ):
            a, b = Rig(store_a, generation_a, (comfy,)), Rig(store_b, generation_b, (comfy,))
            await a.store.submit(job, Limits())
            await comfy.until(lambda: comfy.running_prompt)
            await b.store.submit(job, Limits())
            await b.progress(job.id, lambda progress: progress.started_at is not None)
            story.release()
            assert await a.outcome(job.id) == await b.outcome(job.id)
            assert (await b.job(job.id)).state is State.DONE
        assert len(comfy.submitted) == 1


async def test_an_earlier_attempt_that_turns_up_again_is_stopped(tmp_path: Path) -> None:
    """As after a crash of the bot between two attempts, or of a machine that was put to sleep."""
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.next_job(Story(hold=True))
        job_id = await _left_running(tmp_path / "a.db", comfy)
        first = comfy.running_prompt
        async with service(tmp_path / "a.db", ["http://127.0.0.1:9"]) as (store, _):
            claim = await store.claim(
                Worker("test", comfy.url.removeprefix("http://"), frozenset({"EmptyImage", "SaveImage"})), 60
            )
            assert claim is not None
            await store.release(await store.note(claim, UUID(int=7)))
        async with service(tmp_path / "a.db", [comfy.url]) as (store, generation):
            assert isinstance(await Rig(store, generation, (comfy,)).outcome(job_id), Done)
        assert first in comfy.interrupted


async def test_a_prompt_that_ended_on_the_other_server_meanwhile_is_not_run_again(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as old, ComfyStandIn.running(speed=INSTANT) as new:
        story = Story(hold=True)
        old.next_job(story)
        job_id = await _left_running(tmp_path / "a.db", old)
        story.release()
        await old.until(lambda: old.running_prompt is None)
        async with (
            otherwise(old) as url,
            service(tmp_path / "a.db", [new.url, url]) as (store, generation),
        ):
            here = Rig(store, generation, (new, old))
            assert isinstance(await here.outcome(job_id), Done)
            assert (await here.job(job_id)).attempt == 1
        assert new.submitted == []
