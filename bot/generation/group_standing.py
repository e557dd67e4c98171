"""How a group of jobs stands as a whole. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from bot.generation.board import ProgressBoard
from bot.jobs.job import Job, Standing, State


class GroupStanding(Struct, frozen=True):
    """What is known of all members of an open group."""

    count: int
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    running: tuple[UUID, ...] = ()
    """Those that a backend has."""

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.cancelled

    def fraction(self, board: ProgressBoard, told: UUID) -> float:
        """0..1 over all members. ``told``: one that may have begun since."""
        open_ids = {*self.running, told}
        shown = [progress for job_id in open_ids if (progress := board.latest(job_id)) is not None]
        return min(1.0, (self.ended + sum(min(1.0, each.fraction) for each in shown)) / self.count)


def group_standing(members: Sequence[Job]) -> GroupStanding:
    states = [each.state for each in members]
    return GroupStanding(
        count=len(members),
        done=states.count(State.DONE),
        failed=states.count(State.FAILED),
        cancelled=states.count(State.CANCELLED),
        running=tuple(each.id for each in members if each.state is State.RUNNING),
    )


def spoken_for(job: Job) -> UUID:
    """The job that has its status message: itself, or the first one of its group."""
    return job.id if job.group is None else job.group.group_id


def most_telling(members: Iterable[Job], board: ProgressBoard) -> Job | None:
    """The open member that says most of how the group goes on: one that runs, else the next to. None: all have ended."""

    def rank(job: Job) -> tuple[int, int]:
        number = 0 if job.group is None else job.group.number
        if job.state is State.RUNNING:
            progress = board.latest(job.id)
            return (0 if progress is not None and progress.started_at is not None else 1), number
        return (2 if job.state is State.QUEUED else 3), number

    return min((each for each in members if not each.ended), key=rank, default=None)


def one_a_group(standings: Iterable[Standing]) -> list[Standing]:
    """The first standing of each group, and those that belong to none."""
    first: dict[UUID, Standing] = {}
    for each in standings:
        first.setdefault(spoken_for(each.job), each)
    return list(first.values())
