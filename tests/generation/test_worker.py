"""Stories of jobs on a backend: every way in which they go well or badly."""

import asyncio
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from msgspec.structs import replace

from bot.jobs.claim import Worker
from bot.jobs.job import Cancelled, Done, Failed, State, Timing
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Fault, Story
from bot.texts import text
from bot.workflows.needs import models_in
from tests.generation.rig import (
    PATIENT,
    QUICK,
    RULES,
    Rig,
    eventually,
    fetched,
    left_running,
    rig,
    service,
)
from tests.generation.sample import PICTURE, new_job, place


def _cached_graph() -> dict[str, object]:
    return {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 1, "color": 3}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "same"}},
    }


async def _pictures(here: Rig, outcome: object) -> int:
    assert isinstance(outcome, Done)
    return len(outcome.outputs)


async def test_a_job_becomes_a_file_that_can_be_fetched(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        job_id = await here.submit(new_job())
        outcome = await here.outcome(job_id)
        assert isinstance(outcome, Done)
        job = await here.job(job_id)
        assert (job.state, job.attempt, job.backend) == (
            State.DONE,
            1,
            here.generation.parts.backends[0].name,
        )
        content = await fetched(here.generation, job, outcome.outputs[0])
        assert content.startswith(b"\x89PNG")


async def test_the_prompt_carries_our_id_the_guilds_client_and_the_job(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        job_id = await here.submit(new_job(where=place(guild_id=42)))
        await here.outcome(job_id)
        (body,) = here.comfy.submitted
        job = await here.job(job_id)
        assert body["prompt_id"] == str(job.prompt_id)
        assert str(body["client_id"]).endswith("-42")
        assert body["extra_data"]["comfycord"] == {"job": str(job_id)}  # type: ignore[index]
        assert "front" not in body


async def test_in_a_direct_message_the_client_is_the_person(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        await here.outcome(await here.submit(new_job(where=place(user_id=9, guild_id=None))))
        assert str(here.comfy.submitted[0]["client_id"]).endswith("-u9")


async def test_progress_moves_while_it_runs_and_is_gone_at_the_end(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        job_id = await here.submit(new_job())
        progress = await here.progress(job_id, lambda p: p.fraction >= 0.5)
        assert progress.started_at is not None
        story.release()
        await here.outcome(job_id)
        await eventually(lambda: here.generation.board.latest(job_id) is None)


async def test_a_rerun_from_the_cache_is_a_result_too(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        for number in (1, 2):
            outcome = await here.outcome(await here.submit(new_job(number, graph=_cached_graph())))
            assert await _pictures(here, outcome) == 1


async def test_what_comfyui_refuses_fails_with_the_reason(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        graph = _cached_graph()
        graph["1"] = {
            "class_type": "EmptyImage",
            "inputs": {"width": 10**9, "height": 16, "batch_size": 1, "color": 0},
        }
        outcome = await here.outcome(await here.submit(new_job(graph=graph)))
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "refused-graph"


async def test_a_node_that_fails_is_named(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(fail_at="EmptyImage"))
        outcome = await here.outcome(await here.submit(new_job()))
        assert isinstance(outcome, Failed)
        assert (outcome.reason.id, outcome.reason.arguments["node"]) == ("failed-node", "Canvas")


async def test_out_of_memory_is_called_by_its_name(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(fail_at="EmptyImage", out_of_memory=True))
        assert await here.outcome(await here.submit(new_job())) == Failed(
            text("failed-out-of-memory", node="Canvas")
        )


async def test_cancelling_a_queued_job_never_reaches_comfyui(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        stories = [Story(hold=True), Story(hold=True)]
        for story in stories:
            here.comfy.next_job(story)
        ids = [await here.submit(new_job(number)) for number in (1, 2, 3)]
        await eventually(lambda: len(here.comfy.submitted) == 2)
        await here.store.cancel(ids[2], actor_id=7)
        for story in stories:
            story.release()
        assert await here.outcome(ids[2]) == Cancelled(7)
        await here.outcome(ids[1])
        assert len(here.comfy.submitted) == 2


async def test_one_runs_and_one_waits_and_no_more(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        ids = [await here.submit(new_job(number)) for number in range(5)]
        await eventually(lambda: len(here.comfy.submitted) == 2)
        await asyncio.sleep(0.1)
        assert (
            here.comfy.running_prompt is not None,
            len(here.comfy.pending),
            len(here.comfy.submitted),
        ) == (True, 1, 2)
        story.release()
        for job_id in ids:
            await here.outcome(job_id)
        order = [str((await here.job(job_id)).prompt_id) for job_id in ids]
        assert [body["prompt_id"] for body in here.comfy.submitted] == order


async def test_the_next_job_stays_in_the_fair_order_until_what_runs_is_nearly_done(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        elsewhere = frozenset({"OnlyElsewhere"})
        await here.submit(new_job(99, needs=elsewhere))
        claim = await here.store.claim(Worker("other", "other", elsewhere), 60)
        assert claim
        await here.store.finish(claim, Done(()), Timing(600.0))  # so long such jobs take
        story = Story(hold=True)
        here.comfy.next_job(story)
        ids = [await here.submit(new_job(number)) for number in range(2)]
        await eventually(lambda: here.comfy.running_prompt is not None)
        await asyncio.sleep(0.1)
        assert (len(here.comfy.submitted), (await here.job(ids[1])).state) == (1, State.QUEUED)
        story.release()
        for job_id in ids:
            assert isinstance(await here.outcome(job_id), Done)


async def test_a_job_of_the_model_that_is_loaded_goes_before_one_of_another(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        watercolour, portrait = (
            frozenset({f"CheckpointLoaderSimple.ckpt_name={name}.safetensors"})
            for name in ("sdxl/watercolour", "portrait-v2")
        )
        asked = [
            replace(new_job(number, where=place(user_id=number), needs=needs), models=models_in(needs))
            for number, needs in enumerate((watercolour, watercolour, portrait, watercolour), 1)
        ]
        ids = [await here.submit(new) for new in asked]
        await eventually(lambda: len(here.comfy.submitted) == 2)
        story.release()
        for job_id in ids:
            await here.outcome(job_id)
        order = [str((await here.job(ids[number])).prompt_id) for number in (0, 1, 3, 2)]
        assert [body["prompt_id"] for body in here.comfy.submitted] == order


async def test_cancelling_a_running_job_interrupts_that_prompt_only(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job(1))
        other = await here.submit(new_job(2))
        await eventually(lambda: len(here.comfy.submitted) == 2)
        await here.progress(job_id, lambda p: p.fraction > 0)
        await here.store.cancel(job_id, actor_id=11)
        assert await here.outcome(job_id) == Cancelled(11)
        assert await _pictures(here, await here.outcome(other)) == 1
        assert None not in here.comfy.interrupted


async def test_cancelling_a_job_that_waits_inside_comfyui_takes_it_out(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        first, second = [await here.submit(new_job(number)) for number in (1, 2)]
        await eventually(lambda: len(here.comfy.pending) == 1)
        await here.store.cancel(second, actor_id=7)
        assert await here.outcome(second) == Cancelled(7)
        assert here.comfy.pending == []
        story.release()
        assert await _pictures(here, await here.outcome(first)) == 1


async def test_somebody_elses_interrupt_is_told_as_such(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda p: p.fraction > 0)
        prompt_id = (await here.job(job_id)).prompt_id
        assert prompt_id is not None
        await here.generation.parts.backends[0].client.interrupt(prompt_id)
        assert await here.outcome(job_id) == Failed(text("failed-interrupted"))


async def test_a_prompt_deleted_behind_our_back_is_submitted_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        story = Story(hold=True)
        here.comfy.next_job(story)
        first, second = [await here.submit(new_job(number)) for number in (1, 2)]
        await eventually(lambda: len(here.comfy.submitted) == 2)
        prompt_id = (await here.job(second)).prompt_id
        assert prompt_id is not None
        await here.generation.parts.backends[0].client.delete_pending(prompt_id)
        await eventually(lambda: len(here.comfy.submitted) == 3)
        story.release()
        for job_id in (first, second):
            assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (await here.job(second)).attempt == 2


async def test_a_restart_of_comfyui_in_mid_job_costs_an_attempt_not_the_job(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(crash_at=0.5, restart_after=0.2))
        job_id = await here.submit(new_job())
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (await here.job(job_id)).attempt == 2


async def test_a_job_whose_node_is_gone_after_a_restart_waits_until_some_server_has_it(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path, backends=2) as here:
        home, other = here.backends
        other.remove_class("EmptyImage")
        await eventually(lambda: all(each.online for each in here.generation.parts.backends))
        here.generation.parts.backends[1].refresh()
        await eventually(lambda: not _can_make_images(here, 1))
        home.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await eventually(lambda: home.running_prompt)
        await home.crash()
        home.remove_class("EmptyImage")
        await home.restart()
        await eventually(lambda: _is_queued(here, job_id))
        expected = await here.generation.expected(job_id)
        assert expected is not None
        assert (expected.servers_away, expected.lacking) == (False, ("EmptyImage",))
        other.restore_class("EmptyImage")
        here.generation.parts.backends[1].refresh()
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (await here.job(job_id)).backend == here.generation.parts.backends[1].name


async def test_a_job_that_is_refused_for_a_node_that_went_a_moment_ago_waits_until_some_server_has_it(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as here:
        await eventually(lambda: _can_make_images(here, 0))
        here.comfy.remove_class("EmptyImage")
        job_id = await here.submit(new_job())
        await eventually(lambda: _lacks_images(here, job_id))
        here.comfy.restore_class("EmptyImage")
        here.generation.parts.backends[0].refresh()
        assert await _pictures(here, await here.outcome(job_id)) == 1


async def _lacks_images(here: Rig, job_id: UUID) -> bool:
    expected = await here.generation.expected(job_id)
    return expected is not None and expected.lacking == ("EmptyImage",)


async def test_of_a_job_that_went_with_its_server_nothing_is_told_but_that_until_it_runs_again(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as here:
        board, told = here.generation.board, list[str | None]()

        def hear(of: UUID) -> None:
            if (progress := board.latest(of)) is not None:
                notice = None if progress.notice is None else progress.notice.id
                told.extend([notice] if told[-1:] != [notice] else [])

        board.on_change = hear
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda progress: progress.fraction > 0)
        await here.comfy.crash()
        away = text("notice-away", backend=here.generation.parts.backends[0].label)
        await here.progress(job_id, lambda progress: progress.notice == away)
        await here.comfy.restart()
        assert await _pictures(here, await here.outcome(job_id)) == 1
    assert told == [None, "notice-away", "notice-again", None]


def _can_make_images(here: Rig, number: int) -> bool:
    has = here.generation.parts.backends[number].capabilities
    return has is not None and "EmptyImage" in has


async def _is_queued(here: Rig, job_id: UUID) -> bool:
    return (await here.job(job_id)).state is State.QUEUED


async def test_a_job_that_crashes_comfyui_every_time_is_given_up_with_the_reason(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        for _ in range(3):
            here.comfy.next_job(Story(crash_at=0.5, restart_after=0.05))
        job_id = await here.submit(new_job())
        assert await here.outcome(job_id) == Failed(text("failed-lost"))
        assert await _pictures(here, await here.outcome(await here.submit(new_job(2)))) == 1


async def test_without_a_single_event_the_end_is_found_by_http(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.every_job(Story(silent=True))
        assert await _pictures(here, await here.outcome(await here.submit(new_job()))) == 1


async def test_a_history_that_is_late_is_waited_for(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(late_history=0.3))
        assert await _pictures(here, await here.outcome(await here.submit(new_job()))) == 1


async def test_a_socket_that_is_cut_in_mid_job_costs_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(seconds=0.3, disconnect_at=0.5))
        job_id = await here.submit(new_job())
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (await here.job(job_id)).attempt == 1


async def test_a_comfyui_that_dies_in_mid_job_is_noticed_at_once(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=PATIENT) as here, asyncio.timeout(30):
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda p: p.fraction >= 0.5)
        await here.comfy.crash()
        away = text("notice-away", backend=here.generation.parts.backends[0].name)
        await here.progress(job_id, lambda p: p.notice == away)


async def test_a_lost_answer_to_the_submission_is_settled_without_posting_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(lose_answer=True))
        job_id = await here.submit(new_job())
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert len(here.comfy.submitted) == 1


async def test_a_question_before_the_submission_that_goes_wrong_is_asked_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        fault = here.comfy.add_fault(Fault("/history/.*", status=500))
        job_id = await here.submit(new_job())
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (fault.hits, len(here.comfy.submitted), (await here.job(job_id)).attempt) == (1, 1, 1)


@pytest.mark.parametrize(("refused", "attempts"), [(2, 1), (3, 2)])
async def test_a_server_that_takes_no_prompt_is_asked_three_times_an_attempt(
    tmp_path: Path, refused: int, attempts: int
) -> None:
    async with rig(tmp_path) as here:
        fault = here.comfy.add_fault(Fault("/prompt", "POST", status=500, times=refused))
        job_id = await here.submit(new_job())
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (fault.hits, len(here.comfy.submitted), (await here.job(job_id)).attempt) == (
            refused,
            1,
            attempts,
        )


async def test_a_job_that_stalls_is_stopped_and_tried_again(tmp_path: Path) -> None:
    impatient = replace(RULES, timeouts=replace(QUICK, stall_seconds=0.5))
    async with rig(tmp_path, rules=impatient) as here:
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.comfy.until(lambda: here.comfy.running_prompt)
        between = Story(hold=True)
        here.comfy.next_job(between)
        async with (
            aiohttp.ClientSession() as session
        ):  # somebody else's: the second attempt waits, and says why
            await session.post(f"{here.comfy.url}/prompt", json={"prompt": PICTURE, "client_id": "web"})
        again = text("notice-stalled", attempt=2, most=3)
        await here.progress(job_id, lambda progress: progress.notice == again)
        between.release()
        assert await _pictures(here, await here.outcome(job_id)) == 1
        assert (await here.job(job_id)).attempt == 2


async def test_a_job_that_stalls_every_time_is_given_up_with_that_reason(tmp_path: Path) -> None:
    impatient = replace(RULES, timeouts=replace(QUICK, stall_seconds=0.3))
    async with rig(tmp_path, rules=impatient) as here:
        here.comfy.every_job(Story(hold=True))
        assert await here.outcome(await here.submit(new_job())) == Failed(text("failed-stalled"))


async def test_a_job_waits_for_a_comfyui_that_is_away(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        await comfy.crash()
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job())
            await asyncio.sleep(0.2)
            assert (await here.job(job_id)).state is State.QUEUED
            await comfy.restart()
            assert await _pictures(here, await here.outcome(job_id)) == 1


async def test_a_job_goes_to_the_backend_that_has_what_it_needs(tmp_path: Path) -> None:
    async with rig(tmp_path, backends=2) as here:
        here.backends[1].checkpoints.append("special.safetensors")
        await eventually(lambda: all(backend.online for backend in here.generation.parts.backends))
        here.generation.parts.backends[1].refresh()
        need = "CheckpointLoaderSimple.ckpt_name=special.safetensors"
        await eventually(lambda: need in (here.generation.parts.backends[1].capabilities or ()))
        job_id = await here.submit(new_job(needs=frozenset({need})))
        await here.outcome(job_id)
        assert (await here.job(job_id)).backend == here.generation.parts.backends[1].name


async def test_a_clean_restart_of_the_bot_finds_the_running_prompt_again(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        job_id, story = await left_running(tmp_path / "jobs.db", comfy)
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            await here.progress(job_id, lambda _: True)
            story.release()
            assert await _pictures(here, await here.outcome(job_id)) == 1
            assert (await here.job(job_id)).attempt == 1
        assert len(comfy.submitted) == 1


async def test_a_prompt_nobody_waits_for_is_stopped_when_its_backend_returns(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.next_job(Story(hold=True))
        async with service(tmp_path / "jobs.db", [comfy.url]) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job())
            await here.progress(job_id, lambda p: p.fraction > 0)
        async with service(tmp_path / "jobs.db", ["http://127.0.0.1:1"]) as (store, _):
            await store.cancel(job_id, actor_id=7)
        async with service(tmp_path / "jobs.db", [comfy.url]):
            await eventually(lambda: comfy.running_prompt is None)


async def test_a_prompt_that_was_cancelled_while_its_backend_was_slow_is_stopped_when_it_answers(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda p: p.fraction > 0)
        refused = here.comfy.add_fault(Fault("/jobs/.*/cancel", status=503))
        late = here.comfy.add_fault(Fault("/prompt", "GET", delay_seconds=2.0))
        await here.store.cancel(job_id, actor_id=7)
        assert await here.outcome(job_id) == Cancelled(7)
        assert (refused.hits, late.hits) == (1, 1)
        await eventually(lambda: here.comfy.running_prompt is None)


async def test_the_jobs_of_a_backend_that_stays_away_move_on(tmp_path: Path) -> None:
    impatient = replace(RULES, timeouts=replace(QUICK, grace_seconds=0.2))
    async with rig(tmp_path, backends=2, rules=impatient) as here:
        for server in here.backends:
            server.every_job(Story(hold=True))
        job_id = await here.submit(new_job())
        await here.progress(job_id, lambda p: p.fraction > 0)
        first, second = here.backends
        if second.submitted:
            first, second = second, first
        await first.crash()
        await eventually(lambda: second.submitted)
        second.every_job(Story())
        await here.generation.parts.backends[here.backends.index(second)].client.interrupt(
            UUID(str(second.submitted[0]["prompt_id"]))
        )
        await here.outcome(job_id)
        assert (await here.job(job_id)).attempt == 2
