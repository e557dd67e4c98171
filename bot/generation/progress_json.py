"""Between a job's progress and the message that tells other processes of it. Values only."""

import json
from typing import TypedDict, cast
from uuid import UUID

from msgspec import Struct

from bot.generation.progress import Progress, Waiting
from bot.jobs.progress_bus import MOST_MESSAGE_BYTES
from bot.texts import Text

_MOST_TITLE = 200


class _ProgressJson(TypedDict):
    fraction: float
    node: str | None
    step: int | None
    steps: int | None
    started_at: float | None
    waiting: tuple[int, int] | None
    notice: str | None


class _MessageJson(TypedDict):
    sender: str
    job: str
    preview: int
    progress: _ProgressJson | None


class ProgressMessage(Struct, frozen=True):
    sender: str
    """Which process."""
    job_id: UUID
    progress: Progress | None
    """Without its preview; None: the sender has nothing to do with the job any more."""
    preview: int
    """Counts the job's previews; 0: there is none."""


def message_to_json(message: ProgressMessage) -> str:
    """One that would be too long leaves out what a person can do without."""
    text = _to_json(message, _progress_json(message.progress))
    if len(text.encode()) <= MOST_MESSAGE_BYTES or message.progress is None:
        return text
    bare = Progress(message.job_id, message.progress.fraction, started_at=message.progress.started_at)
    return _to_json(message, _progress_json(bare))


def _to_json(message: ProgressMessage, progress: _ProgressJson | None) -> str:
    values = _MessageJson(
        sender=message.sender, job=str(message.job_id), preview=message.preview, progress=progress
    )
    return json.dumps(values, ensure_ascii=False)


def _progress_json(progress: Progress | None) -> _ProgressJson | None:
    if progress is None:
        return None
    waiting = progress.waiting
    return _ProgressJson(
        fraction=progress.fraction,
        node=progress.node and progress.node[:_MOST_TITLE],
        step=progress.step,
        steps=progress.steps,
        started_at=progress.started_at,
        waiting=None if waiting is None else (waiting.ahead_ours, waiting.ahead_others),
        notice=None if progress.notice is None else progress.notice.to_json(),
    )


def message_of(source: str) -> ProgressMessage:
    """Raises KeyError, TypeError or ValueError for what another version, or somebody else, has sent."""
    values = cast("_MessageJson", json.loads(source))
    job_id, progress = UUID(values["job"]), values["progress"]
    return ProgressMessage(
        values["sender"],
        job_id,
        None if progress is None else _progress_of(job_id, progress),
        int(values["preview"]),
    )


def _progress_of(job_id: UUID, values: _ProgressJson) -> Progress:
    waiting, notice = values["waiting"], values["notice"]
    return Progress(
        job_id,
        float(values["fraction"]),
        node=values["node"],
        step=values["step"],
        steps=values["steps"],
        started_at=values["started_at"],
        waiting=None if waiting is None else Waiting(*waiting),
        notice=None if notice is None else Text.from_json(notice),
    )
