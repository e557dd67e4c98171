"""From ComfyUI's events to a bar: the arithmetic."""

from uuid import UUID

from bot.comfy import (
    Event,
    Executing,
    ExecutionCached,
    ExecutionStart,
    NodeProgress,
    PreviewImage,
    ProgressState,
    Status,
    StepProgress,
)
from bot.generation.progress import Preview, Progress
from bot.generation.tracking import Tracker
from bot.texts import text

JOB = UUID(int=1)
TITLES = {"3": "Sampler", "4": "Model", "8": "Decode", "9": "Save"}


def _state(**nodes: tuple[float, float, str]) -> ProgressState:
    entries = {
        name.removeprefix("n"): NodeProgress(
            name.removeprefix("n"), name.removeprefix("n"), value, most, state
        )
        for name, (value, most, state) in nodes.items()
    }
    return ProgressState("p", entries)


def _after(*events: Event) -> Progress:
    tracker = Tracker(JOB, TITLES, total_nodes=4)
    for event in events:
        tracker.apply(event, now=100.0)
    return tracker.progress


def test_nothing_heard_is_no_progress() -> None:
    assert _after() == Progress(JOB, 0.0)


def test_cached_nodes_count_as_finished() -> None:
    progress = _after(ExecutionStart("p", None), ExecutionCached("p", ("4", "8")))
    assert progress == Progress(JOB, 0.5, started_at=100.0)


def test_a_step_moves_the_bar_within_its_node_and_is_told() -> None:
    progress = _after(
        Executing("p", "3", "3"),
        _state(n4=(1, 1, "finished"), n3=(5, 20, "running")),
        StepProgress("p", "3", 5, 20),
    )
    assert progress == Progress(JOB, 1.25 / 4, node="Sampler", step=5, steps=20, started_at=100.0)


def test_the_next_node_takes_the_steps_away() -> None:
    progress = _after(Executing("p", "3", "3"), StepProgress("p", "3", 20, 20), Executing("p", "8", "8"))
    assert progress == Progress(JOB, 0.25, node="Decode", started_at=100.0)


def test_a_node_of_one_step_shows_no_steps() -> None:
    progress = _after(Executing("p", "4", "4"), StepProgress("p", "4", 1, 1))
    assert (progress.step, progress.steps) == (None, None)


def test_what_a_node_expands_into_counts_for_the_node_in_the_graph() -> None:
    progress = _after(Executing("p", "3.0.0.4", "3"), StepProgress("p", "3.0.0.4", 1, 2))
    assert progress == Progress(JOB, 0.125, node="Sampler", step=1, steps=2, started_at=100.0)


def test_the_bar_never_goes_back_and_never_over_the_end() -> None:
    finished: tuple[float, float, str] = (1, 1, "finished")
    full = _state(n3=finished, n4=finished, n8=finished, n9=finished, n77=finished)
    assert _after(full).fraction == 1.0
    assert _after(full, _state(n3=(0, 20, "running"))).fraction == 1.0


def test_a_preview_is_kept_until_the_next() -> None:
    progress = _after(PreviewImage(b"one", "image/jpeg", "p"), PreviewImage(b"two", "image/png", "p"))
    assert progress.preview == Preview(b"two", "image/png")


def test_a_notice_stays_until_the_next_node_begins() -> None:
    tracker = Tracker(JOB, TITLES, total_nodes=4)
    tracker.notice(text("notice-cancelling"))
    tracker.apply(StepProgress("p", "3", 1, 4), now=1.0)
    assert tracker.progress.notice == text("notice-cancelling")
    tracker.apply(Executing("p", "8", "8"), now=1.0)
    assert tracker.progress.notice is None


def test_only_what_changes_the_picture_is_worth_showing() -> None:
    tracker = Tracker(JOB, TITLES, total_nodes=4)
    assert tracker.apply(Executing("p", "3", "3"), now=1.0)
    assert not tracker.apply(Executing("p", "3", "3"), now=2.0)
    assert not tracker.apply(Status(1), now=2.0)
