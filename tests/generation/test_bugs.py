"""What nobody foresaw ends one job, and never the bot."""

import logging
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from msgspec.structs import replace

from bot import bugs
from bot.comfy import ComfyClient, Event, Server, Status
from bot.generation import Execution, Parts
from bot.generation.event_sockets import EventSockets
from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.job import Done, Failed, Limits, Outcome, State, Timing
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import StoreUnusable
from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, ComfyStandIn, Story
from tests.generation.rig import PATIENT, RULES, Rig, blobs_beside, eventually, rig, service
from tests.generation.sample import PICTURE, new_job

pytestmark = pytest.mark.usefixtures("quiet_log")


@pytest.fixture
def quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


class CannotWriteResults(SqliteStore):
    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        if isinstance(outcome, Done):
            raise LookupError("a result that cannot be written down")  # noqa: TRY004  # any bug
        return await super().finish(claim, outcome, timing)


class BreaksOnce(SqliteStore):
    """Its first claim meets a bug."""

    broken = False

    async def claim(self, worker: Worker, lease_seconds: float) -> Claim | None:
        if not self.broken:
            self.broken = True
            raise LookupError("an odd row")
        return await super().claim(worker, lease_seconds)


class CannotRenew(SqliteStore):
    """The first lease that is to be renewed."""

    odd: Claim | None = None

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict:
        self.odd = self.odd or claim
        if claim.job.id == self.odd.job.id:
            raise LookupError("an odd lease")
        return await super().renew(claim, lease_seconds)


class Destroyed(SqliteStore):
    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        raise StoreUnusable("The database is damaged.")


async def test_a_run_that_meets_a_bug_fails_with_the_bugs_id_and_others_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig(tmp_path) as here:
        before = bugs.reported()
        odd = await here.submit(replace(new_job(1), graph="this is no graph"))
        good = await here.submit(new_job(2))
        outcome = await here.outcome(odd)
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "bug"
        assert f"bug {outcome.reason.arguments['id']} in job {odd}" in caplog.text
        assert isinstance(await here.outcome(good), Done)
        assert bugs.reported() == before + 1
        await eventually(lambda: here.generation.board.latest(odd) is None)


async def test_as_many_bugs_as_there_are_slots_hold_up_nobody(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        for number in range(4):
            await here.submit(replace(new_job(number), graph="{}"))
        assert isinstance(await here.outcome(await here.submit(new_job(9))), Done)


async def test_a_result_that_cannot_be_written_down_fails_with_a_bugs_id(tmp_path: Path) -> None:
    async with rig(tmp_path, kind_of_store=CannotWriteResults) as here:
        outcome = await here.outcome(await here.submit(new_job()))
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "bug"


async def test_a_bug_between_two_jobs_starts_the_worker_again(tmp_path: Path) -> None:
    async with rig(tmp_path, kind_of_store=BreaksOnce) as here:
        assert isinstance(await here.outcome(await here.submit(new_job())), Done)


async def test_jobs_in_flight_outlive_a_bug_of_their_worker(tmp_path: Path) -> None:
    async with rig(tmp_path, kind_of_store=BreaksOnce) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        await eventually(lambda: isinstance(here.store, BreaksOnce) and here.store.broken)
        first = await here.submit(new_job(1))
        await here.progress(first, lambda progress: progress.started_at is not None)
        assert isinstance(here.store, BreaksOnce)
        here.store.broken = False  # the worker looks for another job every second
        await eventually(lambda: isinstance(here.store, BreaksOnce) and here.store.broken)
        story.release()
        assert isinstance(await here.outcome(first), Done)
        assert (await here.job(first)).attempt == 1
        assert len(here.comfy.submitted) == 1


async def test_a_lease_that_cannot_be_renewed_ends_the_run_and_not_the_worker(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=PATIENT, kind_of_store=CannotRenew) as here:
        here.comfy.next_job(Story(hold=True))
        stuck = await here.submit(new_job(1))
        await here.progress(stuck, lambda progress: progress.started_at is not None)
        await here.store.cancel(stuck, actor_id=1)  # wakes the renewal
        await eventually(lambda: here.generation.board.latest(stuck) is None)
        assert (await here.job(stuck)).state is State.RUNNING  # until its lease ends
        here.comfy.every_job(Story())
        other = await here.submit(new_job(2))
        prompt_id = (await here.job(stuck)).prompt_id
        assert prompt_id is not None
        await here.generation.parts.backends[0].client.interrupt(prompt_id)
        assert isinstance(await here.outcome(other), Done)


async def test_a_store_that_can_never_be_used_again_ends_the_service(tmp_path: Path) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        aiohttp.ClientSession() as session,
        Destroyed.open(tmp_path / "jobs.db") as store,
    ):
        await store.submit(new_job(), Limits())
        blobs = await blobs_beside(tmp_path / "jobs.db")
        parts = Parts(store, [ComfyClient(session, Server(comfy.url))], (), RULES, blobs)
        with pytest.raises(BaseExceptionGroup) as caught:
            await Execution(parts).run()
    assert caught.group_contains(StoreUnusable)


async def test_prompts_whose_ids_are_anything_are_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy:
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            ended = await Rig(store, generation, (comfy,)).submit(new_job())
            await Rig(store, generation, (comfy,)).outcome(ended)
        story = Story(hold=True)
        comfy.next_job(story)
        async with aiohttp.ClientSession() as session:
            for prompt_id in ("no uuid", str(uuid4()).upper(), ""):
                body = {
                    "prompt": PICTURE,
                    "prompt_id": prompt_id,
                    "client_id": "x",
                    "extra_data": {"comfycord": {"job": str(ended)}},
                }
                await session.post(f"{comfy.url}/prompt", json=body)
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job(2))
            await eventually(lambda: len(comfy.pending) == 3)
            story.release()
            assert isinstance(await here.outcome(job_id), Done)
    assert "bug " not in caplog.text


async def test_a_follower_that_raises_hears_no_more_and_others_hear_on() -> None:
    heard: list[Event] = []
    calls = 0

    def breaks(event: Event) -> None:
        nonlocal calls
        calls += 1
        raise LookupError("an odd event")

    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        aiohttp.ClientSession() as session,
        EventSockets.open(ComfyClient(session, Server(comfy.url))) as sockets,
        sockets.following("us", "a", breaks),
        sockets.following("us", "b", heard.append),
    ):
        await session.post(f"{comfy.url}/prompt", json={"prompt": PICTURE, "client_id": "somebody"})
        await eventually(lambda: sum(isinstance(event, Status) for event in heard) >= 3)
        assert calls == 1
