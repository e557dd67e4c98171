"""The queue of prompts, what is running, and the history: ComfyUI's bookkeeping, without the executing.

Pending prompts lie in a heap, and are shown in the heap's order, as ComfyUI shows them.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.story import Story

MAXIMUM_HISTORY: Final = 10_000
MAXIMUM_PENDING: Final = 10_000


class QueueItem(NamedTuple):
    """A queued prompt. Compared like ComfyUI's: equal number and id compare the graphs, which raises ``TypeError``."""

    number: float
    prompt_id: str
    prompt: JsonObject
    extra_data: JsonObject
    outputs: list[str]
    story: Story

    @property
    def client_id(self) -> str | None:
        client_id = self.extra_data.get("client_id")
        return client_id if isinstance(client_id, str) else None

    def public(self) -> list[object]:
        """As ``/queue`` and ``/history`` show it."""
        return list(self[:5])


class PromptQueue:
    """Pending, running and finished prompts. ``changed`` is called whenever a client is told of a new count."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._arrived = asyncio.Event()
        self.counter = 0
        self.pending: list[QueueItem] = []
        self.running: QueueItem | None = None
        self.history: dict[str, JsonObject] = {}

    @property
    def remaining(self) -> int:
        return len(self.pending) + (self.running is not None)

    @property
    def full(self) -> bool:
        return len(self.pending) >= MAXIMUM_PENDING

    def put(self, item: QueueItem) -> None:
        """Queue a prompt. Raises ``TypeError`` for a number and id that are both queued already, and queues it too."""
        self._arrived.set()
        heapq.heappush(self.pending, item)
        self._changed()

    async def take(self) -> QueueItem:
        """The next prompt, which then counts as running."""
        while not self.pending:
            self._arrived.clear()
            await self._arrived.wait()
        self.running = heapq.heappop(self.pending)
        self._changed()
        return self.running

    def finish(self, item: QueueItem, entry: JsonObject) -> None:
        """The running prompt has ended: into the history with it."""
        if len(self.history) > MAXIMUM_HISTORY:
            del self.history[next(iter(self.history))]
        self.history[item.prompt_id] = entry
        self.running = None
        self._changed()

    def clear(self) -> None:
        self.pending.clear()
        self._changed()

    def delete(self, prompt_id: str) -> bool:
        """Take the first pending prompt with this id out. The last one is wiped, which is announced twice."""
        for index, item in enumerate(self.pending):
            if item.prompt_id == prompt_id:
                if len(self.pending) == 1:
                    self.clear()
                else:
                    del self.pending[index]
                    heapq.heapify(self.pending)
                self._changed()
                return True
        return False

    def forget(self, prompt_ids: Iterable[object]) -> None:
        for prompt_id in prompt_ids:
            if isinstance(prompt_id, str):
                self.history.pop(prompt_id, None)

    def page(self, *, max_items: int | None, offset: int) -> dict[str, JsonObject]:
        """The history, oldest first; without an offset, the newest ``max_items``."""
        if offset < 0 and max_items is not None:
            offset = len(self.history) - max_items
        stop = None if max_items is None else max(offset, 0) + max(max_items, 1)
        return dict(itertools.islice(self.history.items(), max(offset, 0), stop))
