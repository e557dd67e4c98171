"""What a storm did to the jobs, as values: what was asked for and what is shown in, a verdict out. Pure.

A job is told by a number of its own, which its output carries: results are compared by what they are, never counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Ending(StrEnum):
    """What the answer to a command says in the end."""

    NOTHING = "nothing"
    """There is no answer, or it was deleted."""
    OPEN = "open"
    """It can still be cancelled, is only a promise, or says none of the below."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RESULT = "result"
    """The result came in its place."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that a person gave."""

    number: int
    channel_id: int
    accepted: bool
    """Whether its answer ever showed a status: the person was told that the job will be done."""
    job_id: str = ""
    """As the bots' logs have it."""
    ending: Ending = Ending.NOTHING
    says: str = ""
    links_to: int | None = None
    """The message that the answer leads to."""
    pictures: int = 1
    """How many its result has when all goes well."""
    cancelled: bool = False
    """Whether somebody pressed Cancel: then it may end without a result."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that shows the output of a job, or (``failure``) tells of its failure beside the status."""

    number: int | None
    """None: it does not say, or shows something that nobody asked for."""
    channel_id: int
    message_id: int
    pictures: int = 1
    failure: bool = False


@dataclass(slots=True)
class Verdict:
    """Numbers of jobs, each list empty where all is well."""

    accepted: int = 0
    lost: list[int] = field(default_factory=list[int])
    """Accepted, and neither a result is shown nor a failure told (nor was it cancelled as asked)."""
    doubled: list[int] = field(default_factory=list[int])
    """More than one result, more than one failure told, or both."""
    misplaced: list[int] = field(default_factory=list[int])
    """Told in another channel than where it was asked for."""
    foreign: list[int] = field(default_factory=list[int])
    """Messages that show something that nobody asked for."""
    unfinished: list[int] = field(default_factory=list[int])
    """Accepted, and the status still promises something."""
    incomplete: list[int] = field(default_factory=list[int])
    """Pictures are missing (or too many) in the result, and its status tells of no failure."""
    untrue: list[int] = field(default_factory=list[int])
    """The status tells a failure though a result is shown, or leads to another message than the result."""
    failed: list[int] = field(default_factory=list[int])
    """Accepted, and the person was told why it failed: no fault of the bot by itself."""
    cancelled: list[int] = field(default_factory=list[int])
    unseen: list[int] = field(default_factory=list[int])
    """Not accepted as far as the person saw, and done all the same: the answer came too late, the job was in the ledger."""

    @property
    def is_clean(self) -> bool:
        return not (
            self.lost
            or self.doubled
            or self.misplaced
            or self.foreign
            or self.unfinished
            or self.incomplete
            or self.untrue
        )

    @property
    def line(self) -> str:
        counts = (self.lost, self.doubled, self.misplaced)
        return f"accepted / lost / doubled / wrong channel = {self.accepted}/{'/'.join(str(len(each)) for each in counts)}"


def judge(asked: Sequence[Asked], shown: Sequence[Shown]) -> Verdict:
    """``asked`` has each number once."""
    by_number = {each.number: each for each in asked}
    linked = {each.links_to: each.number for each in asked if each.links_to is not None}
    shown = [
        replace(each, number=linked.get(each.message_id)) if each.number is None else each for each in shown
    ]
    verdict = Verdict(accepted=sum(each.accepted for each in asked))
    verdict.foreign = [each.message_id for each in shown if each.number not in by_number]
    known = [(by_number[each.number], each) for each in shown if each.number in by_number]
    verdict.misplaced = sorted({job.number for job, each in known if each.channel_id != job.channel_id})
    told = Counter(job.number for job, _ in known)
    verdict.doubled = sorted(number for number, times in told.items() if times > 1)
    results = {job.number: each for job, each in known if not each.failure}
    failures = {job.number for job, each in known if each.failure}
    for job in asked:
        if job.accepted:
            _judge_accepted(job, results.get(job.number), verdict, told_apart=job.number in failures)
        elif job.number in told:
            verdict.unseen.append(job.number)
    return verdict


def _judge_accepted(job: Asked, result: Shown | None, verdict: Verdict, *, told_apart: bool) -> None:
    if job.ending is Ending.OPEN:
        verdict.unfinished.append(job.number)
    if result is None:
        if told_apart or job.ending is Ending.FAILED:
            verdict.failed.append(job.number)
        elif job.cancelled and job.ending is Ending.CANCELLED:
            verdict.cancelled.append(job.number)
        elif job.ending is not Ending.OPEN:
            verdict.lost.append(job.number)
        return
    is_partial = result.pictures < job.pictures and (job.cancelled or job.ending is Ending.FAILED)
    if result.pictures != job.pictures and not is_partial:
        verdict.incomplete.append(job.number)
    if job.links_to not in {None, result.message_id} or (
        job.ending in {Ending.FAILED, Ending.CANCELLED} and not is_partial
    ):
        verdict.untrue.append(job.number)
