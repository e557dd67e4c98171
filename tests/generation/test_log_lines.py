"""A job's life in the log."""

from uuid import UUID

from msgspec.structs import replace

from bot.generation import log_lines
from bot.jobs.claim import Claim, Preparation
from bot.jobs.inputs import InputKind
from bot.jobs.job import Cancelled, Done, Failed, Output, State, Timing
from bot.texts import text
from tests.generation.sample import job_with, place

JOB = job_with({})
WHO = "workflow txt2img, guild 1, channel 2, person 7"
ID = UUID(int=1)


def test_each_line_says_who_and_where() -> None:
    direct = replace(JOB, state=State.QUEUED, place=place(guild_id=None))
    assert log_lines.taken(direct) == (
        f"job {ID}: queued; workflow txt2img, direct message, channel 2, person 7"
    )
    claim = Claim(job=JOB, owner="", number=1, graph="{}", ui_graph=None)
    assert log_lines.claimed(claim, "gpu:8188", 2.5) == (f"job {ID}: claimed for gpu:8188 after 2.5 s; {WHO}")


def test_a_job_with_files_is_told_of_before_it_is_queued_and_again_when_it_is() -> None:
    job = replace(JOB, state=State.PREPARING, input_kinds=(InputKind.IMAGE, InputKind.MASK))
    preparation = Preparation(replace(job, preparations=2), "owner", ())
    gone = text("input-expired")
    assert log_lines.taken(job) == f"job {ID}: to be prepared (2 files); {WHO}"
    assert log_lines.prepared(job, 2, 1.25) == f"job {ID}: queued with its 2 files after 1.2 s; {WHO}"
    assert log_lines.unavailable(preparation, gone).startswith(
        f"job {ID}: its files cannot be had, try 2: Discord does not have this file any more"
    )
    assert log_lines.unprepared(job, Failed(gone), 3.0).startswith(
        f"job {ID}: failed before it was queued, after 3.0 s; {WHO}: Discord does not have"
    )


def test_the_end_says_what_came_of_it_where_and_how_long_it_took() -> None:
    done = Done((Output("9", "a.png", "", "output"),), ("a caption",))
    assert log_lines.ended(JOB, "gpu:8188", done, Timing(3.0), 10.0) == (
        f"job {ID}: done (1 files, 1 texts) on gpu:8188 after 10.0 s, of which it ran 3.0 s; {WHO}"
    )
    assert log_lines.ended(JOB, "gpu:8188", Cancelled(5), None, 10.0) == (
        f"job {ID}: cancelled by person 5 on gpu:8188 after 10.0 s; {WHO}"
    )


def test_a_failure_says_why_in_one_line_that_is_not_endless() -> None:
    failed = Failed(text("failed-node", node="Sampler", message="x\ny" * 1000))
    line = log_lines.ended(JOB, "gpu:8188", failed, None, 10.0)
    assert line.startswith(f"job {ID}: failed on gpu:8188 after 10.0 s; {WHO}: The node")
    assert "\n" not in line
    assert len(line) < 600
