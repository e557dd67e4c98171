"""The ComfyUI servers: which of them answer, and what each can run.

A :class:`Backend` watches one server. It asks often while the server is away and seldom while it answers, keeps
the newest ``/object_info``, and tells the service when that changes what the bot can offer.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from enum import StrEnum

from bot.comfy import Away, ComfyClient, ComfyError, ObjectInfo, TimedOut, Unauthorized
from bot.workflows import Capabilities

log = logging.getLogger(__name__)

PROBE_SECONDS = 10.0
"""Between two looks at a server that answers."""
RETRY_SECONDS = (0.5, 15.0)
"""Between two looks at a server that is away: from the first value, doubling, to the second."""
REFRESH_SECONDS = 300.0
"""How old ``/object_info`` may get. New model files appear in it without a restart of ComfyUI."""


class Condition(StrEnum):
    UNKNOWN = "unknown"
    ONLINE = "online"
    AWAY = "away"
    UNAUTHORIZED = "unauthorized"


class Backend:
    """One server, its condition and its knowledge."""

    def __init__(
        self,
        client: ComfyClient,
        *,
        grace_seconds: float,
        on_change: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.client = client
        self.name = client.server.label
        self.condition = Condition.UNKNOWN
        self.knowledge: ObjectInfo | None = None
        self.capabilities: Capabilities | None = None
        self.returns = 0
        """How often the server came (back) to us; whoever remembers the number knows when to compare queues."""
        self._grace_seconds = grace_seconds
        self._on_change = on_change
        self._online = asyncio.Event()
        self._look_now = asyncio.Event()
        self._away_since: float | None = None
        self._knowledge_at = 0.0

    @property
    def online(self) -> bool:
        return self._online.is_set()

    @property
    def dead(self) -> bool:
        """Away for so long that its jobs should go elsewhere."""
        return self._away_since is not None and time.monotonic() - self._away_since > self._grace_seconds

    async def wait_online(self, timeout_seconds: float | None = None) -> bool:
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._online.wait()
        except TimeoutError:
            return False

    def suspect(self) -> None:
        """Somebody's request failed: look now, and hand out no work before the answer."""
        self._online.clear()
        self._look_now.set()

    def refresh(self) -> None:
        """Somebody learnt that our knowledge is old: read ``/object_info`` again at the next look, now."""
        self._knowledge_at = 0.0
        self._look_now.set()

    async def meet(self, patience_seconds: float) -> None:
        """Look once, before anything runs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                await self._look()

    async def run(self) -> None:
        """Watch the server until cancelled."""
        misses = 0
        while True:
            self._look_now.clear()
            misses = 0 if await self._look() else misses + 1
            await self._pause(misses)

    async def _pause(self, misses: int) -> None:
        shortest, longest = RETRY_SECONDS
        seconds = PROBE_SECONDS if not misses else min(longest, shortest * 2 ** min(misses - 1, 10))
        try:
            async with asyncio.timeout(seconds * random.uniform(0.8, 1.2)):  # noqa: S311  # jitter, not a secret
                await self._look_now.wait()
        except TimeoutError:
            return
        if misses:  # suspicion must not turn the waiting for a dead server into a busy loop
            await asyncio.sleep(shortest)

    async def _look(self) -> bool:
        try:
            await self.client.queue_remaining()
            if time.monotonic() - self._knowledge_at > REFRESH_SECONDS:
                await self._learn()
        except Unauthorized as error:
            self._lose(Condition.UNAUTHORIZED, error)
        except (Away, TimedOut) as error:
            self._lose(Condition.AWAY, error)
        except ComfyError as error:
            # Something answers, but not as ComfyUI does (a proxy's error page, a server that is still starting).
            self._lose(Condition.AWAY, error)
        else:
            self._win()
            return True
        return False

    async def _learn(self) -> None:
        knowledge = await self.client.object_info()
        self._knowledge_at = time.monotonic()
        if knowledge != self.knowledge:
            self.knowledge = knowledge
            self.capabilities = Capabilities(knowledge)
            if self._on_change is not None:
                await self._on_change()

    def _win(self) -> None:
        if self.condition is not Condition.ONLINE:
            log.info("ComfyUI %s answers", self.name)
            self.condition = Condition.ONLINE
            self.returns += 1
        self._away_since = None
        self._online.set()

    def _lose(self, condition: Condition, error: ComfyError) -> None:
        self._online.clear()
        if self._away_since is None:
            self._away_since = time.monotonic()
        # It may come back as another ComfyUI: with other nodes, other models, or newer ones.
        self._knowledge_at = 0.0
        if self.condition is not condition:
            log.warning("ComfyUI %s: %s", self.name, error)
            self.condition = condition


def online_others(backends: Sequence[Backend], me: Backend, needs: frozenset[str]) -> bool:
    """Whether another backend could run at once what needs ``needs``."""
    return any(
        other is not me
        and other.online
        and other.capabilities is not None
        and all(need in other.capabilities for need in needs)
        for other in backends
    )
