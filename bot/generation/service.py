"""What people want of the bot, as one service: submit, cancel, look at the queue, fetch what came out."""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from bot.comfy import (
    MAX_SEED,
    ComfyClient,
    ComfyError,
    FileRef,
    NotFound,
    ObjectInfo,
    TooLarge,
    graph_to_json,
)
from bot.errors import NotAllowed, NotThere
from bot.generation.backends import Backend, online_others
from bot.generation.board import ProgressBoard
from bot.generation.listening import Listeners
from bot.generation.offer import Offer
from bot.generation.progress import Waiting
from bot.generation.run import Workshop
from bot.generation.situation import Tempo
from bot.generation.worker import BackendWorker
from bot.jobs.job import CancelResult, Job, Limits, NewJob, Output, Place, Reply, Standing, Ticket
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.texts import Text, text
from bot.workflows import Draft, Template, Workflow, fill

log = logging.getLogger(__name__)

FIRST_LOOK_SECONDS = 5.0
"""How long the start waits for a backend that does not answer."""
REAP_SECONDS = 10.0
FORGET_EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Order:
    """A workflow with a person's values for its options, not checked yet."""

    workflow: str
    values: Mapping[str, str | int | float | bool]
    interaction_id: int
    place: Place
    reply: Reply


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants something done to a job."""

    user_id: int
    guild_id: int | None
    may_moderate: bool
    """Has Manage Messages where the interaction happened."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An open job and when it is expected to start."""

    standing: Standing
    starts_at: float | None
    """Unix seconds; None: it runs already, or nothing is known yet."""
    servers_away: bool = False
    """No backend answers at the moment: it starts when one is back."""
    waiting: Waiting | None = None
    """A job that a backend has taken and not begun: what stands before it there."""


class ServersAway(Exception):
    """The backend that has a job's files does not answer now. Worth another try later."""


class FileGone(Exception):
    """The backend does not have the file any more, and never will."""


class FileTooBig(Exception):
    """The file has more bytes than the caller would take."""


@dataclass(frozen=True, slots=True)
class Rules:
    """An operator's choices that bound the service."""

    limits: Limits
    keep_jobs_seconds: float
    tempo: Tempo = field(default_factory=Tempo)


class Generation:
    """The service. ``run`` must run for jobs to be carried out."""

    def __init__(
        self,
        store: JobStore,
        clients: Sequence[ComfyClient],
        templates: Sequence[Template | Draft],
        rules: Rules,
    ) -> None:
        self.board = ProgressBoard()
        self._offer = Offer(templates, self._knowledge)
        self.backends = tuple(
            Backend(client, grace_seconds=rules.tempo.grace_seconds, on_change=self._offer.relearn)
            for client in clients
        )
        self._store = store
        self._rules = rules
        self._boot = secrets.token_hex(4)
        self.changed = self._offer.changed
        """Set when ``workflows`` changed; whoever acts on it clears it."""

    @property
    def workflows(self) -> Mapping[str, Workflow]:
        """What can be run now, by name. While no backend has answered yet, everything but UI graphs."""
        return self._offer.workflows

    async def prepare(self) -> None:
        """Ask every backend once, so that what is offered and what is wrong is known before the start.

        Raises:
            WorkflowError: a workflow's file does not fit what the backends have.
        """
        await asyncio.gather(*(backend.meet(FIRST_LOOK_SECONDS) for backend in self.backends))
        await self._offer.relearn(strict=True)

    async def submit(self, order: Order) -> Ticket:
        """Write a job down; it is promised when this returns.

        Raises:
            UserError: a value that is not allowed, too many open jobs, a workflow that cannot be run now.
        """
        workflow = self.workflows.get(order.workflow)
        if workflow is None:
            raise NotThere(text("workflow-unavailable", workflow=order.workflow))
        job_id = uuid4()
        filled = fill(workflow, order.values, job_id=job_id, pick_seed=_random_seed)
        new_job = NewJob(
            id=job_id,
            interaction_id=order.interaction_id,
            place=order.place,
            reply=order.reply,
            workflow=workflow.name,
            values=filled.values,
            graph=graph_to_json(filled.graph),
            ui_graph=None if filled.ui is None else json.dumps(filled.ui, ensure_ascii=False),
            titles=workflow.titles,
            needs=filled.needs,
        )
        ticket = await self._store.submit(new_job, self._rules.limits)
        if ticket.created:
            log.info("job %s: queued, workflow %s", ticket.job_id, workflow.name)
        return ticket

    async def cancel(self, job_id: UUID, actor: Actor) -> Text:
        """Cancel a job, if the actor may. The text tells the actor what happened."""
        job = await self._store.job(job_id)
        if job is None or not _may_see(actor, job):
            raise NotThere(text("cancel-unknown"))
        if job.place.user_id != actor.user_id and not actor.may_moderate:
            raise NotAllowed(text("cancel-not-yours"))
        match await self._store.cancel(job_id, actor.user_id):
            case CancelResult.CANCELLED:
                return text("cancel-done")
            case CancelResult.REQUESTED:
                return text("cancel-requested")
            case CancelResult.ENDED:
                return text("cancel-ended")
            case CancelResult.UNKNOWN:
                raise NotThere(text("cancel-unknown"))

    async def open_jobs(self, guild_id: int | None, user_id: int) -> Sequence[Expected]:
        """The guild's open jobs; in a direct message, the person's own."""
        if guild_id is None:
            standings = await self._store.standings(user_id=user_id)
            standings = [each for each in standings if each.job.place.guild_id is None]
        else:
            standings = await self._store.standings(guild_id=guild_id)
        seconds = {
            name: (await self._store.usual(name)).seconds for name in {s.job.workflow for s in standings}
        }
        return [self._expect(standing, seconds[standing.job.workflow]) for standing in standings]

    async def expected(self, job_id: UUID) -> Expected | None:
        """An open job and its prospects; None: it ended."""
        standing = await self._store.standing(job_id)
        if standing is None:
            return None
        if standing.position is None:
            return self._expect(standing, None)
        return self._expect(standing, (await self._store.usual(standing.job.workflow)).seconds)

    async def cancellable(self, actor: Actor) -> Sequence[Standing]:
        """The open jobs that the actor may cancel from where they are."""
        if actor.guild_id is None:
            return [
                standing
                for standing in await self._store.standings(user_id=actor.user_id)
                if standing.job.place.guild_id is None
            ]
        own = None if actor.may_moderate else actor.user_id
        return await self._store.standings(guild_id=actor.guild_id, user_id=own)

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        """The values that an option with a long list allows now. Empty for an unknown workflow or option."""
        return self._offer.choices(workflow, option)

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> bytes:
        """The bytes of a file that the job made.

        Raises:
            ServersAway, FileGone, FileTooBig: see there.
        """
        backend = next((each for each in self.backends if each.name == job.backend), None)
        if backend is None:
            raise FileGone
        file = FileRef(output.filename, output.subfolder, output.type)
        try:
            return await backend.client.view(file, max_bytes=max_bytes)
        except NotFound as error:
            raise FileGone from error
        except TooLarge as error:
            raise FileTooBig from error
        except ComfyError as error:
            backend.suspect()
            raise ServersAway from error

    async def run(self) -> None:
        """Carry jobs out until cancelled."""
        async with asyncio.TaskGroup() as group:
            for backend in self.backends:
                listeners = Listeners(backend.client)
                shop = Workshop(
                    backend=backend,
                    listeners=listeners,
                    store=self._store,
                    board=self.board,
                    boot=self._boot,
                    others_can=lambda needs, me=backend: online_others(self.backends, me, needs),
                    tempo=self._rules.tempo,
                    option_of=self._offer.option_of,
                )
                group.create_task(backend.run(), name=f"backend {backend.name}")
                group.create_task(listeners.run(), name=f"listeners {backend.name}")
                group.create_task(BackendWorker(shop, self._dead).run(), name=f"worker {backend.name}")
            group.create_task(self._reap(), name="reaper")
            group.create_task(self._forget(), name="forgetter")

    async def _reap(self) -> None:
        while True:
            if reaped := await when_available(self._store.reap):
                log.warning("%d jobs lost their worker and are queued again", reaped)
            await asyncio.sleep(REAP_SECONDS)

    async def _forget(self) -> None:
        while True:
            await when_available(lambda: self._store.forget(self._rules.keep_jobs_seconds))
            await asyncio.sleep(FORGET_EVERY_SECONDS)

    def _dead(self) -> frozenset[str]:
        return frozenset(backend.name for backend in self.backends if backend.dead)

    def _knowledge(self) -> list[ObjectInfo]:
        return [backend.knowledge for backend in self.backends if backend.knowledge is not None]

    def _expect(self, standing: Standing, seconds: float | None) -> Expected:
        online = sum(backend.online for backend in self.backends)
        if standing.position is None or seconds is None or not online:
            return Expected(standing, None, servers_away=not online)
        turns = standing.position.ahead // online + 1
        return Expected(standing, time.time() + turns * seconds)


def _may_see(actor: Actor, job: Job) -> bool:
    """One guild never sees another's jobs; a direct message's job is its person's alone."""
    if job.place.guild_id is None:
        return job.place.user_id == actor.user_id
    return job.place.guild_id == actor.guild_id


def _random_seed() -> int:
    return secrets.randbelow(MAX_SEED + 1)
