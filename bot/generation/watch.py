"""Following one prompt inside ComfyUI until it is in the history, or is nowhere.

The websocket is a hint, HTTP is the truth: events move the bar and say when to look; the end is believed when
``/history/{id}`` has it, and a prompt is lost when it is neither there nor in ``/queue``, twice.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from bot.comfy import (
    ComfyClient,
    ComfyError,
    Connected,
    Event,
    EventStream,
    Executing,
    HistoryEntry,
    QueueItem,
)
from bot.generation.backends import Backend
from bot.generation.board import ProgressBoard
from bot.generation.tracking import Tracker
from bot.jobs.store import Fenced
from bot.texts import Text, text

log = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""A prompt of which nothing was heard for so long is looked up by HTTP."""
DEAF_SECONDS = 30.0
"""A running prompt of which nothing was heard for so long: perhaps the socket is deaf, reopen it."""
ABSENT_SECONDS = 1.5
"""Between the two looks that must both find a prompt nowhere before it counts as lost."""
TROUBLE_SECONDS = (0.5, 10.0)
"""Between two requests to a server in trouble: from the first value, doubling, to the second."""

Whereabouts: TypeAlias = QueueItem | HistoryEntry


class MovedOn(Exception):
    """The backend is away, and another one can run the job: it should go back to the queue."""


class Nowhere(Exception):
    """The backend does not know the prompt (any more): it restarted, or somebody deleted the prompt."""


class StoppedWhileAway(Exception):
    """The job was cancelled while its backend was away."""


@dataclass(slots=True)
class Orders:
    """What a run is told from outside, by whoever renews its lease."""

    lost: bool = False
    """Another worker has the job."""
    cancelled_by: int | None = None
    look: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is a reason to look up now."""

    @property
    def cancelling(self) -> bool:
        return self.cancelled_by is not None

    def lose(self) -> None:
        self.lost = True
        self.look.set()

    def cancel(self, user_id: int) -> None:
        self.cancelled_by = user_id
        self.look.set()


class Desk:
    """Puts one run's progress and notices onto the board."""

    def __init__(self, board: ProgressBoard, tracker: Tracker) -> None:
        self._board = board
        self.tracker = tracker

    def show(self) -> None:
        self._board.publish(self.tracker.progress)

    def notice(self, words: Text) -> None:
        if self.tracker.progress.notice != words:
            self.tracker.notice(words)
            self.show()


async def locate(client: ComfyClient, prompt_id: UUID) -> Whereabouts:
    """Where the prompt is. Raises Nowhere when two looks, some time apart, find it neither waiting nor ended."""
    for last_look in (False, True):
        entry = await client.history_entry(prompt_id)
        if entry is not None:
            return entry
        queue = await client.queue()
        for item in (*queue.running, *queue.pending):
            if item.prompt_id == str(prompt_id):
                return item
        if not last_look:  # it may have ended between the two questions
            await asyncio.sleep(ABSENT_SECONDS)
    raise Nowhere


async def sit_out(
    backend: Backend, troubles: int, orders: Orders, desk: Desk, *, others_can: Callable[[], bool]
) -> None:
    """Wait until the backend, which has just failed to answer for the ``troubles``-th time, answers again."""
    backend.suspect()
    shortest, longest = TROUBLE_SECONDS
    await asyncio.sleep(min(longest, shortest * 2 ** min(troubles - 1, 10)))
    while not await backend.wait_online(1.0):
        desk.notice(text("notice-away", backend=backend.name))
        if orders.lost:
            raise Fenced
        if orders.cancelling:
            raise StoppedWhileAway
        if backend.dead and others_can():
            raise MovedOn


class Watch:
    """One prompt, from its submission to its end. ``hear`` takes its events, ``until_ended`` waits."""

    def __init__(
        self, prompt_id: UUID, backend: Backend, orders: Orders, desk: Desk, stall_seconds: float
    ) -> None:
        self.stalled = False
        """The prompt made no step for so long that it was stopped here."""
        self._prompt_id = prompt_id
        self._backend = backend
        self._orders = orders
        self._desk = desk
        self._stall_seconds = stall_seconds
        self._heard_at = self._moved_at = time.monotonic()
        self._heard_end = False
        self._ask_queue = True

    def hear(self, event: Event) -> None:
        now = time.monotonic()
        self._heard_at = now
        match event:
            case Connected():
                # What was said while the socket was closed is gone: ask HTTP.
                self._ask_queue = True
                self._orders.look.set()
            case Executing(node=None):
                self._heard_end = True
                self._orders.look.set()
            case _:
                if self._desk.tracker.apply(event, time.time()):
                    self._moved_at = now
                    self._desk.show()

    async def until_ended(self, stream: EventStream, *, others_can: Callable[[], bool]) -> HistoryEntry:
        """The prompt's entry in the history. Raises Nowhere, MovedOn, StoppedWhileAway or Fenced."""
        troubles = 0
        while True:
            await self._next_cue()
            try:
                entry = await self._look()
                if entry is not None:
                    self._doubt(stream)
                    return entry
                troubles = 0
            except ComfyError as error:
                log.info("prompt %s on %s: %s", self._prompt_id, self._backend.name, error)
                troubles += 1
                await sit_out(self._backend, troubles, self._orders, self._desk, others_can=others_can)
                self._ask_queue = True

    async def _next_cue(self) -> None:
        """Return when there is a reason to ask HTTP: an event that says so, an order, or silence."""
        quiet = time.monotonic() - self._heard_at
        hurry = self._orders.cancelling or self.stalled
        try:
            async with asyncio.timeout(1.0 if hurry else max(0.5, SILENCE_SECONDS - quiet)):
                await self._orders.look.wait()
        except TimeoutError:
            self._ask_queue = True
        self._orders.look.clear()
        if self._orders.lost:
            raise Fenced

    async def _look(self) -> HistoryEntry | None:
        client = self._backend.client
        if self._orders.cancelling:
            self._desk.notice(text("notice-cancelling"))
        if self._orders.cancelling or self.stalled:
            # Repeated until the prompt is gone: ComfyUI heeds an interrupt between steps and nodes only.
            await client.cancel(self._prompt_id)
        if not self._ask_queue:
            return await client.history_entry(self._prompt_id)
        self._ask_queue = False
        place = await locate(client, self._prompt_id)
        if isinstance(place, HistoryEntry):
            return place
        self._check_pace(running=place.running)
        return None

    def _check_pace(self, *, running: bool) -> None:
        now = time.monotonic()
        if not running:
            self._moved_at = now
        elif now - self._moved_at >= self._stall_seconds and not self.stalled:
            log.warning("prompt %s: no step for %.0f s, stopping it", self._prompt_id, now - self._moved_at)
            self.stalled = True
            self._orders.look.set()

    def _doubt(self, stream: EventStream) -> None:
        """HTTP knew of the end before the socket told: the socket may be deaf."""
        if not self._heard_end and time.monotonic() - self._heard_at >= SILENCE_SECONDS:
            stream.suspect()
