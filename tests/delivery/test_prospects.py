from dataclasses import replace
from uuid import UUID

from bot.delivery.prospects import MAX_PREVIEW_BYTES, status_of
from bot.delivery.status_layout import Queued, Running, Starting
from bot.generation import Expected, Preview, Progress
from bot.jobs.job import Position, Standing
from bot.texts import text
from tests.delivery.sample import job

NOW = 1_700_000_100.0
QUEUED = Expected(Standing(job(), Position(2)), NOW + 61)
AT_WORK = Progress(UUID(int=1), 0.25, node="KSampler", step=3, steps=12, started_at=NOW - 10)


def test_a_queued_job_shows_how_many_are_ahead_and_roughly_when_it_starts() -> None:
    assert status_of(None, QUEUED, now=NOW, usual_seconds=None) == Queued(2, 1_700_000_160.0)


def test_a_claimed_job_of_which_nothing_is_heard_is_starting() -> None:
    running = Expected(Standing(job(), None), None)
    assert status_of(None, running, now=NOW, usual_seconds=None) == Starting()


def test_a_prompt_that_waits_inside_comfyui_is_starting_and_keeps_its_notice() -> None:
    notice = text("notice-cancelling")
    waiting = Progress(UUID(int=1), 0.0, notice=notice)
    assert status_of(waiting, QUEUED, now=NOW, usual_seconds=None) == Starting(notice)


def test_a_running_job_ends_when_its_speed_so_far_says() -> None:
    assert status_of(AT_WORK, QUEUED, now=NOW, usual_seconds=300) == Running(
        percent=25, node="KSampler", step=3, steps=12, started_at=NOW - 10, ends_at=NOW + 30
    )


def test_too_early_to_tell_the_usual_duration_is_believed() -> None:
    early = replace(AT_WORK, fraction=0.02)
    shown = [status_of(early, QUEUED, now=NOW, usual_seconds=usual) for usual in (60, 5, None)]
    assert [each.ends_at for each in shown if isinstance(each, Running)] == [NOW + 50, None, None]


def test_a_preview_too_large_or_of_another_kind_is_left_out() -> None:
    previews = [
        Preview(b"jpeg", "image/jpeg"),
        Preview(b"png", "image/png"),
        Preview(b"tiff", "image/tiff"),
        Preview(bytes(MAX_PREVIEW_BYTES + 1), "image/png"),
    ]
    shown = [
        status_of(replace(AT_WORK, preview=each), QUEUED, now=NOW, usual_seconds=None) for each in previews
    ]
    names = [each.preview for each in shown if isinstance(each, Running)]
    assert names == ["preview.jpg", "preview.png", None, None]
