"""From progress to a status: what percent, what is left, when it will end. Pure."""

from bot.delivery.status_layout import Queued, Running, Starting, Status
from bot.generation import Expected, Preview, Progress

EARLY = 0.1
"""Below this fraction the speed so far says little, and the usual duration is believed."""
GRAIN_SECONDS = 5
"""Times are rounded to this, so that a guess that wavers is no reason for an edit."""

MAX_PREVIEW_BYTES = 1024 * 1024

_PREVIEW_NAMES = {"image/jpeg": "preview.jpg", "image/png": "preview.png"}


def status_of(
    progress: Progress | None, expected: Expected, *, now: float, usual_seconds: float | None
) -> Status:
    if progress is not None:
        return _at_work(progress, now, usual_seconds)
    if expected.standing.position is None:
        return Starting()
    starts_at = None if expected.starts_at is None else _coarse(expected.starts_at)
    return Queued(expected.standing.position.ahead, starts_at, expected.servers_away)


def _preview_name(preview: Preview | None) -> str | None:
    if preview is None or len(preview.content) > MAX_PREVIEW_BYTES:
        return None
    return _PREVIEW_NAMES.get(preview.content_type)


def _at_work(progress: Progress, now: float, usual_seconds: float | None) -> Status:
    if progress.started_at is None:
        return Starting(progress.notice)
    percent = round(max(0.0, min(1.0, progress.fraction)) * 100)
    return Running(
        percent=percent,
        node=progress.node,
        step=progress.step,
        steps=progress.steps,
        started_at=progress.started_at,
        ends_at=_end(progress.fraction, progress.started_at, now, usual_seconds),
        preview=_preview_name(progress.preview),
        notice=progress.notice,
    )


def _end(fraction: float, started_at: float, now: float, usual_seconds: float | None) -> float | None:
    elapsed = now - started_at
    if fraction >= EARLY and elapsed >= 1:
        return _coarse(started_at + elapsed / min(fraction, 1.0))
    if usual_seconds is not None and usual_seconds > elapsed:
        return _coarse(started_at + usual_seconds)
    return None


def _coarse(unix_seconds: float) -> float:
    return float(round(unix_seconds / GRAIN_SECONDS) * GRAIN_SECONDS)
