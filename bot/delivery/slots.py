"""How many deliveries go on at once: few a channel, and one that is held up keeps no place that another could use."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from msgspec import Struct

AT_ONCE = 12
A_CHANNEL = 6
SLOW_SECONDS = 5.0
MOST = 48
"""With the slow ones, which only wait."""


class _Slot(Struct, frozen=True, eq=False):
    channel_id: int
    taken_at: float


class Slots:
    def __init__(self, counter: Callable[[], float] = monotonic) -> None:
        """``counter``: seconds that pass evenly."""
        self._counter = counter
        self._taken: set[_Slot] = set()

    @property
    def are_left(self) -> bool:
        slow_since = self._counter() - SLOW_SECONDS
        quick = sum(slot.taken_at > slow_since for slot in self._taken)
        return quick < AT_ONCE and len(self._taken) < MOST

    @property
    def full_channels(self) -> frozenset[int]:
        channels = [slot.channel_id for slot in self._taken]
        return frozenset(each for each in channels if channels.count(each) >= A_CHANNEL)

    def are_full(self, channel_id: int) -> bool:
        """Whether something may wait for one that a delivery to this channel has."""
        return not self.are_left or channel_id in self.full_channels

    @contextmanager
    def taken(self, channel_id: int) -> Generator[None]:
        slot = _Slot(channel_id, self._counter())
        self._taken.add(slot)
        try:
            yield
        finally:
            self._taken.discard(slot)
