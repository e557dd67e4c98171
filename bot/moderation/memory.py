"""What was looked up in the ledger lately, so that what every interaction asks for needs no look.

Bounded; all of it is forgotten when somebody changed something, here or in another process.
"""

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, NoReturn, Protocol, TypeVar

from bot.jobs.store import Topic

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 20_000
LOOK_SECONDS = 30.0
"""What another process changed holds here after so long, even if nobody tells of it. Each time all is looked up anew."""


class Changes(Protocol):
    async def wait(self, topic: Topic, timeout_seconds: float) -> None: ...


class Memory(Generic[K, V]):
    def __init__(self, look: Callable[[K], Awaitable[V]], most: int = MOST) -> None:
        self._look = look
        self._most = most
        self._known: dict[K, V] = {}

    async def of(self, key: K) -> V:
        """May raise ``StoreUnavailable`` where it has to look."""
        known = self._known
        if key not in known:
            value = await self._look(key)
            if len(known) >= self._most:
                known.clear()
            # into the memory of when the look began: what was forgotten meanwhile stays so
            known[key] = value
            return value
        return known[key]

    def forget(self) -> None:
        self._known = {}

    async def kept_true(self, changes: Changes) -> NoReturn:
        """Forget whenever moderators change something, until cancelled."""
        while True:
            await changes.wait(Topic.MODERATION, LOOK_SECONDS)
            self.forget()
