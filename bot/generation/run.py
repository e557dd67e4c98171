"""One claimed job on one backend: its attempts, each a prompt of its own, until there is an outcome."""

import json
import logging
from asyncio import Event, Lock
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from bot.comfy import (
    ComfyError,
    GraphRefused,
    Interrupted,
    JsonValue,
    QueueItem,
    Refusal,
    parse_graph,
)
from bot.generation.backends import Backend
from bot.generation.board import ProgressBoard
from bot.generation.listening import Listeners
from bot.generation.outcomes import OptionOf, outcome_of, refusal
from bot.generation.situation import Desk, Nowhere, Orders, Situation, StoppedWhileAway, Tempo, Whereabouts
from bot.generation.tracking import Tracker
from bot.generation.watch import Watch
from bot.jobs.job import MAX_ATTEMPTS, Cancelled, Claim, Failed, Job, Outcome, Timing
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all runs on one backend share."""

    backend: Backend
    listeners: Listeners
    store: JobStore
    board: ProgressBoard
    boot: str
    """Unique per process, so that two processes never fight for one socket."""
    others_can: Callable[[frozenset[str]], bool]
    """Whether another backend could take over what needs these."""
    tempo: Tempo
    option_of: OptionOf

    def client_id(self, job: Job) -> str:
        place = job.place
        whose = f"u{place.user_id}" if place.guild_id is None else str(place.guild_id)
        return f"comfycord-{self.boot}-{whose}"


class Run:
    """Carries one claim to its outcome."""

    def __init__(self, claim: Claim, workshop: Workshop) -> None:
        self.claim = claim
        self.claim_lock = Lock()
        """Held while ``claim`` is renewed or changed: a renewal of the old claim would look like a lost lease."""
        self.orders = Orders(cancelled_by=claim.job.cancel_requested_by)
        self.settled_in = Event()
        """Set once the prompt is inside ComfyUI, or never will be: the next job may be submitted after it."""
        self._shop = workshop
        self._graph = parse_graph(claim.graph)
        self._desk = Desk(workshop.board, self._new_tracker())
        self._situation = Situation(
            backend=workshop.backend,
            orders=self.orders,
            desk=self._desk,
            tempo=workshop.tempo,
            others_can=lambda: workshop.others_can(claim.job.needs),
        )
        self.timing: Timing | None = None
        """How long it ran; known at its end."""
        self._stalls = 0

    def _new_tracker(self) -> Tracker:
        return Tracker(self.claim.job.id, self.claim.job.titles, len(self._graph))

    async def carry_out(self) -> Outcome:
        """Run the job to its outcome.

        Raises:
            Fenced: another worker has the job.
            MovedOn: the job should go back to the queue, for another backend.
        """
        try:
            outcome = await self._resume()
            while outcome is None:
                outcome = await self._next_attempt()
        except StoppedWhileAway:
            return Cancelled(self.orders.cancelled_by)
        except GraphRefused as error:
            self._shop.backend.refresh()
            return Failed(refusal(error, self.claim.job, self._shop.option_of))
        else:
            return outcome
        finally:
            self.settled_in.set()

    async def _resume(self) -> Outcome | None:
        """Take up the prompt that an earlier worker of this backend submitted; None: there is none."""
        job = self.claim.job
        if job.prompt_id is None or job.backend != self._shop.backend.name:
            return None
        try:
            place = await self._located(job.prompt_id)
            log.info("job %s: found again on %s", job.id, self._shop.backend.name)
            told_to = place.client_id if isinstance(place, QueueItem) else None
            return await self._follow(job.prompt_id, told_to or self._shop.client_id(job), submit=False)
        except Nowhere:
            self._say_again()
            return None

    async def _next_attempt(self) -> Outcome | None:
        """Submit the job once more and follow it; None: the backend lost it."""
        if self.orders.cancelling:
            return Cancelled(self.orders.cancelled_by)
        if self.claim.attempt >= MAX_ATTEMPTS:
            return Failed(text("failed-stalled") if self._stalls else text("failed-lost"))
        prompt_id = uuid5(self.claim.job.id, str(self.claim.attempt + 1))
        async with self.claim_lock:
            self.claim = await when_available(lambda: self._shop.store.note(self.claim, prompt_id))
        if (cancelled_by := self.claim.job.cancel_requested_by) is not None:
            return Cancelled(cancelled_by)  # between the claim and now, when nobody listened for it yet
        try:
            return await self._follow(prompt_id, self._shop.client_id(self.claim.job), submit=True)
        except Nowhere:
            self._say_again()
            return None

    def _say_again(self) -> None:
        """The bar starts anew, and the status message says why."""
        log.info("job %s: attempt %d came to no end", self.claim.job.id, self.claim.attempt)
        self._desk.tracker = self._new_tracker()
        if self.claim.attempt < MAX_ATTEMPTS and not self.orders.cancelling:
            self._desk.notice(text("notice-again", attempt=self.claim.attempt + 1, most=MAX_ATTEMPTS))

    async def _follow(self, prompt_id: UUID, client_id: str, *, submit: bool) -> Outcome:
        watch = Watch(prompt_id, self._situation)
        async with self._shop.listeners.following(client_id, str(prompt_id), watch.hear) as stream:
            if submit:
                await self._submit(prompt_id, client_id)
                watch.arrived()
                stream.expect_sign()
            self.settled_in.set()
            self._desk.show()
            entry = await watch.until_ended(stream)
        if entry.started_at is not None and entry.ended_at is not None:
            self.timing = Timing(max(0.0, entry.ended_at - entry.started_at))
        if self.orders.cancelling:
            return Cancelled(self.orders.cancelled_by)
        if watch.stalled and isinstance(entry.verdict, Interrupted):
            self._stalls += 1
            raise Nowhere
        return outcome_of(entry, self.claim.job)

    async def _submit(self, prompt_id: UUID, client_id: str) -> None:
        """Put the prompt into ComfyUI, once.

        A lost answer is settled by looking for the prompt, never by posting blindly again: ComfyUI runs the same
        ``prompt_id`` twice if it is posted twice, and can have queued what it answered with 500 (T 30, T 74).
        """
        client = self._shop.backend.client
        extra = self._extra_data()
        for tries in range(1, MAX_ATTEMPTS + 1):
            try:
                answer = await client.submit(
                    self._graph, prompt_id=prompt_id, client_id=client_id, extra_data=extra
                )
            except GraphRefused:
                raise
            except ComfyError as error:
                log.warning("job %s: submission to %s: %s", self.claim.job.id, self._shop.backend.name, error)
                await self._situation.sit_out(tries)
                if await self._is_there(prompt_id):
                    return
                continue
            if answer.problems:
                # ComfyUI runs what is left of a graph with faulty outputs. Half a job is not what was asked for.
                with suppress(ComfyError):  # what is left in the queue is swept when the backend returns
                    await client.cancel(prompt_id)
                raise GraphRefused(client.server.label, Refusal("", "", answer.problems))
            return
        raise Nowhere

    def _extra_data(self) -> dict[str, JsonValue]:
        """Our tag, previews where the server can send them, and what the editor opens of the files (T 30)."""
        extra: dict[str, JsonValue] = {
            "comfycord": {"job": str(self.claim.job.id)},
            "preview_method": "auto",
        }
        if self.claim.ui_graph is not None:
            extra["extra_pnginfo"] = {"workflow": cast("JsonValue", json.loads(self.claim.ui_graph))}
        return extra

    async def _is_there(self, prompt_id: UUID) -> bool:
        try:
            await self._located(prompt_id)
        except Nowhere:
            return False
        return True

    async def _located(self, prompt_id: UUID) -> Whereabouts:
        """Where the prompt is, however often the backend has to be asked."""
        troubles = 0
        while True:
            try:
                return await self._situation.locate(prompt_id)
            except ComfyError as error:
                log.info("job %s: %s", self.claim.job.id, error)
                troubles += 1
                await self._situation.sit_out(troubles)
