"""How often status messages may be edited: calm at best, slower where many jobs share a channel or Discord is slow.

Discord does not publish its limits (long observed: 5 edits in 5 s a channel, 30 webhook calls a minute a channel).
Jobs that run share most of it; those that wait are edited now and then, for little changes while they do. A pause is
worked out anew each time; nothing is ever queued.
"""

from dataclasses import dataclass, field

from msgspec import Struct

SHORTEST_SECONDS = 1.75
CHANNEL_SHARE_SECONDS = 2.4
"""Between two edits of running jobs in one channel, whatever jobs they belong to."""
WAITING_SHARE_SECONDS = 6.0
"""Between two edits of waiting jobs in one channel."""
SLOWEST = 8.0
BRIEF_SHARE = 1 / 6
"""Of the shortest pause: what a job says for less than that, nobody reads."""


class _Channel(Struct):
    waiting: int = 0
    running: int = 0
    slowness: float = 1.0


@dataclass(slots=True)
class Pace:
    shortest_seconds: float = SHORTEST_SECONDS
    _channels: dict[int, _Channel] = field(default_factory=dict[int, _Channel], init=False)

    @property
    def brief_seconds(self) -> float:
        """Between a job's beginning and the edit that says so: a short one is over by then, others have more to say."""
        return self.shortest_seconds * BRIEF_SHARE

    def join(self, channel_id: int, *, running: bool) -> None:
        channel = self._channels.setdefault(channel_id, _Channel())
        if running:
            channel.running += 1
        else:
            channel.waiting += 1

    def leave(self, channel_id: int, *, running: bool) -> None:
        channel = self._channels[channel_id]
        if running:
            channel.running -= 1
        else:
            channel.waiting -= 1
        if not channel.running and not channel.waiting:
            del self._channels[channel_id]

    def pause_seconds(self, channel_id: int, *, running: bool) -> float:
        """Between two edits of one message."""
        channel = self._channels.get(channel_id, _Channel())
        jobs, share = (
            (channel.running, CHANNEL_SHARE_SECONDS) if running else (channel.waiting, WAITING_SHARE_SECONDS)
        )
        scale = self.shortest_seconds / SHORTEST_SECONDS
        fair = self.shortest_seconds if jobs <= 1 and running else jobs * share * scale
        return max(self.shortest_seconds, fair) * channel.slowness

    def took(self, channel_id: int, seconds: float) -> None:
        """Learn from an edit: one that took long was held back by a limit."""
        channel = self._channels.get(channel_id)
        if channel is None:
            return
        slow = seconds > self.shortest_seconds / 2
        channel.slowness = min(SLOWEST, channel.slowness * 1.5) if slow else max(1.0, channel.slowness * 0.8)
