"""From progress to a status: what percent, what is left, when it will end. Pure."""

import math
from collections.abc import Iterator

from msgspec import Struct

from bot.delivery.group_words import label_of
from bot.delivery.status_layout import Fetching, Queued, Running, Starting, Status, Together
from bot.generation import Expected, Preview, Progress, ProgressBoard
from bot.generation.estimates import EARLY
from bot.jobs.job import State

SOON_SECONDS = 1.0
"""An end as near as this is not worth announcing: it would soon read "ready 2 seconds ago"."""
GRAIN_SECONDS = 5
"""Times are rounded up to this, so that a guess that wavers is no reason for an edit."""

MAX_PREVIEW_BYTES = 1024 * 1024

_PREVIEW_NAMES = {"image/jpeg": "preview.jpg", "image/png": "preview.png"}


class StepSpeed(Struct, frozen=True):
    """The running node as it was first seen: how fast its steps go says more than the share of nodes that are done."""

    node: str | None
    step: int
    seen_at: float
    started_at: float | None
    """Of its attempt: another one goes through the same steps anew."""

    def seconds_a_step(self, progress: Progress, now: float) -> float | None:
        if progress.step is None or progress.step <= self.step:
            return None
        return (now - self.seen_at) / (progress.step - self.step)


def step_speed(before: StepSpeed | None, progress: Progress | None, now: float) -> StepSpeed | None:
    if progress is None or progress.step is None:
        return None
    if before is not None and before.step <= progress.step and _is_same_run(before, progress):
        return before
    return StepSpeed(progress.node, progress.step, now, progress.started_at)


def _is_same_run(before: StepSpeed, progress: Progress) -> bool:
    return (before.node, before.started_at) == (progress.node, progress.started_at)


def status_of(
    progress: Progress | None,
    expected: Expected,
    *,
    now: float,
    usual_seconds: float | None,
    speed: StepSpeed | None = None,
) -> Status:
    if progress is not None:
        return _at_work(progress, expected, now, usual_seconds, speed)
    job, position = expected.standing.job, expected.standing.position
    if job.state is State.PREPARING:
        return Fetching(job.input_kinds, again=job.preparations > 1, words=bool(job.rewordings))
    if position is None:
        return Starting(waiting=expected.waiting, starts_at=_starts_at(expected))
    starts_at = None if expected.starts_at is None else _coarse(expected.starts_at)
    return Queued(
        position.ahead,
        starts_at,
        expected.servers_away,
        lacking=expected.lacking,
        ways_out=expected.ways_out,
        people_ahead=position.people_ahead,
        people=position.people,
        paused=position.paused,
    )


def together_of(expected: Expected, board: ProgressBoard) -> Together | None:
    """How far a group is; None: the job is in none."""
    group = expected.group
    if group is None:
        return None
    member = expected.standing.job
    is_running = bool(group.running) or board.latest(member.id) is not None
    return Together(
        count=group.count,
        done=group.done,
        failed=group.failed,
        percent=round(100 * group.fraction(board, member.id)),
        label=label_of(member) if is_running else None,
    )


def _starts_at(expected: Expected) -> float | None:
    """Of a job that a backend has taken: what is expected of a queued one counts no longer."""
    if expected.starts_at is None or expected.standing.position is not None:
        return None
    return _coarse(expected.starts_at)


def _preview_name(preview: Preview | None, most_bytes: int) -> str | None:
    if preview is None or len(preview.content) > most_bytes:
        return None
    return _PREVIEW_NAMES.get(preview.content_type)


def _at_work(
    progress: Progress, expected: Expected, now: float, usual_seconds: float | None, speed: StepSpeed | None
) -> Status:
    if progress.started_at is None:
        starts_at = None if progress.notice is not None else _starts_at(expected)
        return Starting(progress.notice, progress.waiting or expected.waiting, starts_at)
    ends_at = max(_guesses(progress, progress.started_at, now, usual_seconds, speed), default=now)
    if expected.group is not None and expected.group.ended + 1 < expected.group.count:
        ends_at = now  # that of one member tells nobody when the rest will be there
    most_bytes = min(MAX_PREVIEW_BYTES, expected.standing.job.reply.attachment_limit_bytes)
    return Running(
        percent=round(max(0.0, min(1.0, progress.fraction)) * 100),
        node=progress.node,
        step=progress.step,
        steps=progress.steps,
        started_at=progress.started_at,
        ends_at=_coarse(ends_at) if ends_at > now + SOON_SECONDS else None,
        preview=_preview_name(progress.preview, most_bytes),
        notice=progress.notice,
    )


def _guesses(
    progress: Progress,
    started_at: float,
    now: float,
    usual_seconds: float | None,
    speed: StepSpeed | None,
) -> Iterator[float]:
    """When it may end, as far as each thing that is known tells. The latest is believed."""
    if progress.notice is not None:
        return  # its ComfyUI is away, or it is being cancelled
    a_step = None if speed is None else speed.seconds_a_step(progress, now)
    if a_step is not None and progress.step is not None and progress.steps is not None:
        yield now + (progress.steps - progress.step) * a_step
    elif usual_seconds is not None:
        yield started_at + usual_seconds
    if progress.fraction >= EARLY:
        yield started_at + (now - started_at) / min(progress.fraction, 1.0)


def _coarse(unix_seconds: float) -> float:
    return float(math.ceil(unix_seconds / GRAIN_SECONDS) * GRAIN_SECONDS)
