"""The time of the ledger: Unix seconds that pass evenly, whatever is done to the machine's clock."""

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Unix seconds now."""


def steady_clock(wall: Clock = time.time, counter: Callable[[], float] = time.monotonic) -> Clock:
    """Start a clock at the wall's time that from then on only counts seconds.

    When somebody sets the wall's clock by an hour, a lease neither ends nor lasts an hour longer. What is shown
    as a date may be off by as much until the next start.
    """
    offset_seconds = wall() - counter()
    return lambda: offset_seconds + counter()
