"""A job's files on their way to the ledger's queue, over real sockets."""

import asyncio
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from bot.bugs import reported
from bot.comfy import JsonValue, graph_of
from bot.generation import PreparationWorker
from bot.jobs.inputs import NewInput, PreparedInput
from bot.jobs.job import Cancelled, CancelResult, Done, Failed, Limits, State
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.comfyui import Story
from bot.texts import text
from tests.generation.handing_in import CENTRE, handing_in, job_from
from tests.generation.rig import RULES, eventually
from tests.inputs.rig import corners, saved

FOX = saved(corners())


async def test_a_job_runs_with_the_picture_that_was_handed_in(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        assert isinstance(await life.outcome(job_id), Done)
        (kept,) = await life.store.inputs(job_id)
        (body,) = place.comfy.submitted
    graph = graph_of(cast("JsonValue", body["prompt"]))
    assert graph["1"].inputs == {"image": f"comfycord/{kept.prepared.blob[:32]}.png"}


async def test_an_expired_link_is_told(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        attachment = place.cdn.put("fox.png", FOX)
        place.cdn.files.clear()
        job_id = await life.submit(job_from(attachment))
        assert await life.outcome(job_id) == Failed(text("input-expired"))
        assert (place.cdn.asked["fox.png"], len(place.comfy.submitted)) == (1, 0)


async def test_what_cannot_be_had_now_is_tried_again(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        place.cdn.is_away = True
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        await eventually(lambda: place.cdn.asked["fox.png"] >= 3)
        assert (await life.job(job_id)).state is State.PREPARING
        place.cdn.is_away = False
        assert isinstance(await life.outcome(job_id), Done)


async def test_what_can_never_be_had_is_given_up_in_words(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life(most_tries=3) as life:
        place.cdn.is_away = True
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        assert await life.outcome(job_id) == Failed(text("input-unavailable"))
        assert place.cdn.asked["fox.png"] == 3


async def test_a_cancelled_job_is_not_fetched_to_its_end(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        place.cdn.open.clear()
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        await eventually(lambda: place.cdn.asked["fox.png"])
        assert await life.store.cancel(job_id, 7) is CancelResult.CANCELLED
        await eventually(lambda: place.cdn.left)
        assert await life.outcome(job_id) == Cancelled(7)
        assert await life.blobs.all() == frozenset()
        place.cdn.open.set()
        other = await life.submit(job_from(place.cdn.put("other.png", FOX), number=2))
        assert isinstance(await life.outcome(other), Done)
        assert (await life.job(job_id)).outcome == Cancelled(7)


async def test_a_stop_while_fetching_leaves_the_job_for_the_next_start(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place:
        async with place.life() as life:
            place.cdn.open.clear()
            job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
            await eventually(lambda: place.cdn.asked["fox.png"])
        place.cdn.open.set()
        async with place.life() as life:
            assert isinstance(await life.outcome(job_id), Done)
        assert place.cdn.given["fox.png"] == 1


async def test_a_few_are_fetched_at_once_and_no_more(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        place.cdn.open.clear()
        attachments = [place.cdn.put(f"{number}.png", FOX) for number in range(6)]
        jobs = [
            await life.submit(job_from(attachment, number=number, user_id=number))
            for number, attachment in enumerate(attachments)
        ]
        await eventually(lambda: place.cdn.asked.total() == 3)
        assert {(await life.job(each)).state for each in jobs} == {State.PREPARING}
        place.cdn.open.set()
        for each in jobs:
            assert isinstance(await life.outcome(each), Done)


async def test_blobs_stay_as_long_as_the_ledger_knows_their_job(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place:
        async with place.life() as life:
            ended = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
            await life.outcome(ended)
            place.comfy.next_job(Story(hold=True))
            other = place.cdn.put("other.png", saved(corners().rotate(90)))
            still_open = await life.submit(job_from(other, number=2, masking=CENTRE))
            await eventually(lambda: place.comfy.running_prompt)
            (needed,) = [each.prepared for each in await life.store.inputs(still_open)]
            (useful,) = [each.prepared for each in await life.store.inputs(ended)]
            delivery = await life.store.claim_delivery("poster", 60)
            assert delivery
            await life.store.delivered(delivery, None)
        async with place.life() as life:
            assert useful.blob in await life.blobs.all()
        async with place.life(rules=replace(RULES, keep_jobs_seconds=0)) as life:
            kept = {needed.blob, needed.mask, needed.overlay}

            async def swept() -> bool:
                return set[str | None](await life.blobs.all()) == kept

            await eventually(swept)


class Faulty:
    """Meets a bug with the first file, and takes every other."""

    def __init__(self) -> None:
        self.calls = 0

    async def prepare(self, new: NewInput) -> PreparedInput:
        self.calls += 1
        if new.source.filename == "broken.png":
            raise RuntimeError("nobody foresaw this")
        return PreparedInput(new.option, "a" * 64, ".png")


async def test_a_bug_in_one_jobs_files_ends_that_job_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = reported()
    async with handing_in(tmp_path) as place, SqliteStore.open(tmp_path / "jobs.db") as store:
        broken = await store.submit(job_from(place.cdn.put("broken.png", FOX)), Limits())
        whole = await store.submit(job_from(place.cdn.put("fox.png", FOX), number=2), Limits())
        task = asyncio.create_task(PreparationWorker(store, Faulty()).run())
        try:

            async def is_queued() -> bool:
                job, other = await store.job(whole.job_id), await store.job(broken.job_id)
                return job is not None and job.state is State.QUEUED and other is not None and other.ended

            await eventually(is_queued)
            ended = await store.job(broken.job_id)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert ended
    assert isinstance(ended.outcome, Failed)
    assert ended.outcome.reason.id == "bug"
    assert reported() == before + 1
    assert "nobody foresaw this" in caplog.text


async def test_files_that_end_the_process_each_time_are_given_up(tmp_path: Path) -> None:
    """Each life claimed the job, and told of no end."""
    async with handing_in(tmp_path) as place, SqliteStore.open(tmp_path / "jobs.db") as store:
        ticket = await store.submit(job_from(place.cdn.put("fox.png", FOX)), Limits())
        for _ in range(3):
            assert await store.claim_preparation("a life", 0.0)
        inputs = Faulty()
        task = asyncio.create_task(PreparationWorker(store, inputs, most_tries=3).run())
        try:

            async def has_ended() -> bool:
                job = await store.job(ticket.job_id)
                return job is not None and job.ended

            await eventually(has_ended)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        ended = await store.job(ticket.job_id)
    assert ended
    assert (ended.outcome, inputs.calls) == (Failed(text("preparation-given-up")), 0)


async def test_no_address_of_a_file_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with handing_in(tmp_path) as place, place.life(most_tries=2) as life:
        place.cdn.is_away = True
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        await life.outcome(job_id)
        place.cdn.is_away = False
        await life.outcome(await life.submit(job_from(place.cdn.put("fox.png", FOX), number=2)))
        secrets = [record for record in caplog.records if "hm=2" in record.getMessage()]
    assert [record.name for record in secrets if record.name.startswith("bot.")] == []
