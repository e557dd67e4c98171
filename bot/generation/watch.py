"""Following one prompt inside ComfyUI until it is in the history, or is nowhere.

The websocket is a hint, HTTP is the truth: events move the bar and say when to look; the end is believed when
``/history/{id}`` has it, and a prompt is lost when it is neither there nor in ``/queue``, twice.
"""

import asyncio
import logging
import time
from uuid import UUID

from bot.comfy import ComfyError, Connected, Disconnected, Event, EventStream, Executing, HistoryEntry
from bot.generation.situation import Situation
from bot.jobs.store import Fenced
from bot.texts import text

log = logging.getLogger(__name__)

STOPPING_SECONDS = 1.0
"""Between two looks at a prompt that is being stopped."""
ENDING_SECONDS = 0.2
"""Between two looks at a prompt whose end was told and that is not in the history yet."""


class Watch:
    """One prompt, from its submission to its end. ``hear`` takes its events, ``until_ended`` waits."""

    def __init__(self, prompt_id: UUID, situation: Situation) -> None:
        self.stalled = False
        """The prompt made no step for so long that it was stopped here."""
        self._prompt_id = prompt_id
        self._situation = situation
        self._heard_at = self._moved_at = time.monotonic()
        self._heard_end = False
        self._in_doubt = True
        """Whether the prompt could be elsewhere than we think: then the queue is asked too."""

    def arrived(self) -> None:
        """The backend has just confirmed that it took the prompt."""
        self._heard_at = self._moved_at = time.monotonic()
        self._in_doubt = False

    def hear(self, event: Event) -> None:
        now = time.monotonic()
        self._heard_at = now
        match event:
            case Connected() | Disconnected():
                # What is said while the socket is closed is gone; and it may have closed because ComfyUI died.
                self._in_doubt = True
                self._situation.orders.look.set()
            case Executing(node=None):
                self._heard_end = True
                self._situation.orders.look.set()
            case _:
                if self._situation.desk.tracker.apply(event, time.time()):
                    self._moved_at = now
                    self._situation.desk.show()

    async def until_ended(self, stream: EventStream) -> HistoryEntry:
        """The prompt's entry in the history.

        Raises:
            Nowhere: the backend lost it.
            Fenced, StoppedWhileAway, MovedOn: why nobody waits for it any more.
        """
        troubles = 0
        while True:
            await self._next_cue()
            try:
                entry = await self._look()
                troubles = 0
            except ComfyError as error:
                log.info("prompt %s on %s: %s", self._prompt_id, self._situation.backend.name, error)
                troubles += 1
                await self._situation.sit_out(troubles)
                self._in_doubt = True
                self._situation.orders.look.set()
                continue
            if entry is not None:
                if not self._heard_end and self._silent_seconds() >= self._situation.tempo.silence_seconds:
                    stream.suspect()  # HTTP knew of the end and the socket did not tell
                return entry

    def _silent_seconds(self) -> float:
        return time.monotonic() - self._heard_at

    async def _next_cue(self) -> None:
        """Return when there is a reason to ask HTTP: an event that says so, an order, or silence."""
        orders = self._situation.orders
        silence = self._situation.tempo.silence_seconds
        # Never in a busy loop: a prompt that has been silent for long is asked after once every silence.
        seconds = silence - self._silent_seconds() % silence
        if orders.cancelling or self.stalled:
            seconds = min(STOPPING_SECONDS, seconds)
        if self._heard_end:
            seconds = min(ENDING_SECONDS, seconds)
        try:
            async with asyncio.timeout(seconds):
                await orders.look.wait()
        except TimeoutError:
            self._in_doubt = self._in_doubt or self._silent_seconds() >= silence
        orders.look.clear()
        if orders.lost:
            raise Fenced

    async def _look(self) -> HistoryEntry | None:
        situation = self._situation
        client = situation.backend.client
        if situation.orders.cancelling:
            situation.desk.notice(text("notice-cancelling"))
        if situation.orders.cancelling or self.stalled:
            # Repeated until the prompt is gone: ComfyUI heeds an interrupt between steps and nodes only.
            await client.cancel(self._prompt_id)
            self._in_doubt = True
        if not self._in_doubt:
            return await client.history_entry(self._prompt_id)
        place = await situation.locate(self._prompt_id)
        self._in_doubt = False
        if isinstance(place, HistoryEntry):
            return place
        self._check_pace(running=place.running)
        return None

    def _check_pace(self, *, running: bool) -> None:
        still = time.monotonic() - self._moved_at
        if not running:
            self._moved_at = time.monotonic()
        elif still >= self._situation.tempo.stall_seconds and not self.stalled:
            log.warning("prompt %s: no step for %.0f s, stopping it", self._prompt_id, still)
            self.stalled = True
            self._situation.orders.look.set()
