"""When an open job can be expected to start. Arithmetic over values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class InFlight:
    """A job that a server has, as far as its end can be foreseen."""

    usual_seconds: float | None
    """What jobs like it take; None: nothing is known of them."""
    started_at: float | None
    """Unix seconds; None: it waits there."""
    behind_others: bool = False
    """It waits behind prompts of other clients, of which nobody knows how long they take."""

    def seconds_left(self, now: float) -> float | None:
        if self.behind_others or self.usual_seconds is None:
            return None
        ran = 0.0 if self.started_at is None else max(0.0, now - self.started_at)
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


def seconds_until_start(free: Sequence[float], ahead: int, usual_seconds: float | None) -> float | None:
    """For a queued job: until one of the servers that can run it is free for it.

    Args:
        free: Of those servers, by :func:`free_in`.
        ahead: How many queued jobs come before it. They are taken to be like this one, and to run on these servers.
        usual_seconds: What jobs like it take.
    """
    if not free or (ahead and usual_seconds is None):
        return None
    rounds, place = divmod(ahead, len(free))
    return free[place] + rounds * (usual_seconds or 0.0)
