"""Following one prompt inside ComfyUI until it is in the history, or is nowhere.

The websocket is a hint, HTTP is the truth: events move the bar and say when to check; the end is believed when
``/history/{id}`` has it, and a prompt is lost when it is neither there nor in ``/queue``, twice.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from msgspec import Struct

from bot.comfy import (
    ComfyError,
    Connected,
    Disconnected,
    Event,
    EventStream,
    Executing,
    HistoryEntry,
    PreviewImage,
    Status,
)
from bot.generation.lookup import InQueue, Loss, PromptLookup, PromptLost
from bot.generation.progress import Waiting
from bot.generation.socket_pictures import PictureCollector
from bot.jobs.quarantine_store import Harm
from bot.jobs.store import Fenced

log = logging.getLogger(__name__)

STOPPING_SECONDS = 1.0
"""Between two checks on a prompt that is being stopped."""
ENDING_SECONDS = 0.2
"""Between two checks on a prompt whose end was told and that is not in the history yet."""


class FollowerContext(Struct, frozen=True):
    """What a follower wants to know of the world, and tell it."""

    is_ours: Callable[[str], bool]
    """Whether a prompt id belongs to a job of this process."""
    now: Callable[[], float]
    """Unix seconds of the store's clock."""
    on_begun: Callable[[float], Awaitable[None]]
    """Called once for a prompt that is not brief, with the seconds for which it has run."""
    is_paused: Callable[[], bool]
    """Whether the operator holds the backend back now, to restart it, for instance."""


class PromptFollower:
    """One prompt, from its submission to its end. ``on_event`` takes its events, ``until_ended`` waits."""

    def __init__(
        self,
        prompt_id: UUID,
        lookup: PromptLookup,
        context: FollowerContext,
        pictures: PictureCollector,
    ) -> None:
        self.stalled = False
        """The prompt made no step for so long that it was stopped here."""
        self.expects_events = True
        """False for a prompt whose events go to another process."""
        self.began_at: float | None = None
        """Monotonic seconds at which this process learnt that the prompt runs."""
        self._prompt_id = prompt_id
        self._lookup = lookup
        self._context = context
        self._pictures = pictures
        self._heard_at = self._moved_at = self._placed_at = self._checked_at = time.monotonic()
        self._heard_of_it = self._heard_end = False
        self._in_doubt = True
        """Whether the prompt could be elsewhere than we think: then the queue is asked too."""
        self._lost_contact = False
        """The socket closed, or HTTP did not answer, and nobody was at work on the backend."""
        self._seen_there = False
        """The prompt was seen inside ComfyUI, and the socket has been open ever since."""
        self._queue_changed = True
        self._noted = False

    @property
    def harm(self) -> Harm | None:
        """What the prompt did to its backend, of one that is known to be lost there; None: nothing that we know of."""
        if self.stalled:
            return Harm.STALLED
        ran = self.began_at is not None and not self._heard_end
        return Harm.GONE if ran and self._lost_contact else None

    def arrived(self, stream: EventStream) -> None:
        """The backend has just confirmed that it took the prompt."""
        self._heard_at = self._moved_at = self._placed_at = self._checked_at = time.monotonic()
        self._in_doubt = False
        self._seen_there = stream.connected

    def on_event(self, event: Event) -> None:
        match event:
            case Disconnected():
                self._lose_contact()
                self._missed_events()
                return
            case Connected():
                self._heard_at = time.monotonic()
                self._missed_events()
            case Status():
                self._queue_changed = True
            case PreviewImage(prompt_id=None):
                self._pictures.take(event)  # of whichever prompt runs
            case _:
                self._take(event)
        self._lookup.signals.alive = True

    def _lose_contact(self) -> None:
        self._lost_contact = self._lost_contact or not self._context.is_paused()

    def _missed_events(self) -> None:
        """What is said while the socket is closed is gone; and it may have closed because ComfyUI died."""
        self._in_doubt, self._seen_there = True, False
        self._lookup.reporter.tracker.missed_something()
        self._pictures.missed_events()
        self._lookup.signals.check.set()

    def _take(self, event: Event) -> None:
        now, reporter = time.monotonic(), self._lookup.reporter
        self._heard_at, self._heard_of_it = now, True
        self._began()
        self._pictures.take(event)
        reporter.back()
        if reporter.tracker.apply(event, self._context.now()):
            self._moved_at = now
            reporter.show()
        if isinstance(event, Executing) and event.node is None:
            self._heard_end = True
            self._lookup.signals.check.set()

    def _began(self) -> None:
        if self.began_at is None:
            self.began_at = self._moved_at = time.monotonic()

    async def until_ended(self, stream: EventStream) -> HistoryEntry:
        """The prompt's entry in the history.

        Raises:
            PromptLost: the backend lost it.
            Fenced, CancelledWhileAway, BackendReplaced: why nobody waits for it any more.
        """
        failures = 0
        while True:
            await self._until_next_check()
            try:
                entry = await self._check(stream)
            except ComfyError as error:
                log.debug("prompt %s on %s: %s", self._prompt_id, self._lookup.backend.name, error)
                failures += 1
                self._in_doubt = True
                self._lose_contact()
                await self._lookup.until_online(failures)
                self._lookup.signals.check.set()
                continue
            failures = 0
            self._lookup.reporter.back()
            if entry is not None:
                if not self._heard_end and (self._silent() or not self._heard_of_it):
                    self._suspect(stream)  # HTTP knew of the end and the socket did not tell
                return entry

    def _suspect(self, stream: EventStream) -> None:
        if self.expects_events:
            stream.suspect()

    def _silent(self) -> bool:
        return time.monotonic() - self._heard_at >= self._lookup.timeouts.silence_seconds

    async def _until_next_check(self) -> None:
        """Return when there is a reason to ask HTTP: an event that says so, a signal, silence, a queue that moved."""
        signals = self._lookup.signals
        while not signals.check.is_set() and (seconds := self._seconds_to_next_check()) > 0:
            await self._note_beginning()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, self._lookup.timeouts.place_seconds)):
                    await signals.check.wait()
        signals.check.clear()
        if signals.lost:
            raise Fenced

    def _seconds_to_next_check(self) -> float:
        timeouts, checked_at = self._lookup.timeouts, self._checked_at
        due_at = max(self._heard_at, checked_at) + timeouts.silence_seconds
        if self._lookup.signals.cancelling or self.stalled:
            due_at = min(due_at, checked_at + STOPPING_SECONDS)
        if self._heard_end:
            due_at = min(due_at, checked_at + ENDING_SECONDS)
        if self._may_have_moved_up():
            due_at = min(due_at, self._placed_at + timeouts.place_seconds)
        return due_at - time.monotonic()

    def _may_have_moved_up(self) -> bool:
        return self.began_at is None and self._queue_changed

    def _place_is_due(self) -> bool:
        waited = time.monotonic() - self._placed_at
        return self._may_have_moved_up() and waited >= self._lookup.timeouts.place_seconds

    async def _note_beginning(self) -> None:
        if self._noted or self.began_at is None:
            return
        seconds = time.monotonic() - self.began_at
        if seconds >= self._lookup.timeouts.brief_seconds:
            self._noted = True
            await self._context.on_begun(seconds)

    async def _check(self, stream: EventStream) -> HistoryEntry | None:
        signals, client = self._lookup.signals, self._lookup.backend.client
        self._checked_at = time.monotonic()
        if signals.cancelling:
            self._lookup.reporter.cancelling()
        if signals.cancelling or self.stalled:
            # Repeated until the prompt is gone: ComfyUI heeds an interrupt between steps and nodes only.
            await client.cancel(self._prompt_id)
            self._in_doubt = True
        if not (self._in_doubt or self._silent() or self._place_is_due()):
            return await client.history_entry(self._prompt_id)
        self._in_doubt = self._queue_changed = False
        try:
            found = await self._lookup.locate(self._prompt_id)
        except PromptLost as lost:
            waited = self._seen_there and stream.connected and self.began_at is None
            raise PromptLost(Loss.CLEARED if waited else lost.loss) from lost
        if isinstance(found, InQueue):
            self._placed(found, stream)
            return None
        return found

    def _placed(self, found: InQueue, stream: EventStream) -> None:
        self._placed_at, self._seen_there = time.monotonic(), stream.connected
        if found.item.running:
            self._runs(stream)
            return
        ours = sum(self._context.is_ours(item.prompt_id) for item in found.ahead)
        self._lookup.reporter.waits_behind(Waiting(ours, len(found.ahead) - ours))

    def _runs(self, stream: EventStream) -> None:
        if self.began_at is None:
            self._began()
            self._lookup.reporter.tracker.begin(self._context.now())
            self._lookup.reporter.show()
        if self._silent() and not self._heard_of_it:
            self._suspect(stream)  # it runs, and the socket never told
            self._heard_of_it = True  # once is enough
        still = time.monotonic() - self._moved_at
        if still >= self._lookup.timeouts.stall_seconds and not self.stalled:
            log.warning("prompt %s: no step for %.0f s, stopping it", self._prompt_id, still)
            self.stalled = True
            self._lookup.signals.check.set()
