"""How many commands an application made in one place, everywhere or in a guild: two hundred a day, and no more.

The limit stands in Discord's documentation, the answer does not. It was a 400 without a time once
(https://github.com/discord/discord-api-docs/issues/6188); since 2024 it is seen as a 429
(https://github.com/discordjs/discord.js/issues/10458), which clients sit out as any other.
"""

from collections import deque

from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.errors import Refused

_CREATES_A_DAY = 200
_DAY_SECONDS = 24 * 60 * 60.0
_MESSAGE = f"Max number of daily application command creates has been reached ({_CREATES_A_DAY})"


class Creates:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: deque[float] = deque()
        """When those of the last day were made, the oldest first."""

    def count(self, made: int) -> None:
        """Note that so many are made now.

        Raises:
            Refused: it would be too many; none of them is.
        """
        now = self._clock.now()
        while self._at and self._at[0] <= now - _DAY_SECONDS:
            self._at.popleft()
        if made and len(self._at) + made > _CREATES_A_DAY:
            wait = self._at[0] + _DAY_SECONDS - now if self._at else _DAY_SECONDS
            raise Refused(
                429, {"message": _MESSAGE, "code": 30034, "retry_after": round(wait, 3), "global": False}
            )
        self._at.extend([now] * made)
