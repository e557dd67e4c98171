"""What the operator sees of each server."""

from pathlib import Path

from bot.generation.operating import NodeFailures, by_node, models_of
from bot.jobs.job import Failed
from bot.jobs.operator_store import BackendFailure
from bot.sandbox.comfyui import Story
from bot.texts import text
from tests.generation.apart import apart, comfyuis
from tests.generation.rig import eventually, rig
from tests.generation.sample import new_job


async def test_each_server_with_its_jobs_its_memory_and_what_failed_there(tmp_path: Path) -> None:
    async with rig(tmp_path, backends=2) as here:
        first, second = here.backends
        second.remove_class("EmptyImage")
        names = [backend.name for backend in here.generation.parts.backends]
        await eventually(lambda: all(each.online for each in here.generation.parts.backends))
        here.generation.parts.backends[1].refresh()
        await here.generation.parts.backends[1].reread()
        first.next_job(Story(fail_at="SaveImage"))
        await here.outcome(await here.submit(new_job(1)))
        story = Story(hold=True)
        first.next_job(story)
        running = await here.submit(new_job(2))
        await first.until(lambda: first.running_prompt)
        await here.generation.parts.orders.pause(names[1], by=7)
        views = await here.generation.operating.backends()
        assert [(each.name, each.online, each.paused) for each in views] == [
            (names[0], True, False),
            (names[1], True, True),
        ]
        assert [[job.id for job in each.jobs] for each in views] == [[running], []]
        assert [each.failures for each in views] == [[NodeFailures("Save", 1)], []]
        await here.generation.parts.orders.pause(names[0], by=7)
        await here.submit(new_job(3))
        assert await here.generation.operating.waiting() == 1
        assert all(each.vram_total_bytes and each.vram_free_bytes for each in views)
        await second.crash()
        await eventually(lambda: not here.generation.parts.backends[1].online)
        away = (await here.generation.operating.backends())[1]
        assert (away.online, away.vram_total_bytes) == (False, None)
        story.release()
        await here.outcome(running)


async def test_a_bot_without_a_comfyui_sees_those_of_workers_as_they_told(tmp_path: Path) -> None:
    async with (
        apart(tmp_path) as here,
        comfyuis(1) as (comfy,),
        here.worker("home", comfy) as worker,
        here.bot() as bot,
    ):
        (backend,) = worker.backends

        async def told() -> bool:
            return any(each.vram_total_bytes for each in await bot.generation.operating.backends())

        await eventually(told)
        (view,) = await bot.generation.operating.backends()
        assert (view.name, view.online, view.paused) == (backend.name, True, False)


def test_of_what_a_job_needs_the_model_files_are_told() -> None:
    needs = {"KSampler", "CheckpointLoaderSimple.ckpt_name=sd/a=b.safetensors", "KSampler.sampler_name=euler"}
    assert models_of(frozenset(needs)) == ("sd/a=b.safetensors",)


def test_failures_are_counted_by_node_and_those_of_none_together() -> None:
    reasons = [
        text("failed-lost"),
        text("failed-node", node="Sampler", message="boom"),
        text("failed-out-of-memory", node="Sampler"),
        text("failed-stalled"),
        text("failed-node", node=text("node-by-number", id="3"), message="boom"),
        text("failed-out-of-memory", node="Sampler"),
    ]
    found = by_node([BackendFailure("gpu", Failed(each)) for each in reasons])
    assert found == [
        NodeFailures("Sampler", 3),
        NodeFailures(text("owner-no-node"), 2),
        NodeFailures(text("node-by-number", id="3"), 1),
    ]
