import dataclasses
from uuid import UUID

from msgspec.structs import replace

from bot.delivery.estimates import MAX_PREVIEW_BYTES, StepSpeed, status_of, step_speed
from bot.delivery.status_layout import Fetching, Queued, Running, Starting
from bot.generation import Expected, Preview, Progress, Waiting
from bot.jobs.inputs import InputKind
from bot.jobs.job import Position, Standing, State
from bot.texts import text
from tests.delivery.sample import job

NOW = 1_700_000_100.0
QUEUED = Expected(Standing(job(), Position(2)), NOW + 61)
AT_WORK = Progress(UUID(int=1), 0.25, node="KSampler", step=3, steps=12, started_at=NOW - 10)


def test_a_queued_job_shows_how_many_are_ahead_and_roughly_when_it_starts() -> None:
    assert status_of(None, QUEUED, now=NOW, usual_seconds=None) == Queued(2, 1_700_000_165.0)


def test_a_claimed_job_of_which_nothing_is_heard_is_starting() -> None:
    running = Expected(Standing(job(), None), None)
    assert status_of(None, running, now=NOW, usual_seconds=None) == Starting()


def test_a_job_that_is_being_prepared_is_not_said_to_start() -> None:
    preparing = replace(job(), state=State.PREPARING, input_kinds=(InputKind.IMAGE,))
    expected = Expected(Standing(preparing, None), None)
    assert status_of(None, expected, now=NOW, usual_seconds=None) == Fetching((InputKind.IMAGE,))
    again = replace(expected, standing=replace(expected.standing, job=replace(preparing, preparations=2)))
    assert status_of(None, again, now=NOW, usual_seconds=None) == Fetching((InputKind.IMAGE,), again=True)


def test_a_prompt_that_waits_inside_comfyui_is_starting_and_keeps_its_notice() -> None:
    notice = text("notice-cancelling")
    waiting = Progress(UUID(int=1), 0.0, notice=notice)
    assert status_of(waiting, QUEUED, now=NOW, usual_seconds=None) == Starting(notice)


def ends(progress: Progress, *, usual: float | None = None, speed: StepSpeed | None = None) -> float | None:
    """In how many seconds from now it is said to end."""
    status = status_of(progress, QUEUED, now=NOW, usual_seconds=usual, speed=speed)
    assert isinstance(status, Running)
    return None if status.ends_at is None else status.ends_at - NOW


def test_a_running_job_is_shown_as_it_is() -> None:
    assert status_of(AT_WORK, QUEUED, now=NOW, usual_seconds=None) == Running(
        percent=25, node="KSampler", step=3, steps=12, started_at=NOW - 10, ends_at=NOW + 30
    )


def test_while_comfyui_is_away_nobody_says_when_it_starts_or_ends() -> None:
    away = text("notice-away", backend="here")
    inside = Expected(Standing(job(), None), NOW + 61)
    waiting = Progress(UUID(int=1), 0.0)
    shown = [
        status_of(each, inside, now=NOW, usual_seconds=None)
        for each in (waiting, replace(waiting, notice=away))
    ]
    assert shown == [Starting(starts_at=1_700_000_165.0), Starting(away)]
    assert ends(replace(AT_WORK, notice=text("notice-away", backend="here"))) is None


def test_the_speed_of_its_steps_says_when_it_ends() -> None:
    seen_before = StepSpeed("KSampler", step=1, seen_at=NOW - 10, started_at=NOW - 10)
    assert ends(AT_WORK, speed=seen_before) == 45
    nearly_all_nodes_done = replace(AT_WORK, fraction=0.9)
    assert ends(nearly_all_nodes_done, speed=seen_before) == 45
    assert ends(nearly_all_nodes_done, speed=seen_before, usual=300) == 45


def test_without_steps_the_usual_duration_is_believed_and_then_the_speed_so_far() -> None:
    without = replace(AT_WORK, step=None, steps=None)
    assert ends(without, usual=60) == 50
    assert ends(without, usual=20) == 30
    assert ends(replace(without, fraction=0.02)) is None


def test_an_end_that_is_near_or_past_is_not_announced() -> None:
    assert ends(replace(AT_WORK, fraction=1.0)) is None
    assert ends(replace(AT_WORK, fraction=0.02), usual=5) is None


def test_the_step_speed_is_of_the_node_that_runs_from_where_it_was_first_seen() -> None:
    first = step_speed(None, AT_WORK, NOW)
    assert first == StepSpeed("KSampler", 3, NOW, NOW - 10)
    assert step_speed(first, replace(AT_WORK, step=9), NOW + 5) is first
    second_pass = replace(AT_WORK, step=1)
    assert step_speed(first, second_pass, NOW + 9) == StepSpeed("KSampler", 1, NOW + 9, NOW - 10)
    assert step_speed(first, replace(AT_WORK, node="Upscale"), NOW + 9) == StepSpeed(
        "Upscale", 3, NOW + 9, NOW - 10
    )
    again = replace(AT_WORK, started_at=NOW + 60)
    assert step_speed(first, again, NOW + 62) == StepSpeed("KSampler", 3, NOW + 62, NOW + 60)
    assert step_speed(first, replace(AT_WORK, step=None), NOW) is None
    assert step_speed(first, None, NOW) is None


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

    tight = replace(job(), reply=dataclasses.replace(job().reply, attachment_limit_bytes=3))
    within = Expected(Standing(tight, None), None)
    status = status_of(replace(AT_WORK, preview=previews[0]), within, now=NOW, usual_seconds=None)
    assert isinstance(status, Running)
    assert status.preview is None


def test_what_a_prompt_waits_for_inside_comfyui_is_told_from_progress_or_from_the_expectation() -> None:
    behind = Waiting(ahead_ours=1, ahead_others=2)
    taken = Expected(Standing(job(), None), NOW + 61, waiting=behind)
    shown = Starting(waiting=behind, starts_at=1_700_000_165.0)
    assert status_of(None, taken, now=NOW, usual_seconds=None) == shown
    assert status_of(Progress(UUID(int=1), 0.0), taken, now=NOW, usual_seconds=None) == shown
    moved_up = Progress(UUID(int=1), 0.0, waiting=Waiting(0, 2))
    assert status_of(moved_up, taken, now=NOW, usual_seconds=None) == Starting(
        waiting=Waiting(0, 2), starts_at=1_700_000_165.0
    )


def test_a_percentage_is_never_below_nothing_nor_above_everything() -> None:
    shown = [
        status_of(replace(AT_WORK, fraction=each), QUEUED, now=NOW, usual_seconds=None)
        for each in (-0.5, 0.0, 0.994, 1.0, 1.5)
    ]
    assert [each.percent for each in shown if isinstance(each, Running)] == [0, 0, 99, 100, 100]
