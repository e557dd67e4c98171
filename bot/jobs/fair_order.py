"""The fair order: whose job is next. Arithmetic over values; nothing here reads or writes a database.

Start-time fair queueing, in two levels: places (guilds) share each backend, and the persons of a place share what falls to it.
Whoever has used the backend least begins::

    begins  = max(reached, used)          # who comes anew gets nothing for the time before
    used    = begins + cost / weight      # when the job is claimed; corrected when it ends, and its real cost is known
    reached = begins                      # the virtual time of the level

Each backend has shares of its own, so that who uses one that nobody else wants waits no longer at the others. All costs are
milliseconds on a GPU, whole ones: what was given comes back to the last of them.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from msgspec import Struct

ASSUMED_COST = 10_000
"""Of a job of which nothing is known. For the order alone: nobody is told that as an estimate."""
LEAST_COST = 1_000
"""Of a job that came to an end by itself: one that fails at once is not for nothing."""
MOST_WEIGHT = 100

WARM_LEAD = 30_000
"""A job whose models a backend has loaded may begin there before one that stands at most so far before it."""
MOST_PASSES = 3
"""So often at most a job is passed over for such a one when it would have been next."""

NO_GUILD = 0
"""The place of all that is asked for outside of guilds: in direct messages, and where the bot is a guest. It is one, so that
nobody gets a second share of the same size by asking in a second such place."""
WHOLE = -1
"""In place of a place: the backend as a whole, whose share has the virtual time among places."""
NOBODY = -1
"""In place of a person: the place as a whole."""

Key: TypeAlias = tuple[int, int]
"""A place, and a person in it."""


def charge_of(cost: int, weight: int) -> int:
    """What a job costs the person. What it costs the place has no weight: no guild raises its own."""
    return max(1, cost // weight)


class Kind(Struct, frozen=True):
    """The queued jobs of one place that need the same."""

    name: str
    place: int
    sequence: int
    """The first one's."""
    begins: int
    """The place's turn, in virtual time."""
    models: frozenset[str] = frozenset()


class Head(Struct, frozen=True):
    """The first queued job of a person and a kind."""

    kind: Kind
    user_id: int
    sequence: int
    begins: int
    """The person's turn among those of the place, in virtual time."""
    passed: int = 0
    """How often it was passed over."""
    at_once: int = 0
    """How many of the person's jobs may run at the same time; 0: any number."""


def places_in_order(kinds: Iterable[Kind]) -> list[list[Kind]]:
    """By place, the one whose turn it is first."""
    by_place: dict[int, list[Kind]] = {}
    for kind in kinds:
        by_place.setdefault(kind.place, []).append(kind)
    return sorted(
        by_place.values(), key=lambda group: (group[0].begins, min(kind.sequence for kind in group))
    )


def heads_in_order(heads: Iterable[Head]) -> list[Head]:
    """Those of one place."""
    return sorted(heads, key=lambda head: (head.begins, head.sequence))


def may_be_passed(head: Head, loaded: frozenset[str]) -> bool:
    """Whether a job whose models are loaded may begin before this one, which is next: its own would have to be loaded."""
    return bool(loaded) and not head.kind.models <= loaded and head.passed < MOST_PASSES


def warm_places(places: Sequence[Sequence[Kind]], loaded: frozenset[str]) -> Iterator[Sequence[Kind]]:
    """Of :func:`places_in_order`, those that have jobs of loaded models and stand near enough to the first."""
    for kinds in places:
        if kinds[0].begins - places[0][0].begins > WARM_LEAD:
            return
        if any(_is_warm(kind, loaded) for kind in kinds):
            yield kinds


def warm_head(heads: Sequence[Head], loaded: frozenset[str]) -> Head | None:
    """Of :func:`heads_in_order`, the first of loaded models that stands near enough to the first."""
    near = (head for head in heads if head.begins - heads[0].begins <= WARM_LEAD)
    return next((head for head in near if _is_warm(head.kind, loaded)), None)


def _is_warm(kind: Kind, loaded: frozenset[str]) -> bool:
    return bool(kind.models) and kind.models <= loaded


class Share(Struct, frozen=True):
    """What a place, or a person in it, has used of one backend, as virtual time."""

    used: int = 0
    reached: int = 0
    """The virtual time among those in it."""


Shares: TypeAlias = Mapping[Key, Share]
"""Of one backend."""


def leads(shares: Iterable[Shares]) -> dict[Key, int]:
    """By how much each is ahead of the others in what it used, over all backends: so long it waits for them."""
    ahead: dict[Key, int] = {}
    for backend in shares:
        for (place, user_id), share in backend.items():
            parent = backend.get((WHOLE, NOBODY) if user_id == NOBODY else (place, NOBODY), Share())
            if place != WHOLE and share.used > parent.reached:
                key = place, user_id
                ahead[key] = ahead.get(key, 0) + share.used - parent.reached
    return ahead


class Waiting(NamedTuple):
    """A queued job, as far as the order asks."""

    sequence: int
    place: int
    user_id: int
    cost: int
    weight: int
    cost_known: int = 0


Turn: TypeAlias = tuple[int, int, Waiting]
"""A job, behind the virtual time of its place's turn and the first sequence that the place still has then."""


class FairOrder:
    """In which order one backend that can run all of these jobs will claim them, if nothing is added.

    It is asked for whenever somebody looks at the queue, and goes through all of it: so it does without what costs a call
    for each job. Who comes later is put in among the others without that (:meth:`join`).
    """

    def __init__(self, jobs: Iterable[Waiting], ahead: Mapping[Key, int]) -> None:
        """``jobs``: by their sequence. ``ahead``: by :func:`leads`."""
        self._ahead = ahead
        self._person_begins: dict[Key, int] = {}
        """When the next job of each begins."""
        self._place_begins: dict[int, int] = {}
        self._lines: dict[int, list[tuple[int, int, Waiting]]] = {}
        """By place, each job behind the virtual time at which it begins there and its sequence."""
        lines, person_begins = self._lines, self._person_begins
        for job in jobs:
            sequence, place, user_id, cost, weight, _ = job
            key = place, user_id
            begins = person_begins.get(key)
            if begins is None:
                begins = ahead.get(key, 0)
            person_begins[key] = begins + (cost if weight == 1 else charge_of(cost, weight))
            line = lines.get(place)
            if line is None:
                line = lines[place] = []
            line.append((begins, sequence, job))
        for line in lines.values():
            line.sort()

    def turns(self) -> list[Turn]:
        """In order."""
        turns: list[Turn] = []
        for place, line in self._lines.items():
            begins = self._ahead.get((place, NOBODY), 0)
            turns += _turns(begins, line)
            self._place_begins[place] = begins + sum(job.cost for _, _, job in line)
        turns.sort()
        return turns

    def join(self, job: Waiting) -> Turn | None:
        """A job that was queued after all the others takes its turn; None: so others have other turns now."""
        key = job.place, job.user_id
        begins = self._person_begins.get(key, self._ahead.get(key, 0))
        self._person_begins[key] = begins + charge_of(job.cost, job.weight)
        line = self._lines.setdefault(job.place, [])
        insort(line, (begins, job.sequence, job))
        if line[-1][-1] is not job:
            return None
        turn = self._place_begins.get(job.place, self._ahead.get((job.place, NOBODY), 0))
        self._place_begins[job.place] = turn + job.cost
        return turn, job.sequence, job


def _turns(begins: int, line: Sequence[tuple[int, int, Waiting]]) -> Iterator[Turn]:
    """Each job of a place with its virtual time, and the first sequence that the place still has then."""
    first: list[int] = []
    least = line[-1][1]
    for _, sequence, _ in reversed(line):
        if sequence < least:  # noqa: PLR1730  # min() is a call for each job
            least = sequence
        first.append(least)
    for _, _, job in line:
        yield begins, first.pop(), job
        begins += job.cost
