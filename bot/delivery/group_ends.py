"""What there is to tell of a group once all of it has ended: from the members to what is shown. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from bot.delivery.file_kinds import DECODED, suffix_of
from bot.delivery.group_words import label_of, listed
from bot.delivery.made import Made, SheetCell, SheetPlan
from bot.jobs.group import GroupKind
from bot.jobs.job import Cancelled, Done, Failed, Job, Output
from bot.texts import Text, text

MOST_LABELS = 4
"""That a note names."""


class GroupEnd(Struct, frozen=True):
    made: Made | None
    """None: nothing came of any of them."""
    failure: Text | None = None
    """Why, where none is done."""
    cancelled_by: int | None = None
    """Who did, where none is done and none failed."""


def group_end(members: Sequence[Job]) -> GroupEnd:
    outputs = [(job, output) for job in members for output in job.outputs]
    texts = tuple(
        words for job in members if isinstance(job.outcome, Done | Failed) for words in job.outcome.texts
    )
    failure = None if any(isinstance(job.outcome, Done) for job in members) else _failure(members)
    if not outputs and not texts:
        by = (job.outcome.by_user_id for job in members if isinstance(job.outcome, Cancelled))
        return GroupEnd(None, failure, next(by, None) if failure is None else None)
    sheet = _sheet(members)
    made = Made(
        outputs=[output for _, output in outputs],
        texts=texts,
        owners=[job for job, _ in outputs],
        sheet=sheet,
        notes=(
            *([] if sheet is not None else _order(members)),
            *_failed(members, besides=failure),
            *_cancelled(members),
        ),
    )
    return GroupEnd(made, failure)


def _order(members: Sequence[Job]) -> list[Text]:
    """Which file is which, where those are shown themselves and differ in more than their seeds."""
    labels = [label_of(job) for job in members if job.outputs and job.group and job.group.labels]
    return [text("group-order", labels="; ".join(labels))] if labels else []


def _failure(members: Sequence[Job]) -> Text | None:
    return next((job.outcome.reason for job in members if isinstance(job.outcome, Failed)), None)


def _failed(members: Sequence[Job], besides: Text | None) -> list[Text]:
    """Each reason once, and whose it is; ``besides`` is told elsewhere."""
    by_reason: defaultdict[str, list[Job]] = defaultdict(list)
    reasons: dict[str, Text] = {}
    for job in members:
        if isinstance(job.outcome, Failed) and job.outcome.reason != besides:
            key = job.outcome.reason.to_json()
            reasons[key] = job.outcome.reason
            by_reason[key].append(job)
    return [
        text(
            "group-failed",
            count=len(jobs),
            which=listed([label_of(job) for job in jobs], MOST_LABELS),
            why=reasons[key],
        )
        for key, jobs in by_reason.items()
    ]


def _cancelled(members: Sequence[Job]) -> list[Text]:
    count = sum(isinstance(job.outcome, Cancelled) for job in members)
    return [text("group-cancelled", count=count, all=len(members))] if count else []


def _sheet(members: Sequence[Job]) -> SheetPlan | None:
    """None: the files are shown themselves."""
    group = members[0].group
    cells = [SheetCell(job, label_of(job), _picture(job), _missing(job)) for job in members]
    if group is None or group.kind is GroupKind.REPEAT or not any(cell.picture for cell in cells):
        return None
    if group.kind is GroupKind.ALL:
        return SheetPlan(cells)
    across, down = (tuple(dict.fromkeys(_label(job, place) for job in members)) for place in (0, 1))
    return SheetPlan(cells, across, tuple(label for label in down if label))


def _label(job: Job, place: int) -> str:
    labels = () if job.group is None else job.group.labels
    return labels[place] if place < len(labels) else ""


def _picture(job: Job) -> Output | None:
    return next((each for each in job.outputs if suffix_of(each.filename) in DECODED), None)


def _missing(job: Job) -> Text:
    match job.outcome:
        case Failed(reason):
            return reason
        case Cancelled():
            return text("status-stopped")
        case _:
            return text("sheet-no-picture") if _picture(job) is None else text("sheet-picture-gone")
