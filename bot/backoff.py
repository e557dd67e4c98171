"""How long to wait before trying again: the one rule for everything that this bot repeats.

``bot.comfy`` has its own, because it can be taken elsewhere as a folder.
"""

import asyncio
import random

from msgspec import Struct


class Backoff(Struct, frozen=True):
    """Doubling from the first pause up to the longest, each between half and the whole of it.

    The spread keeps many that failed at the same moment from coming back at the same moment.
    """

    first_seconds: float
    longest_seconds: float

    def seconds(self, failures: int) -> float:
        """Before the next try, after ``failures`` in a row (1 or more)."""
        whole = min(self.longest_seconds, self.first_seconds * 2.0 ** min(failures - 1, 30))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, no secret

    async def pause(self, failures: int) -> None:
        await asyncio.sleep(self.seconds(failures))
