"""When an open job can be expected to start. Arithmetic over values."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

EARLY = 0.1
"""Below this fraction the speed so far says little."""


class InFlight(Struct, frozen=True):
    """A job that a server has, as far as its end can be foreseen."""

    usual_seconds: float | None
    """What jobs like it take; None: nothing is known of them."""
    started_at: float | None
    """Unix seconds; None: it waits there."""
    behind_others: bool = False
    """It waits behind prompts of other clients, of which nobody knows how long they take."""
    fraction: float = 0.0
    """0..1 of it that is done."""

    def seconds_left(self, now: float) -> float | None:
        if self.behind_others or self.usual_seconds is None:
            return None
        ran = 0.0 if self.started_at is None else max(0.0, now - self.started_at)
        if ran and EARLY <= self.fraction <= 1.0:  # how fast this one is says more than how long others took
            return ran * (1.0 - self.fraction) / self.fraction
        return max(0.0, self.usual_seconds - ran)


Server: TypeAlias = Sequence[InFlight]
"""What one server has, in the order in which it will be done."""


def seconds_until_free(server: Server, now: float) -> float | None:
    """None: nobody knows."""
    left = [job.seconds_left(now) for job in server]
    known = [seconds for seconds in left if seconds is not None]
    return sum(known) if len(known) == len(left) else None


def free_in(servers: Sequence[Server], now: float) -> list[float]:
    """In how many seconds each of them is free, the first one first; those of which nobody knows are left out."""
    seconds = (seconds_until_free(server, now) for server in servers)
    return sorted(each for each in seconds if each is not None)


def seconds_until_start(free: Sequence[float], ahead: int, seconds_ahead: float | None) -> float | None:
    """For a queued job: until one of the servers that can run it is free for it.

    Args:
        free: Of those servers, by :func:`free_in`.
        ahead: How many queued jobs come before it. They are taken to run on these servers.
        seconds_ahead: What those take, all together; None: nobody knows.
    """
    if not free or seconds_ahead is None:
        return None
    rounds, place = divmod(ahead, len(free))
    return free[place] + (rounds * seconds_ahead / ahead if ahead else 0.0)
