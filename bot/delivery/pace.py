"""How often status messages may be edited: calm at best, slower where many jobs share a channel or Discord is slow.

Discord does not publish its limits (long observed: 5 edits in 5 s a channel, 30 webhook calls a minute a channel).
A pause is worked out anew each time; nothing is ever queued.
"""

from collections import Counter

SHORTEST_SECONDS = 1.75
CHANNEL_SHARE_SECONDS = 1.2
"""Between two edits in one channel, whatever jobs they belong to."""
SLOWEST = 8.0


class Pace:
    def __init__(self, shortest_seconds: float = SHORTEST_SECONDS) -> None:
        self._shortest = shortest_seconds
        self._share = shortest_seconds / SHORTEST_SECONDS * CHANNEL_SHARE_SECONDS
        self._jobs: Counter[int] = Counter()
        self._slowness: dict[int, float] = {}

    def join(self, channel_id: int) -> None:
        self._jobs[channel_id] += 1

    def leave(self, channel_id: int) -> None:
        self._jobs[channel_id] -= 1
        if self._jobs[channel_id] <= 0:
            del self._jobs[channel_id]
            self._slowness.pop(channel_id, None)

    def pause_seconds(self, channel_id: int) -> float:
        fair = max(self._shortest, self._jobs[channel_id] * self._share)
        return fair * self._slowness.get(channel_id, 1.0)

    def took(self, channel_id: int, seconds: float) -> None:
        """Learn from an edit: one that took long was held back by a limit."""
        now = self._slowness.get(channel_id, 1.0)
        slow = seconds > self._shortest / 2
        self._slowness[channel_id] = min(SLOWEST, now * 1.5) if slow else max(1.0, now * 0.8)
