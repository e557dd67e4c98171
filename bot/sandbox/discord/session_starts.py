"""How often sessions may begin: one IDENTIFY in five seconds and bucket of shards, and a thousand a day.

As told by https://docs.discord.com/developers/events/gateway#session-start-limit-object: who identifies too soon gets an
invalid session; who uses up the day loses the token.
"""

import time

from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.wire import Json

AS_DISCORD_SECONDS = 5.0
_DAY_SECONDS = 86_400


class SessionStarts:
    def __init__(self, clock: Clock) -> None:
        self.recommended_shards = 1
        """What Discord would rather see."""
        self.max_concurrency = 1
        """Buckets of shards, each of which may identify by itself."""
        self.seconds = 0.0
        """Between two IDENTIFYs of one bucket, in real time; 0: nobody looks. Discord has AS_DISCORD_SECONDS."""
        self.total = 1000
        """A day."""
        self.too_soon = 0
        """So many IDENTIFYs came before their turn."""
        self._clock = clock
        self._day_ends_at = clock.now() + _DAY_SECONDS
        self._used = 0
        self._free_at: dict[int, float] = {}

    @property
    def remaining(self) -> int:
        if self._clock.now() >= self._day_ends_at:
            self._used = 0
            self._day_ends_at = self._clock.now() + _DAY_SECONDS
        return max(0, self.total - self._used)

    @property
    def day_ends_in_seconds(self) -> float:
        return self._day_ends_at - self._clock.now()

    def use(self, count: int = 1) -> None:
        """Other processes on this token began so many sessions."""
        self._used += count

    def is_too_soon(self, shard_id: int) -> bool:
        """Whether this IDENTIFY comes too soon after the last of its bucket. Where it does not, it is the last now."""
        bucket, now = shard_id % self.max_concurrency, time.monotonic()
        if now < self._free_at.get(bucket, now):
            self.too_soon += 1
            return True
        self._free_at[bucket] = now + self.seconds
        return False

    def to_json(self, gateway_url: str) -> Json:
        """The answer of ``GET /gateway/bot``."""
        remaining = self.remaining
        limit = {
            "total": self.total,
            "remaining": remaining,
            "reset_after": int(self.day_ends_in_seconds * 1000) if remaining < self.total else 0,
            "max_concurrency": self.max_concurrency,
        }
        return {"url": gateway_url, "shards": self.recommended_shards, "session_start_limit": limit}
