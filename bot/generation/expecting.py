"""When the open jobs are expected to start, from what their servers have and what each job is known to take."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import takewhile
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.generation.board import ProgressBoard
from bot.generation.estimates import InFlight, free_in, seconds_until_free, seconds_until_start
from bot.generation.group_standing import GroupStanding
from bot.generation.progress import Progress, Waiting
from bot.generation.remedies import Remedy
from bot.generation.servers import AnyBackend, Servers
from bot.jobs.job import Job, Position, Standing, State

JobsOn: TypeAlias = Callable[[str], Sequence[Job]]
"""The jobs that the backend of this name has, in the order in which it will do them."""

_Free: TypeAlias = Callable[[frozenset[str]], tuple[float, ...] | None]
"""In how many seconds each server that can run what needs these is free; None: no such server answers."""


class Expected(Struct, frozen=True):
    """An open job and when it is expected to start."""

    standing: Standing
    starts_at: float | None
    """Unix seconds; None: it runs already, its files are being fetched, or nothing is known yet."""
    servers_away: bool = False
    """No backend that could run it answers at the moment: it starts when one is back."""
    lacking: tuple[str, ...] = ()
    """What no backend has that it needs, while all answer: node classes and names of models."""
    ways_out: tuple[Remedy, ...] = ()
    """What would do in place of what is lacking."""
    waiting: Waiting | None = None
    """A job that a backend has taken and not begun: what stands before it there."""
    usual_seconds: float | None = None
    """What such jobs take; None: nothing is known yet."""
    group: GroupStanding | None = None
    """Of the group that it belongs to, all of it; the rest is said of one member, which tells most."""


class Expectations:
    """Asks nothing of the store: a standing has what it learned."""

    def __init__(
        self,
        *,
        servers: Servers,
        board: ProgressBoard,
        jobs_on: JobsOn,
        now: Callable[[], float],
    ) -> None:
        self._servers = servers
        self._board = board
        self._jobs_on = jobs_on
        self._now = now

    def of(self, standings: Sequence[Standing]) -> list[Expected]:
        now = self._now()
        # Of ten thousand jobs nearly all need the same: what the servers can do is worked out once.
        free = cache(partial(self._free, now=now))
        found = [self._one(standing, now, free) for standing in standings]
        return [replace(each, usual_seconds=each.standing.job.usual_seconds) for each in found]

    def _one(self, standing: Standing, now: float, free: _Free) -> Expected:
        job = standing.job
        if job.state is State.PREPARING:
            return Expected(standing, None)
        if standing.position is None:
            return self._inside(standing, now)
        return self._queued(standing, standing.position, now, free(job.needs))

    def _free(self, needs: frozenset[str], *, now: float) -> tuple[float, ...] | None:
        servers = self._servers
        able = [backend for backend in servers if servers.takes_jobs(backend) and _can_run(backend, needs)]
        if not able:
            return None
        return tuple(free_in([self._in_flight(self._jobs_on(each.name)) for each in able], now))

    def _queued(
        self, standing: Standing, position: Position, now: float, free: tuple[float, ...] | None
    ) -> Expected:
        if free is None and self._is_held_up(standing.job.needs):
            return Expected(replace(standing, position=replace(position, paused=True)), None)
        if free is None:
            away = not self._servers.all_online
            return Expected(
                standing, None, servers_away=away, lacking=() if away else self._lacking(standing.job.needs)
            )
        if position.paused:
            return Expected(standing, None)
        seconds = seconds_until_start(free, position.ahead, position.seconds_ahead)
        return Expected(standing, None if seconds is None else now + seconds)

    def _is_held_up(self, needs: frozenset[str]) -> bool:
        """Whether a server answers that could run it, of those that are given no jobs: the operator paused it."""
        return any(each.online and _can_run(each, needs) for each in self._servers)

    def _lacking(self, needs: frozenset[str]) -> tuple[str, ...]:
        """Of the backend that comes closest."""
        known = [backend.capabilities.lacking(needs) for backend in self._servers if backend.capabilities]
        return min(known, key=len, default=())

    def _inside(self, standing: Standing, now: float) -> Expected:
        """A job that a server has: it runs, or waits there."""
        job_id = standing.job.id
        progress = self._board.latest(job_id)
        all_in_hand = (self._jobs_on(each.name) for each in self._servers)
        in_hand = next((jobs for jobs in all_in_hand if any(job.id == job_id for job in jobs)), None)
        if progress is None or progress.waiting is None or in_hand is None:
            return Expected(standing, None)
        if progress.waiting.ahead_others:
            return Expected(standing, None, waiting=progress.waiting)
        before = takewhile(lambda job: job.id != job_id, in_hand)
        seconds = seconds_until_free(self._in_flight(before), now)
        return Expected(standing, None if seconds is None else now + seconds, waiting=progress.waiting)

    def _in_flight(self, jobs: Iterable[Job]) -> list[InFlight]:
        return [in_flight(job, self._board.latest(job.id)) for job in jobs]


def in_flight(job: Job, progress: Progress | None) -> InFlight:
    """A job that a server has, by what is known of it."""
    if progress is None:
        return InFlight(job.usual_seconds, started_at=None)
    return InFlight(
        usual_seconds=job.usual_seconds,
        started_at=progress.started_at,
        behind_others=progress.waiting is not None and progress.waiting.ahead_others > 0,
        fraction=progress.fraction,
    )


def _can_run(backend: AnyBackend, needs: frozenset[str]) -> bool:
    has = backend.capabilities
    return has is not None and all(need in has for need in needs)
