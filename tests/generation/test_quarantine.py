"""What kills or hangs ComfyUI is set aside, what merely ran when somebody restarted it is not."""

from pathlib import Path

from msgspec.structs import replace

from bot.generation.quarantine import choices_of
from bot.jobs.job import Done, Failed, NewJob
from bot.jobs.quarantine_store import Harm, Incident
from bot.sandbox.comfyui import Story
from bot.workflows import Option, OptionKind
from tests.generation.apart import apart, comfyuis
from tests.generation.rig import QUICK, RULES, Rig, eventually, rig
from tests.generation.sample import new_job
from tests.jobs.sample import prompt_id

FILES = "f" * 64


def asked(number: int, workflow: str = "test") -> NewJob:
    return replace(new_job(number), workflow=workflow, fingerprint=FILES)


async def is_one_short(here: Rig, workflow: str) -> bool:
    """Whether the workflow has one incident already, so that one more sets it aside."""
    more = Incident(prompt_id(), Harm.GONE, "here", workflow, FILES, {})
    return await here.store.report_incident(more) is not None


async def test_what_kills_comfyui_twice_is_set_aside_before_the_third_time_and_others_go_on(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as here:
        for _ in range(2):
            here.comfy.next_job(Story(crash_at=0.5, restart_after=0.1))
        killer = await here.submit(asked(1))
        end = await here.outcome(killer)
        (quarantined,) = here.generation.parts.quarantine.now
        assert (quarantined.workflow, quarantined.option, quarantined.harm) == ("test", None, Harm.GONE)
        assert end == Failed(quarantined.reason)
        assert await here.outcome(await here.submit(asked(2))) == Failed(quarantined.reason)
        assert len(here.comfy.submitted) == 2
        mended = replace(asked(4), fingerprint="e" * 64)
        for each in (asked(3, "other"), mended):
            assert isinstance(await here.outcome(await here.submit(each)), Done)
        refused = [await here.generation.parts.quarantine.refusal(each) for each in (asked(5), mended)]
        assert refused == [quarantined.reason, None]


async def test_what_a_worker_sets_aside_the_bot_refuses_and_what_the_bot_releases_the_worker_runs(
    tmp_path: Path,
) -> None:
    async with (
        apart(tmp_path) as here,
        comfyuis(1) as (comfy,),
        here.worker("home", comfy),
        here.bot() as bot,
    ):
        for _ in range(2):
            comfy.next_job(Story(crash_at=0.5, restart_after=0.1))
        quarantine = bot.generation.parts.quarantine
        assert isinstance(await bot.outcome(await bot.submit(asked(1))), Failed)
        await eventually(lambda: quarantine.refusal(asked(2)))
        (quarantined,) = quarantine.now
        assert await quarantine.release(quarantined, by=7)
        assert await quarantine.refusal(asked(2)) is None
        assert isinstance(await bot.outcome(await bot.submit(asked(2))), Done)


async def test_a_restart_counts_once_and_only_for_what_ran(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(hold=True))
        ran = await here.submit(asked(1, "ran"))
        await here.progress(ran, lambda progress: progress.fraction >= 0.5)
        waited = await here.submit(asked(2, "waited"))
        await eventually(lambda: len(here.comfy.submitted) == 2)
        await here.comfy.crash()
        await here.comfy.restart()
        for job_id in (ran, waited):
            assert isinstance(await here.outcome(job_id), Done)
        assert list(here.generation.parts.quarantine.now) == []
        assert [await is_one_short(here, workflow) for workflow in ("ran", "waited")] == [True, False]


async def test_a_socket_that_is_cut_and_a_job_that_is_cancelled_count_for_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        here.comfy.next_job(Story(seconds=0.3, disconnect_at=0.5))
        assert isinstance(await here.outcome(await here.submit(asked(1, "cut"))), Done)
        here.comfy.next_job(Story(hold=True))
        cancelled = await here.submit(asked(2, "cancelled"))
        await here.progress(cancelled, lambda progress: progress.fraction >= 0.5)
        for client_id in here.comfy.sockets:
            here.comfy.disconnect(client_id)
        await here.store.cancel(cancelled, actor_id=7)
        await here.outcome(cancelled)
        assert [await is_one_short(here, workflow) for workflow in ("cut", "cancelled")] == [False, False]


async def test_what_hangs_is_set_aside_too(tmp_path: Path) -> None:
    impatient = replace(RULES, timeouts=replace(QUICK, stall_seconds=0.3))
    async with rig(tmp_path, rules=impatient) as here:
        for _ in range(2):
            here.comfy.next_job(Story(hold=True))
        job_id = await here.submit(asked(1))
        end = await here.outcome(job_id)
        (quarantined,) = here.generation.parts.quarantine.now
        assert quarantined.harm is Harm.STALLED
        assert end == Failed(quarantined.reason)
        assert len(here.comfy.submitted) == 2


async def test_nothing_is_set_aside_where_the_operator_does_not_want_that(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=replace(RULES, quarantine=False)) as here:
        for _ in range(2):
            here.comfy.next_job(Story(crash_at=0.5, restart_after=0.1))
        assert isinstance(await here.outcome(await here.submit(asked(1))), Done)
        assert not here.generation.parts.quarantine.now


def test_a_model_is_blamed_before_a_number_and_words_and_seeds_never_are() -> None:
    kinds = {
        "prompt": OptionKind.TEXT,
        "steps": OptionKind.INTEGER,
        "seed": OptionKind.SEED,
        "checkpoint": OptionKind.CHOICE,
        "picture": OptionKind.IMAGE,
    }
    options = [Option(name, "-", kind, ()) for name, kind in kinds.items()]
    values = {"prompt": "a fox", "steps": "20", "seed": "7", "checkpoint": "bad.safetensors"}
    assert list(choices_of(values, options).items()) == [("checkpoint", "bad.safetensors"), ("steps", "20")]
