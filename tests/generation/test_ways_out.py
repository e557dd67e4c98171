"""What the service knows of ways out: which servers answer, what they lack, and which files are left."""

from pathlib import Path

from msgspec.structs import replace

from bot.generation.remedies import Choose, Install, Remind, Rerun
from bot.jobs.inputs import Attachment, InputKind, NewInput
from bot.jobs.job import Failed, Limits
from bot.jobs.pending import Answers, PendingOrder
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.texts import text
from tests.delivery.generation import WORKFLOWS
from tests.generation.rig import eventually, service
from tests.generation.sample import new_job
from tests.workflows.samples import load_templates

UNAVAILABLE = text("workflow-unavailable", workflow="txt2img")
NOTHING = Answers({})
CHECKPOINT = "CheckpointLoaderSimple.ckpt_name=landscape.safetensors"


async def test_what_is_refused_while_a_server_is_away_can_be_reminded_of(tmp_path: Path) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        service(tmp_path / "jobs.db", [comfy.url], load_templates(WORKFLOWS)) as (_, generation),
    ):
        needs = frozenset({"KSampler", CHECKPOINT})
        await eventually(lambda: generation.can_run(needs))
        assert generation.can_run(generation.needs_of("txt2img"))
        assert not generation.can_run(generation.needs_of("nothing"))
        assert not generation.can_run(frozenset({"FancyNode"}))
        assert generation.ways_out_of_refusal(UNAVAILABLE, "txt2img", NOTHING) == ()
        await comfy.crash()
        await eventually(lambda: not generation.can_run(needs))
        assert not generation.can_run(generation.needs_of("txt2img"))
        assert generation.ways_out_of_refusal(UNAVAILABLE, "txt2img", NOTHING) == (Remind(),)
        await comfy.restart()
        await eventually(lambda: generation.can_run(needs))


async def test_what_is_refused_for_what_the_servers_lack_is_told_with_it(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.remove_class("KSampler")
        async with service(tmp_path / "jobs.db", [comfy.url], load_templates(WORKFLOWS)) as (_, generation):
            await eventually(lambda: generation.missing("txt2img"))
            assert generation.ways_out_of_refusal(UNAVAILABLE, "txt2img", NOTHING) == (Install(),)
            assert generation.missing("txt2img") == (text("workflow-lacks-node", node="KSampler"),)
            assert generation.missing("upscale") == ()


async def test_a_job_that_waits_for_a_node_says_what_to_install(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.remove_class("KSampler")
        async with service(tmp_path / "jobs.db", [comfy.url], load_templates(WORKFLOWS)) as (
            store,
            generation,
        ):
            await eventually(lambda: generation.missing("txt2img"))
            job = replace(new_job(), workflow="txt2img", needs=frozenset({"KSampler"}))
            job_id = (await store.submit(job, Limits())).job_id
            expected = await generation.expected(job_id)
            assert expected is not None
            assert (expected.lacking, expected.ways_out) == (("KSampler",), (Install(),))


async def test_an_order_that_was_refused_is_looked_at_again(tmp_path: Path) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        service(tmp_path / "jobs.db", [comfy.url], load_templates(WORKFLOWS)) as (_, generation),
    ):
        await eventually(lambda: generation.can_run(generation.needs_of("txt2img")))
        values = {"prompt": "a fox", "checkpoint": "landscap.safetensors", "steps": ""}
        order = PendingOrder(new_job().id, 1, 2, "txt2img", Answers(values), Answers(values))
        (choose,) = generation.ways_out_of_order(order)
        assert isinstance(choose, Choose)
        assert choose.names[0] == "landscape.safetensors"


async def test_a_job_whose_files_never_came_cannot_be_tried_again(tmp_path: Path) -> None:
    reason = text("failed-interrupted")
    async with service(tmp_path / "jobs.db", [], load_templates(WORKFLOWS)) as (store, generation):
        await generation.parts.prepare()
        source = Attachment("https://cdn/fox.png", "fox.png", 7)
        given = NewInput("image", InputKind.IMAGE, source, (("1", "image"),))
        for number, inputs in enumerate(((), (given,))):
            job = replace(new_job(number, inputs=inputs), workflow="txt2img")
            made = (await store.submit(job, Limits())).job
            if inputs:
                preparation = await store.claim_preparation("test", 60)
                assert preparation is not None
                assert await store.fail_preparation(preparation, Failed(reason))
            expected = () if inputs else (Rerun(),)
            assert await generation.ways_out(made, reason) == expected
