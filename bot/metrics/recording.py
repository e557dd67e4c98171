"""Counters and histograms as they are kept while the bot runs: plain dictionaries of the event loop's thread.

They are touched some thirty times a job and read every few seconds at most. So they take no lock, and Prometheus' own library
is loaded only when somebody reads: see :mod:`bot.metrics.exposition`.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

Labels: TypeAlias = tuple[str, ...]
"""Values, in the order of the names."""

OTHER: Final = "other"


class Counter(Struct, frozen=True):
    name: str
    """As Prometheus knows it, without ``_total``."""
    about: str
    labels: Labels = ()
    values: dict[Labels, float] = {}

    def __post_init__(self) -> None:
        if not self.labels:
            self.begin()

    def begin(self, *labels: str) -> None:
        """Tell of it before anything is counted: Prometheus sees a rise only from a figure that was there before."""
        self.values.setdefault(labels, 0)

    def add(self, *labels: str, count: float = 1) -> None:
        self.values[labels] = self.values.get(labels, 0) + count


class Measured(Struct):
    """What a histogram knows of one set of labels."""

    counts: list[int]
    """How many fell into each bucket, and last how many into none."""
    total: float = 0.0


class Histogram(Struct, frozen=True):
    name: str
    about: str
    buckets: Sequence[float]
    """Upper bounds, rising."""
    labels: Labels = ()
    values: dict[Labels, Measured] = {}

    def __post_init__(self) -> None:
        if not self.labels:
            self._begin(())

    def observe(self, value: float, *labels: str) -> None:
        measured = self.values.get(labels) or self._begin(labels)
        measured.counts[bisect_left(self.buckets, value)] += 1
        measured.total += value

    def _begin(self, labels: Labels) -> Measured:
        measured = self.values[labels] = Measured([0] * (len(self.buckets) + 1))
        return measured


class Gauge(Struct, frozen=True):
    """How something is at this moment, taken when somebody asks."""

    name: str
    about: str
    labels: Labels = ()
    values: dict[Labels, float] = {}


Figure: TypeAlias = Counter | Histogram | Gauge


class Names:
    """Bounds how many values a label takes: the first keep their name, all others are one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    @property
    def known(self) -> Collection[str]:
        return self._known

    def bounded(self, name: str) -> str:
        if name in self._known:
            return name
        if len(self._known) >= self._most:
            return OTHER
        self._known.add(name)
        return name
