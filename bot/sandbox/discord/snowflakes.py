"""Ids as Discord makes them: 64-bit numbers that grow with time."""

from datetime import UTC, datetime

from bot.sandbox.discord.clock import Clock

_EPOCH_MILLISECONDS = 1_420_070_400_000
_TIME_SHIFT = 22


class Snowflakes:
    """Hands out ids; each is greater than all before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        from_time = (int(self._clock.now() * 1000) - _EPOCH_MILLISECONDS) << _TIME_SHIFT
        self._last = max(self._last + 1, from_time)
        return self._last

    def begin_millisecond(self) -> None:
        """The next id is of a later millisecond than all before."""
        self._last = ((self._last >> _TIME_SHIFT) + 1 << _TIME_SHIFT) - 1


def moment_of(snowflake: int) -> float:
    """The Unix second at which an id was made."""
    return ((snowflake >> _TIME_SHIFT) + _EPOCH_MILLISECONDS) / 1000


def timestamp(moment: float) -> str:
    """ISO 8601 with microseconds and zone, as in every payload."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")
