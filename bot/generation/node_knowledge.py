"""What one server has: its node classes with their lists of models, read anew when that may have changed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.comfy import ComfyClient, ObjectInfo
from bot.workflows import Capabilities

log = logging.getLogger(__name__)

REFRESH_SECONDS = 300.0
"""How old ``/object_info`` may get. New model files appear in it without a restart of ComfyUI."""


class NodeKnowledge:
    """The newest ``/object_info`` of a server."""

    def __init__(
        self,
        client: ComfyClient,
        *,
        class_types: frozenset[str],
        on_change: Callable[[], Awaitable[None]] | None,
        clock: Callable[[], float],
    ) -> None:
        self.info: ObjectInfo | None = None
        self.capabilities: Capabilities | None = None
        self._client = client
        self._class_types = class_types
        self._on_change = on_change
        self._clock = clock
        self._reading = asyncio.Lock()
        self._asked_at: float | None = None
        """When the question was sent whose answer ``info`` is; None: there was none yet."""
        self._outdated_at: float | None = None
        """Since when older answers may be wrong."""

    @property
    def is_stale(self) -> bool:
        """Whether it is time to ask again."""
        asked_at, outdated_at = self._asked_at, self._outdated_at
        if asked_at is None or (outdated_at is not None and asked_at <= outdated_at):
            return True
        return self.is_older_than(REFRESH_SECONDS)

    @property
    def is_being_read(self) -> bool:
        return self._reading.locked()

    def is_older_than(self, seconds: float) -> bool:
        """Whether the last question is so long ago, or there was none."""
        return self._asked_at is None or self._clock() - self._asked_at > seconds

    def ask_for(self, class_types: frozenset[str]) -> bool:
        """What to ask for one by one from now on; whether there is something new in it."""
        grew = not class_types <= self._class_types
        self._class_types = class_types
        return grew

    def distrust(self) -> None:
        """Somebody learnt that something is new: answers to questions from before now may be wrong."""
        self._outdated_at = self._clock()

    async def read(self, newer_than: float | None = None) -> None:
        """Ask the server, unless one of several that wait here has asked after ``newer_than`` by the clock, and nothing is new since.

        Raises:
            ComfyError: there was no answer; what was known stays known.
        """
        async with self._reading:
            was_asked_at = None if self.is_stale else self._asked_at
            if newer_than is not None and was_asked_at is not None and was_asked_at > newer_than:
                return
            asked_at = self._clock()
            info = await self._client.object_info_or_of(self._class_types)
            self._asked_at = asked_at
            if info == self.info:
                return
            if info.failed and (self.info is None or info.failed != self.info.failed):
                _warn(self._client, info)
            self.info = info
            self.capabilities = Capabilities(info)
            if self._on_change is not None:
                await self._on_change()


def _warn(client: ComfyClient, info: ObjectInfo) -> None:
    log.warning(
        "ComfyUI %s cannot describe all of its nodes, so only those that the workflows name are known; "
        "a custom node pack is broken: %s",
        client.server.label,
        "; ".join(f"{name} ({why.rstrip('.')})" for name, why in info.failed.items()),
    )
