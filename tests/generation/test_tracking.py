"""From ComfyUI's events to a job's progress."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.comfy import (
    Event,
    Executing,
    ExecutionCached,
    ExecutionStart,
    Node,
    NodeProgress,
    PreviewImage,
    ProgressState,
    Status,
    StepProgress,
)
from bot.generation.bar import Bar
from bot.generation.progress import Preview, Progress
from bot.generation.tracking import Tracker

JOB = UUID(int=1)
TITLES = {"3": "Sampler", "4": "Model", "8": "Decode", "9": "Save"}
GRAPH = {node_id: Node(title, {}) for node_id, title in TITLES.items()}
"""No node of it says how many steps it takes."""


def _tracker(known_start: float | None = None) -> Tracker:
    return Tracker(JOB, TITLES, Bar(GRAPH, {}), known_start)


def _state(**nodes: tuple[float, float, str]) -> ProgressState:
    entries = {
        name.removeprefix("n").replace("_", "."): NodeProgress(
            name.removeprefix("n").replace("_", "."), name.removeprefix("n").split("_")[0], value, most, state
        )
        for name, (value, most, state) in nodes.items()
    }
    return ProgressState("p", entries)


def _after(*events: Event) -> Progress:
    tracker = _tracker()
    for event in events:
        tracker.apply(event, now=100.0)
    return tracker.progress


def test_nothing_heard_is_no_progress() -> None:
    assert _after() == Progress(JOB, 0.0)


def test_cached_nodes_weigh_nothing() -> None:
    progress = _after(ExecutionStart("p", None), ExecutionCached("p", ("4", "8")), Executing("p", "3", "3"))
    assert progress == Progress(JOB, 0.0, node="Sampler", started_at=100.0)
    assert _after(ExecutionCached("p", ("4", "8")), _state(n3=(1, 1, "finished"))).fraction == 0.5


def test_a_step_moves_the_bar_within_its_node_and_is_told() -> None:
    progress = _after(
        Executing("p", "3", "3"),
        _state(n4=(1, 1, "finished"), n3=(5, 20, "running")),
        StepProgress("p", "3", 5, 20),
    )
    assert progress.fraction == pytest.approx((0.1 + 20.1 * 5 / 20) / 20.4)
    assert replace(progress, fraction=0.0) == Progress(
        JOB, 0.0, node="Sampler", step=5, steps=20, started_at=100.0
    )


def test_the_next_node_takes_the_steps_away() -> None:
    progress = _after(Executing("p", "3", "3"), StepProgress("p", "3", 20, 20), Executing("p", "8", "8"))
    assert (progress.node, progress.step, progress.steps) == ("Decode", None, None)


def test_a_node_of_one_step_shows_no_steps() -> None:
    progress = _after(Executing("p", "4", "4"), StepProgress("p", "4", 1, 1))
    assert (progress.step, progress.steps) == (None, None)


def test_what_a_node_expands_into_counts_for_the_node_in_the_graph() -> None:
    progress = _after(Executing("p", "3.0.0.4", "3"), StepProgress("p", "3.0.0.4", 1, 2))
    assert (progress.node, progress.step, progress.steps) == ("Sampler", 1, 2)
    assert progress.fraction == pytest.approx(1.05 / 2.4)


def test_a_part_that_is_finished_does_not_finish_its_node() -> None:
    parts = _after(_state(n3=(0, 1, "running"), n3_0_1=(1, 1, "finished"), n3_0_2=(0, 1, "running")))
    assert parts.fraction == 0.0
    whole = _after(_state(n3=(1, 1, "finished"), n3_0_1=(1, 1, "finished"), n3_0_2=(1, 1, "finished")))
    assert whole.fraction == 0.25


def test_the_bar_never_goes_back_and_never_over_the_end() -> None:
    finished: tuple[float, float, str] = (1, 1, "finished")
    full = _state(n3=finished, n4=finished, n8=finished, n9=finished, n77=finished)
    assert _after(full).fraction == 1.0
    assert _after(full, _state(n3=(0, 20, "running"))).fraction == 1.0


@pytest.mark.parametrize(
    ("value", "maximum"),
    [
        (2**5000, 20),
        (3, 2**5000),
        (2**4999, 2**5000),
        (float("nan"), 20),
        (3, float("nan")),
        (float("inf"), float("inf")),
        (-5, 20),
        (3, 0),
        (3, -7),
        (25, 20),
        (0.3, 0.3),
    ],
)
def test_no_number_that_a_node_reports_breaks_the_bar(value: float, maximum: float) -> None:
    progress = _after(
        Executing("p", "3", "3"),
        StepProgress("p", "3", value, maximum),
        _state(n3=(value, maximum, "running")),
    )
    assert 0.0 <= progress.fraction <= 1.0
    assert (progress.step is None) == (progress.steps is None)
    assert progress.step is None or (progress.steps is not None and 0 <= progress.step <= progress.steps)


def test_a_preview_is_kept_until_the_next() -> None:
    progress = _after(PreviewImage(b"one", "image/jpeg", "p"), PreviewImage(b"two", "image/png", "p"))
    assert progress.preview == Preview(b"two", "image/png")


def test_it_began_with_the_first_thing_that_is_heard_of_it() -> None:
    tracker = _tracker()
    tracker.apply(StepProgress("p", "3", 1, 4), now=7.0)
    tracker.apply(ExecutionStart("p", None), now=9.0)
    assert tracker.progress.started_at == 7.0


def test_a_prompt_from_before_a_restart_keeps_its_beginning() -> None:
    tracker = _tracker(known_start=3.0)
    assert tracker.progress.started_at is None
    tracker.apply(Executing("p", "3", "3"), now=9.0)
    assert tracker.progress.started_at == 3.0


def test_nodes_are_timed_from_one_to_the_next_cached_ones_left_out() -> None:
    tracker = _tracker()
    events: list[tuple[Event, float]] = [
        (ExecutionCached("p", ("4",)), 1.0),
        (Executing("p", "3.0.1", "3"), 1.0),
        (Executing("p", "3.0.2", "3"), 3.0),
        (Executing("p", "8", "8"), 6.0),
        (Executing("p", None, None), 6.5),
    ]
    for event, now in events:
        tracker.apply(event, now)
    assert tracker.node_times.seconds == {"3": 5.0, "8": 0.5}


def test_a_node_during_which_events_were_missed_is_not_timed() -> None:
    tracker = _tracker()
    tracker.apply(Executing("p", "3", "3"), 1.0)
    tracker.missed_something()
    tracker.apply(Executing("p", "8", "8"), 60.0)
    tracker.apply(Executing("p", None, None), 61.0)
    assert tracker.node_times.seconds == {"8": 1.0}


def test_only_what_changes_the_picture_is_worth_showing() -> None:
    tracker = _tracker()
    assert tracker.apply(Executing("p", "3", "3"), now=1.0)
    assert not tracker.apply(Executing("p", "3", "3"), now=2.0)
    assert not tracker.apply(Status(1), now=2.0)
