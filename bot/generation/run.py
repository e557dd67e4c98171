"""One claimed job on one backend: its attempts, each a prompt of its own, until there is an outcome."""

import logging
import time
from asyncio import Event, Lock
from collections.abc import Sequence
from uuid import UUID, uuid5

from msgspec import Struct

from bot.comfy import (
    ComfyError,
    EventStream,
    Graph,
    GraphRefused,
    HistoryEntry,
    Interrupted,
    Success,
    parse_graph,
)
from bot.generation.backend_orders import BackendOrders
from bot.generation.backends import Backend
from bot.generation.bar import Bar
from bot.generation.board import ProgressBoard
from bot.generation.event_sockets import EventSockets
from bot.generation.follower import FollowerContext, PromptFollower
from bot.generation.lookup import (
    BackendReplaced,
    BackendUnfit,
    CancelledWhileAway,
    InQueue,
    Loss,
    PromptLookup,
    PromptLost,
)
from bot.generation.outcomes import OptionOf, outcome_of, refusal, without_lost_pictures
from bot.generation.quarantine import Quarantine
from bot.generation.reasons import told_to_people
from bot.generation.reporter import ProgressReporter
from bot.generation.servers import Servers
from bot.generation.signals import RunSignals
from bot.generation.socket_pictures import PictureCollector, SocketPictures
from bot.generation.submission import PromptSubmission
from bot.generation.timeouts import Timeouts
from bot.generation.tracking import Tracker
from bot.generation.uploads import UploadRefused, Uploads
from bot.generation.usual_times import UsualTimes
from bot.jobs.claim import Claim
from bot.jobs.job import MAX_ATTEMPTS, Cancelled, Failed, Job, Outcome, Timing, Usual
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import Text, text
from bot.workflows.policy import NodePolicy

log = logging.getLogger(__name__)


class RunContext(Struct, frozen=True):
    """What all runs on one backend share."""

    backend: Backend
    sockets: EventSockets
    store: JobStore
    usual_times: UsualTimes
    board: ProgressBoard
    boot: str
    """Unique per process, so that two processes never fight for one socket."""
    servers: Servers
    uploads: Uploads
    timeouts: Timeouts
    option_of: OptionOf
    quarantine: Quarantine
    orders: BackendOrders
    policy: NodePolicy
    """Which node classes graphs may use."""
    pictures: SocketPictures | None = None
    """Where pictures that exist on the socket only are kept; None: nowhere."""

    def client_id(self, job: Job) -> str:
        place = job.place
        whose = f"u{place.user_id}" if place.guild_id is None else str(place.guild_id)
        return f"comfycord-{self.boot}-{whose}"


class Run:
    """Carries one claim to its outcome."""

    def __init__(self, claim: Claim, context: RunContext) -> None:
        self.claim = claim
        self.claim_lock = Lock()
        """Held while ``claim`` is renewed or changed: a renewal of the old claim would look like a lost lease."""
        self.signals = RunSignals(cancelled_by=claim.job.cancel_requested_by)
        self.submitted = Event()
        """Set once the prompt is inside ComfyUI, or never will be: the next job may be submitted after it."""
        self.left_prompt = False
        """Whether its prompt may go on in ComfyUI, because that could not be told that nobody waits for it."""
        self.timing: Timing | None = None
        """How long it ran; known at its end."""
        self._context = context
        self._graph: Graph = {}
        self._usual = Usual()
        self._reporter = ProgressReporter(context.board, self._new_tracker())
        self._lookup = PromptLookup(
            backend=context.backend,
            signals=self.signals,
            reporter=self._reporter,
            timeouts=context.timeouts,
            others_can=lambda: context.servers.others_can(context.backend, claim.job.needs),
        )
        self._submission = PromptSubmission(claim, self._lookup, context.uploads, abandon=self.abandon)
        self._losses = [Loss.FORGOTTEN]
        """How earlier attempts ended, as far as this process knows."""

    async def carry_out(self) -> Outcome:
        """Run the job to its outcome.

        Raises:
            Fenced: another worker has the job.
            BackendReplaced: the job should go back to the queue, for another backend.
            BackendUnfit: it should go back to the queue, for whichever backend has what it needs.
        """
        self._graph = parse_graph(self.claim.graph)
        self._usual = await self._context.usual_times.of(self.claim.job.workflow)
        self._reporter.tracker = self._new_tracker()
        try:
            outcome = await self._resume()
            while outcome is None:
                outcome = await self._next_attempt()
        except CancelledWhileAway:
            self.left_prompt = True
            return Cancelled(self.signals.cancelled_by)
        except GraphRefused as error:
            self._context.backend.refresh()
            return Failed(refusal(error, self.claim.job, self._context.option_of))
        except UploadRefused as error:
            return Failed(error.message)
        else:
            return outcome

    async def abandon(self) -> None:
        """Take the prompt out of ComfyUI, if that is possible: nobody waits for it any more."""
        if self.claim.job.prompt_id is not None:
            try:
                await self._context.backend.client.cancel(self.claim.job.prompt_id)
            except ComfyError:
                self.left_prompt = True

    def _new_tracker(self, known_start: float | None = None) -> Tracker:
        job = self.claim.job
        return Tracker(job.id, job.titles, Bar(self._graph, self._usual.node_seconds), known_start)

    async def _resume(self) -> Outcome | None:
        """Take up the prompt that an earlier worker of this backend submitted; None: there is none."""
        job, context = self.claim.job, self._context
        if job.prompt_id is None or job.backend is None:
            return None
        home = context.servers.named(job.backend)
        if home is not None and home is not context.backend:
            if not home.dead:  # it was recognised since the claim
                raise BackendReplaced
            return None
        try:
            found = await self._lookup.locate_in_the_end(job.prompt_id)
            log.info("job %s: found again on %s", job.id, context.backend.name)
            self._reporter.tracker = self._new_tracker(job.started_at)
            # Events go to the client id that the prompt was submitted with, which was the earlier process's.
            client_id = found.item.client_id if isinstance(found, InQueue) else None
            return await self._follow(job.prompt_id, client_id or context.client_id(job))
        except PromptLost as lost:
            if home is None and await context.servers.found_beside(context.backend, job):
                raise BackendReplaced from lost
            self._begin_again(lost)
            return None

    async def _next_attempt(self) -> Outcome | None:
        """Submit the job once more and follow it; None: the backend lost it."""
        if self.signals.cancelling:
            return Cancelled(self.signals.cancelled_by)
        if (why := await self._context.quarantine.why_not(self.claim)) is not None:
            return Failed(why)
        if self.claim.attempt >= MAX_ATTEMPTS:
            return Failed(_why_given_up(self._losses))
        if self._lacks_something():
            raise BackendUnfit
        await self._submission.bring_files()
        if reasons := self._submission.refused_by(self._context.policy, self._graph):
            return Failed(told_to_people(reasons))
        prompt_id = uuid5(self.claim.job.id, str(self.claim.attempt + 1))
        async with self.claim_lock:
            self.claim = await when_available(lambda: self._context.store.note(self.claim, prompt_id))
        if (cancelled_by := self.claim.job.cancel_requested_by) is not None:
            return Cancelled(cancelled_by)  # between the claim and now, when nobody listened for it yet
        try:
            return await self._follow(prompt_id, self._own_client_id(prompt_id), submit=True)
        except PromptLost as lost:
            self._begin_again(lost)
            return None
        except GraphRefused as error:
            # Under another prompt id: of a graph that was refused in part, ComfyUI may know this one.
            if self.claim.attempt < MAX_ATTEMPTS and (
                await self._submission.brought_again(error) or await self._became_unfit(error)
            ):
                return None
            raise

    def _own_client_id(self, prompt_id: UUID) -> str:
        """The guild's; one of its own where a socket failed to bring pictures that exist on sockets only.

        ComfyUI may forget a socket when an older one of the same client id closes, so that one could fail again.
        """
        client_id = self._context.client_id(self.claim.job)
        return f"{client_id}-{prompt_id.hex[:8]}" if Loss.UNHEARD in self._losses else client_id

    async def _became_unfit(self, refused: GraphRefused) -> bool:
        """Whether the refusal was for a node class that the backend had when it was last asked: packs come and go."""
        if not any(problem.is_missing_class for problem in refused.problems):
            return False
        self._context.backend.refresh()
        await self._lookup.until_online(1)
        return self._lacks_something()

    def _lacks_something(self) -> bool:
        """Whether the backend has less than it had when the job was claimed."""
        has = self._context.backend.capabilities
        return has is not None and not has.cover(self.claim.job.needs)

    def _begin_again(self, lost: PromptLost) -> None:
        """The bar starts anew, and the status message says why."""
        job, attempt = self.claim.job, self.claim.attempt
        log.warning("job %s: attempt %d on %s came to no end", job.id, attempt, self._context.backend.name)
        self._losses.append(lost.loss)
        self._submission.may_have_lost_files()
        retried = attempt < MAX_ATTEMPTS and not self.signals.cancelling
        why = _why_again(lost.loss, attempt + 1) if retried else None
        self._reporter.begin_again(self._new_tracker(), why)

    async def _follow(self, prompt_id: UUID, client_id: str, *, submit: bool = False) -> Outcome:
        context = self._context
        alone = context.sockets.hears_only_ours()
        pictures = PictureCollector(self.claim.job.id, self._graph, context.pictures)
        follower = PromptFollower(prompt_id, self._lookup, self._follower_context(), pictures)
        async with context.sockets.following(client_id, str(prompt_id), follower.on_event) as stream:
            if submit and not alone and await self._submission.is_there_already(prompt_id):
                follower.expects_events = False
            elif submit:
                pictures.begin(connected=stream.connected)
                await self._submission.submit(self._graph, prompt_id, client_id)
                follower.arrived(stream)
                stream.expect_sign()
            self.submitted.set()
            self._reporter.show()
            entry = await self._until_ended(follower, stream)
            sent = await pictures.outputs(context.timeouts.last_events_seconds)
        self.timing = self._timing(entry, follower)
        if self.signals.cancelling:
            return Cancelled(self.signals.cancelled_by)
        if follower.stalled and isinstance(entry.verdict, Interrupted):
            await self._count(follower)
            raise PromptLost(Loss.STALLED)
        if pictures.is_lost and isinstance(entry.verdict, Success):
            if Loss.UNHEARD not in self._losses and self.claim.attempt < MAX_ATTEMPTS:
                raise PromptLost(Loss.UNHEARD)
            return without_lost_pictures(entry, sent)
        return outcome_of(entry, self.claim.job, sent)

    async def _until_ended(self, follower: PromptFollower, stream: EventStream) -> HistoryEntry:
        try:
            return await follower.until_ended(stream)
        except (PromptLost, BackendReplaced):
            await self._count(follower)
            raise

    async def _count(self, follower: PromptFollower) -> None:
        """Against its workflow, if the prompt harmed its backend."""
        if follower.harm is not None:
            await self._context.quarantine.count(self.claim, follower.harm, self._context.backend.name)

    def _follower_context(self) -> FollowerContext:
        return FollowerContext(
            is_ours=self._context.sockets.follows,
            now=self._context.store.now,
            on_begun=self._write_down_beginning,
            is_paused=lambda: self._context.orders.is_paused(self._context.backend.name),
        )

    async def _write_down_beginning(self, seconds_ago: float) -> None:
        if self.claim.job.started_at is None:
            await when_available(lambda: self._context.store.started(self.claim, seconds_ago))

    def _timing(self, entry: HistoryEntry, follower: PromptFollower) -> Timing | None:
        """How long it ran, by ComfyUI's own clock, or by ours where its entry does not tell."""
        seconds: float | None = None
        if entry.started_at is not None and entry.ended_at is not None:
            seconds = entry.ended_at - entry.started_at
        elif follower.began_at is not None:
            seconds = time.monotonic() - follower.began_at
        if seconds is None:
            return None
        # That clock may have been set meanwhile: no run is longer than its job is old.
        longest = self._context.store.now() - self.claim.job.created_at
        return Timing(max(0.0, min(seconds, longest)), self._reporter.tracker.node_times.seconds)


def _why_again(loss: Loss, attempt: int) -> Text:
    match loss:
        case Loss.FORGOTTEN:
            return text("notice-again", attempt=attempt, most=MAX_ATTEMPTS)
        case Loss.CLEARED:
            return text("notice-cleared", attempt=attempt, most=MAX_ATTEMPTS)
        case Loss.STALLED:
            return text("notice-stalled", attempt=attempt, most=MAX_ATTEMPTS)
        case Loss.UNHEARD:
            return text("notice-unheard", attempt=attempt, most=MAX_ATTEMPTS)


def _why_given_up(losses: Sequence[Loss]) -> Text:
    if Loss.STALLED in losses:
        return text("failed-stalled")
    return text("failed-cleared") if losses[-1] is Loss.CLEARED else text("failed-lost")
