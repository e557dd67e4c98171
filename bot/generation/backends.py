"""The ComfyUI servers: which of them answer, and what each can run.

A :class:`Backend` watches one server. It asks often while the server is away and seldom while it answers, keeps
the newest ``/object_info``, and tells the service when that changes what the bot can offer.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from enum import StrEnum
from uuid import uuid4

from bot.backoff import Backoff
from bot.comfy import ComfyClient, ComfyError, ObjectInfo, StreamLost, Unauthorized
from bot.generation.backend_name import name_of
from bot.generation.node_knowledge import NodeKnowledge
from bot.workflows import Capabilities

log = logging.getLogger(__name__)

PROBE_SECONDS = 10.0
"""Between two looks at a server that answers."""
RETRY = Backoff(first_seconds=0.5, longest_seconds=5.0)
"""Between two looks at a server that is away: it costs a refused connection, and a restart is seen in seconds."""
SOCKET_RETRY = Backoff(first_seconds=0.5, longest_seconds=60.0)
"""Between two sockets that only wait for a restart: a proxy may close idle ones, or let none pass."""
STEADY_SECONDS = 30.0
"""A socket that lived so long was a good one: the next one opens at once."""
REREAD_SECONDS = 2.0
"""How long somebody who waits for new knowledge waits."""
JUST_READ_SECONDS = 1.0
"""Knowledge that is younger is not asked for again, whoever wants it."""


class Condition(StrEnum):
    UNKNOWN = "unknown"
    ONLINE = "online"
    AWAY = "away"
    UNAUTHORIZED = "unauthorized"


class Backend:
    """One server, its condition and what it has."""

    def __init__(
        self,
        client: ComfyClient,
        *,
        grace_seconds: float,
        worker: str | None = None,
        class_types: frozenset[str] = frozenset(),
        on_change: Callable[[], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``class_types``: what to ask for one by one of a server that cannot tell all it has at once.

        ``worker``: what this process is called among others with the same ledger; None: it is the only one.
        """
        self.client = client
        self.name = name_of(client.server.url, worker)
        """For the ledger: the same however the address is written."""
        self.label = client.server.label if worker is None else self.name
        """For people."""
        self.condition = Condition.UNKNOWN
        self.returns = 0
        """How often the server came (back) to us; whoever remembers the number knows when to compare queues."""
        self._nodes = NodeKnowledge(client, class_types=class_types, on_change=on_change, clock=clock)
        self._grace_seconds = grace_seconds
        self._clock = clock
        self._online = asyncio.Event()
        self._look_now = asyncio.Event()
        self._away_since: float | None = None

    @property
    def knowledge(self) -> ObjectInfo | None:
        """Every node class that it has; None: it has not told yet."""
        return self._nodes.info

    @property
    def capabilities(self) -> Capabilities | None:
        return self._nodes.capabilities

    @property
    def online(self) -> bool:
        return self._online.is_set()

    @property
    def dead(self) -> bool:
        """Away for so long that its jobs should go elsewhere."""
        return self._away_since is not None and self._clock() - self._away_since > self._grace_seconds

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
        self._nodes.distrust()
        self._look_now.set()

    def ask_for(self, class_types: frozenset[str]) -> None:
        """The workflows changed: what to ask for one by one of a server that cannot tell all it has at once."""
        if self._nodes.ask_for(class_types):
            self.refresh()

    def refresh_if_older_than(self, seconds: float) -> None:
        """Let what it has be known anew soon; who asks goes on with what is known now."""
        if self.online and not self._nodes.is_being_read and self._nodes.is_older_than(seconds):
            self.refresh()

    async def reread(self) -> None:
        """Wait until it is known what the server has now, if it tells within :data:`REREAD_SECONDS`."""
        if not self.online:
            return
        try:
            async with asyncio.timeout(REREAD_SECONDS):
                await self._nodes.read(newer_than=self._clock() - JUST_READ_SECONDS)
        except TimeoutError:
            self.refresh()
        except ComfyError:
            self.suspect()

    async def look_once(self, timeout_seconds: float) -> None:
        """Look before anything runs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._look()

    async def run(self) -> None:
        """Watch the server until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_again_and_again())
            group.create_task(self._notice_restarts())

    async def _look_again_and_again(self) -> None:
        misses = 0
        while True:
            self._look_now.clear()
            misses = 0 if await self._look() else misses + 1
            await self._pause(misses)

    async def _pause(self, misses: int) -> None:
        seconds = RETRY.seconds(misses) if misses else PROBE_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
        try:
            async with asyncio.timeout(seconds):
                await self._look_now.wait()
        except TimeoutError:
            return
        if misses:  # suspicion must not turn the waiting for a dead server into a busy loop
            await RETRY.pause(1)

    async def _notice_restarts(self) -> None:
        """Hold a socket to the server while it answers: it ends when ComfyUI does, long before the next look."""
        client_id, failures = f"comfycord-watch-{uuid4().hex}", 0
        while True:
            await self.wait_online()
            begun = self._clock()
            try:
                async with aclosing(self.client.events(client_id)) as events:
                    async for _ in events:
                        pass
            except StreamLost:
                # It may come back as another ComfyUI: with other nodes, other models, or newer ones.
                self._nodes.distrust()
                self.suspect()
            except ComfyError as error:
                log.debug("%s Its restarts show at the next look only.", error)
            failures = 1 if self._clock() - begun > STEADY_SECONDS else failures + 1
            await SOCKET_RETRY.pause(failures)

    async def _look(self) -> bool:
        try:
            await self.client.queue_remaining()
            if self._nodes.is_stale:
                await self._nodes.read()
        except Unauthorized as error:
            self._mark_away(Condition.UNAUTHORIZED, error)
        except ComfyError as error:
            # Nothing answers, or not as ComfyUI does (a proxy's error page, a server that is still starting).
            self._mark_away(Condition.AWAY, error)
        else:
            self._mark_online()
            return True
        return False

    def _mark_online(self) -> None:
        if self.condition is not Condition.ONLINE:
            log.info("ComfyUI %s answers", self.label)
            self.condition = Condition.ONLINE
            self.returns += 1
        self._away_since = None
        self._online.set()

    def _mark_away(self, condition: Condition, error: ComfyError) -> None:
        self._online.clear()
        if self._away_since is None:
            self._away_since = self._clock()
        # It may come back as another ComfyUI: with other nodes, other models, or newer ones.
        self._nodes.distrust()
        if self.condition is not condition:
            log.warning("ComfyUI %s: %s", self.label, error)
            self.condition = condition
