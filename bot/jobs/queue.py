"""All queued jobs of a moment, each with its place; whoever comes after that moment is put in among them."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import TypeAlias

from bot.jobs.audit import EVERY_GUILD
from bot.jobs.fair_order import FairOrder, Key, Waiting
from bot.jobs.job import Position

_Turn: TypeAlias = tuple[bool, int, int, Waiting]
"""Those that stand still come after all others."""


class Queue:
    """In order; of ten thousand jobs only those are looked at that somebody asks for."""

    def __init__(
        self, jobs: Iterable[Waiting], ahead: Mapping[Key, int], paused: Collection[int] = frozenset()
    ) -> None:
        """``jobs``: by their sequence. ``ahead``: by :func:`bot.jobs.fair_order.leads`. ``paused``: places whose jobs stand still."""
        self._order = FairOrder(jobs, ahead)
        self._paused = frozenset(paused)
        self._arrange()

    def _arrange(self) -> None:
        everybody = EVERY_GUILD in self._paused
        self._turns: list[_Turn] = [
            (everybody or job.place in self._paused, begins, first, job)
            for begins, first, job in self._order.turns()
        ]
        if self._paused and not everybody:
            self._turns.sort()
        self._turn_of = {turn[-1].sequence: turn for turn in self._turns}
        self._first_of = {turn[-1].user_id: turn for turn in reversed(self._turns)}
        """The first turn of each person."""
        self._firsts = sorted(self._first_of.values())
        self._costs = list(accumulate((turn[-1].cost for turn in self._turns), initial=0))
        """What is before each turn."""
        self._unknown = next((n for n, turn in enumerate(self._turns) if not turn[-1].cost_known), None)
        """Where the first one stands of which nobody knows what it takes."""

    def __len__(self) -> int:
        return len(self._turns)

    @property
    def jobs(self) -> Iterator[Waiting]:
        return (turn[-1] for turn in self._turns)

    def position(self, sequence: int) -> Position | None:
        """None: it was not queued then."""
        turn = self._turn_of.get(sequence)
        if turn is None:
            return None
        number = bisect_left(self._turns, turn)
        people = bisect_left(self._firsts, turn)
        return Position(
            number,
            people_ahead=people - (self._first_of[turn[-1].user_id] < turn),
            people=len(self._firsts) - 1,
            seconds_ahead=(
                self._costs[number] / 1000 if self._unknown is None or number <= self._unknown else None
            ),
            paused=turn[0],
        )

    def join(self, job: Waiting) -> None:
        """A job that was queued since: exactly where it would stand if all had been read anew."""
        if job.sequence in self._turn_of:
            return
        turn = self._order.join(job)
        if turn is None:
            self._arrange()
        else:
            self._insert((not self._paused.isdisjoint({EVERY_GUILD, job.place}), *turn))

    def _insert(self, turn: _Turn) -> None:
        job = turn[-1]
        number = bisect_left(self._turns, turn)
        self._turns.insert(number, turn)
        self._turn_of[job.sequence] = turn
        ahead, behind = self._costs[: number + 1], self._costs[number:]
        self._costs = [*ahead, *(cost + job.cost for cost in behind)]
        if not job.cost_known:
            self._unknown = number if self._unknown is None else min(self._unknown, number)
        elif self._unknown is not None and number <= self._unknown:
            self._unknown += 1
        first = self._first_of.get(job.user_id)
        if first is None or turn < first:
            if first is not None:
                del self._firsts[bisect_left(self._firsts, first)]
            insort(self._firsts, turn)
            self._first_of[job.user_id] = turn
