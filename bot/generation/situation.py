"""What one run has around it: its backend, its orders from outside, the board it shows itself on, and its patience.

Knows how to find a prompt, and how to wait for a backend that does not answer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from bot.comfy import HistoryEntry, QueueItem
from bot.generation.backends import Backend
from bot.generation.board import ProgressBoard
from bot.generation.tracking import Tracker
from bot.jobs.store import Fenced
from bot.texts import Text, text

Whereabouts: TypeAlias = QueueItem | HistoryEntry


class MovedOn(Exception):
    """The backend is away, and another one can run the job: it should go back to the queue."""


class Nowhere(Exception):
    """The backend does not know the prompt (any more): it restarted, or somebody deleted the prompt."""


class StoppedWhileAway(Exception):
    """The job was cancelled while its backend was away."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long to wait for what."""

    silence_seconds: float = 5.0
    """A prompt of which nothing was heard for so long is looked up by HTTP."""
    absent_seconds: float = 1.5
    """Between the two looks that must both find a prompt nowhere before it counts as lost."""
    trouble_seconds: float = 0.5
    """Before the next request to a server in trouble. Doubles each time, up to ``most_trouble_seconds``."""
    most_trouble_seconds: float = 10.0
    grace_seconds: float = 60.0
    """Away for longer than this, a backend's jobs move on to others that can run them."""
    stall_seconds: float = 600.0
    """A running prompt that made no step for so long is stopped."""


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


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the attempts of one run share."""

    backend: Backend
    orders: Orders
    desk: Desk
    tempo: Tempo
    others_can: Callable[[], bool]
    """Whether another backend could take the job over now."""

    async def locate(self, prompt_id: UUID) -> Whereabouts:
        """Where the prompt is.

        Raises:
            Nowhere: two looks, some time apart, found it neither waiting nor ended.
            ComfyError: the backend did not tell.
        """
        client = self.backend.client
        for pause in (0.0, self.tempo.absent_seconds):
            await asyncio.sleep(pause)
            entry = await client.history_entry(prompt_id)
            if entry is not None:
                return entry
            queue = await client.queue()
            for item in (*queue.running, *queue.pending):
                if item.prompt_id == str(prompt_id):
                    return item
            # Out of the queue is into the history, in one step: it may have ended between the two questions.
            entry = await client.history_entry(prompt_id)
            if entry is not None:
                return entry
            if self.orders.cancelling:
                break  # it was taken out as we asked
        raise Nowhere

    async def sit_out(self, troubles: int) -> None:
        """Wait until the backend answers again, after it failed to for the ``troubles``-th time in a row.

        Raises:
            Fenced, StoppedWhileAway, MovedOn: why the waiting is over before that.
        """
        self.backend.suspect()
        tempo = self.tempo
        doubled = tempo.trouble_seconds * 2.0 ** min(troubles - 1, 10)
        await asyncio.sleep(min(tempo.most_trouble_seconds, doubled))
        while not await self.backend.wait_online(1.0):
            self.desk.notice(text("notice-away", backend=self.backend.name))
            if self.orders.lost:
                raise Fenced
            if self.orders.cancelling:
                raise StoppedWhileAway
            if self.backend.dead and self.others_can():
                raise MovedOn
