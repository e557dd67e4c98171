"""What people want of the bot, as one service: submit, cancel, look at the queue, fetch what came out."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from msgspec.structs import replace

from bot.errors import NotAllowed, NotThere, Refused
from bot.generation import log_lines
from bot.generation.earlier_files import EarlierJobs
from bot.generation.expecting import Expectations, Expected, JobsOn
from bot.generation.keeping import OutputKeeper
from bot.generation.open_jobs import OpenJobs
from bot.generation.operating import Operating
from bot.generation.order_filling import OrderFilling
from bot.generation.orders import Actor, InputsShown, Order
from bot.generation.own_jobs import OwnJobs, may_see, seen_by
from bot.generation.parts import Parts
from bot.generation.past_jobs import PastJobs
from bot.generation.remedies import Remedy
from bot.generation.rewording import HelpsWithWords
from bot.generation.several import several
from bot.generation.ways_out import COMMAND, WaysOut
from bot.inputs.errors import BlobMissing
from bot.jobs.group import Membership
from bot.jobs.job import (
    CancelResult,
    Job,
    NewJob,
    Output,
    Standing,
    Ticket,
)
from bot.jobs.log_context import about
from bot.jobs.pending import Answers, PendingOrder
from bot.jobs.pending_store import PendingStore
from bot.jobs.store import TooManyOpen
from bot.moderation.showing import shown_as_one
from bot.moderation.submission import NO_CHECKS, Checks
from bot.texts import Text, text
from bot.workflows import NotListed, Workflow
from bot.workflows.model_family import model_family
from bot.workflows.prompts import Wildcards
from bot.workflows.prompts.wildcard_files import WildcardFolder

log = logging.getLogger(__name__)

SUGGESTIONS_SECONDS = 5.0
"""Whoever types into a list makes what is known of the servers no older than this, for the next letter."""


class Generation:
    """The service. It carries no job out itself: :class:`bot.generation.execution.Execution` does, here or elsewhere."""

    def __init__(
        self,
        parts: Parts,
        jobs_on: JobsOn = lambda _: (),
        *,
        helper: HelpsWithWords | None = None,
        checks: Checks = NO_CHECKS,
    ) -> None:
        """``jobs_on``: what each backend has in hand. ``helper``: who betters words, where somebody does.

        ``checks``: what is asked of each job before it is written down.
        """
        store, rules = parts.store, parts.rules
        self._helper = helper
        self._checks = checks
        self.parts = parts
        """What it shares with whoever carries the jobs out."""
        self._store = store
        self._rules = rules
        self.board = parts.board
        expectations = Expectations(
            servers=parts.servers,
            board=parts.board,
            jobs_on=jobs_on,
            now=store.now,
        )
        self._open = OpenJobs(store, expectations, self.board)
        folder = rules.wildcards_folder
        self._filling = OrderFilling(
            workflows=parts.workflows,
            wildcards=None if folder is None else WildcardFolder(folder),
            policy=rules.policy,
            knowledge=parts.knowledge,
        )
        self.earlier = EarlierJobs(store, parts.files)
        """The files of jobs before, for whoever prepares new ones."""
        self.own_jobs = OwnJobs(store, parts.files)
        self.operating = Operating(parts, jobs_on)
        """What only the operator sees."""
        self.past = PastJobs(store, parts.blobs)
        """What new jobs take over from old ones."""
        self.changed = parts.catalogue.changed
        """Set when other workflows are offered everywhere; whoever acts on it clears it."""
        self.guilds_changed = parts.guild_workflows.changed
        """Set when guilds are offered other workflows of their own; whoever acts on it clears it."""
        self._ways_out = WaysOut(store, parts.workflows, parts.servers, self.choices)
        self._keeper = OutputKeeper(store, parts.blobs, parts.files)
        self.pending: PendingStore = store
        """What people are still choosing."""

    def workflows_in(self, guild_id: int | None) -> Mapping[str, Workflow]:
        """See :meth:`Workflows.in_guild`. While no backend has answered yet, everything but UI graphs."""
        return self.parts.workflows.in_guild(guild_id)

    @property
    def guild_workflows(self) -> Mapping[int, Mapping[str, Workflow]]:
        """See :attr:`Workflows.by_guild`."""
        return self.parts.workflows.by_guild

    def why_no_command(self, name: str, guild_id: int | None) -> Text | None:
        """See :meth:`GuildWorkflows.why_no_command`."""
        return self.parts.guild_workflows.why_no_command(name, guild_id)

    def waiting_in(self, guild_id: int) -> frozenset[str]:
        """See :meth:`Workflows.waiting_in`."""
        return self.parts.workflows.waiting_in(guild_id)

    def workflow(self, key: str) -> Workflow | None:
        """See :meth:`Workflows.get`."""
        return self.parts.workflows.get(key)

    async def version(self, key: str) -> Workflow | None:
        """See :meth:`Workflows.version`."""
        return await self.parts.workflows.version(key)

    async def is_for_adults(self, job: Job) -> bool:
        """Whether its result is shown only where all are adults: its workflow was for them when it was asked for, or is now.

        May raise ``StoreUnavailable``.
        """
        return job.nsfw or await self.parts.workflows.is_for_adults(job.workflow)

    async def usable(self, key: str, guild_id: int | None) -> Workflow:
        """See :meth:`Workflows.usable`."""
        return await self.parts.workflows.usable(key, guild_id)

    def successor(self, key: str) -> Workflow | None:
        """See :meth:`Workflows.successor`."""
        return self.parts.workflows.successor(key)

    def is_called(self, command: str, guild_id: int | None) -> bool:
        """See :meth:`Workflows.is_called`."""
        return self.parts.workflows.is_called(command, guild_id)

    def why_not(self, key: str) -> Text | None:
        """See :meth:`Workflows.why_not`."""
        return self.parts.workflows.why_not(key)

    async def submit(self, order: Order) -> Ticket:
        """Write a job down; it is promised when this returns.

        Raises:
            UserError: a value that is not allowed, too many open jobs, a workflow that cannot be run now, a rule of the guild.
        """
        return await self.submit_group([order])

    async def submit_group(self, orders: Sequence[Order]) -> Ticket:
        """Write jobs down that are asked for as one, all or none. The ticket is the first one's, which speaks for all.

        Raises:
            UserError: see :meth:`submit`.
        """
        try:
            filled = await self._filling.submissions(orders)
        except NotListed:  # perhaps a model that came a moment ago
            await self.reread()
            filled = await self._filling.submissions(orders)
        checked = [await self._checks.passed(each) for each in filled]
        limits = replace(self._rules.limits, member=await self._checks.limits(checked[0]))
        jobs = shown_as_one([each.job for each in checked])
        await self._refuse_quarantined(jobs)
        try:
            ticket = await self._store.submit_group(jobs, limits)
        except TooManyOpen as error:
            if len(jobs) == 1:
                raise
            raise Refused(text("group-too-many", count=len(jobs), why=error.message)) from error
        if ticket.created:
            with about(ticket.job):
                log.info(log_lines.taken(ticket.job))
        return ticket

    async def reread(self) -> None:
        """Know what the servers have now, as far as they tell within a moment."""
        await asyncio.gather(*(backend.reread() for backend in self.parts.backends))

    async def _refuse_quarantined(self, jobs: Sequence[NewJob]) -> None:
        for each in jobs:
            if (why := await self.parts.quarantine.refusal(each)) is not None:
                raise Refused(why)

    async def several(self, order: Order, *, repeat: int, every: bool) -> Sequence[Order]:
        """What one command asks for: see :func:`bot.generation.several.several`.

        Raises:
            UserError: it asks for too much, or the workflow cannot be run now.
        """
        workflow = await self._filling.workflow(order)
        return await several(order, workflow, self._filling.wildcards_now, repeat=repeat, every=every)

    async def wildcards(self) -> Wildcards:
        """The operator's lists of now, by name."""
        return await self._filling.wildcards_now()

    @property
    def helps_with_words(self) -> bool:
        """Whether jobs may be asked for with words to be improved or translated."""
        return self._helper is not None

    async def improved(self, workflow: str, words: str) -> str:
        """Better words for the workflow's model, as a form offers them while somebody still writes.

        Raises:
            UserError: there are none; the person's own are as good as before. It may take as long as the helper may.
        """
        if (found := await self.version(workflow)) is None:
            raise NotThere(self.why_not(workflow) or text("workflow-unavailable", workflow=workflow))
        if self._helper is None:
            raise NotThere(text("prompt-helper-gone"))
        return await self._helper.improve(words, model_family(found.graph))

    async def cancel(self, job_id: UUID, actor: Actor) -> Text:
        """Cancel a job, if the actor may. The text tells the actor what happened."""
        job = seen_by(actor, await self._store.job(job_id), unknown=text("cancel-unknown"))
        if job.place.user_id != actor.user_id and not actor.may_moderate:
            raise NotAllowed(text("cancel-not-yours"))
        if job.group is not None:
            return await self._cancel_group(job.group, actor)
        match await self._store.cancel(job_id, actor.user_id):
            case CancelResult.CANCELLED:
                return text("cancel-done")
            case CancelResult.REQUESTED:
                return text("cancel-requested")
            case CancelResult.ENDED:
                return text("cancel-ended")
            case CancelResult.UNKNOWN:
                raise NotThere(text("cancel-unknown"))

    async def _cancel_group(self, group: Membership, actor: Actor) -> Text:
        results = await self._store.cancel_group(group.group_id, actor.user_id)
        queued, running = (results.count(each) for each in (CancelResult.CANCELLED, CancelResult.REQUESTED))
        if not queued and not running:
            return text("cancel-ended")
        return text("cancel-group", count=queued + running, running=running)

    async def told_by(self, message_id: int, actor: Actor) -> Job | None:
        """The job that a message of the bot tells of, if the actor may see it; None where nothing is known (any more)."""
        job = await self._store.job_told_by(message_id)
        return job if job is not None and may_see(actor, job) else None

    async def seen(self, job_id: UUID, actor: Actor) -> Job:
        """A job, open or ended, for somebody who does something with what it made.

        Raises:
            NotThere, NotAllowed: there is none that the actor may see.
            Refused: a moderator has to decide about it first.
        """
        job = seen_by(actor, await self._store.job(job_id), unknown=text("job-forgotten"))
        if job.is_held_back:
            raise Refused(text("review-first"))
        return job

    async def members(self, job: Job) -> Sequence[Job]:
        """All jobs that were asked for as one with this one, in order; the job alone where it is in no group."""
        return await self._open.members(job)

    async def open_jobs(
        self, guild_id: int | None, user_id: int, most: int
    ) -> tuple[Sequence[Expected], int]:
        """See :meth:`OpenJobs.first`."""
        return await self._open.first(guild_id, user_id, most)

    async def expected(self, job_id: UUID) -> Expected | None:
        """See :meth:`OpenJobs.expected`."""
        expected = await self._open.expected(job_id)
        return None if expected is None else self._with_ways_out(expected)

    async def prospects(self, standing: Standing) -> Expected:
        """What is expected of a job that was just submitted, with no look into the store."""
        return self._with_ways_out(self._open.prospects(standing))

    def _with_ways_out(self, expected: Expected) -> Expected:
        if not expected.lacking:
            return expected
        return replace(expected, ways_out=self._ways_out.of_waiting(expected.standing.job, expected.lacking))

    async def ways_out(self, job: Job, reason: Text) -> tuple[Remedy, ...]:
        """What can be done about a job that failed for this reason."""
        return await self._ways_out.of_job(job, reason)

    def ways_out_of_refusal(self, reason: Text, workflow: str, answers: Answers) -> tuple[Remedy, ...]:
        """What can be done about an order that was refused for this reason."""
        return self._ways_out.of_refusal(reason, workflow, answers)

    def ways_out_of_order(self, order: PendingOrder) -> tuple[Remedy, ...]:
        """What can be done about an order that was refused and kept."""
        return self._ways_out.of_order(order)

    def missing(self, workflow: str, failed: Job | None = None) -> tuple[Text, ...]:
        """What the servers lack for a workflow; of a job that was refused, what that was refused for."""
        return self._ways_out.missing(workflow, failed, self.parts.knowledge())

    def can_run(self, needs: frozenset[str]) -> bool:
        """Whether a server that answers has all of this: needs of a job, or what :meth:`needs_of` tells."""
        return self._ways_out.can_run(needs)

    @staticmethod
    def needs_of(workflow: str) -> frozenset[str]:
        """That this workflow can be run at all."""
        return frozenset({f"{COMMAND}{workflow}"})

    async def cancellable(self, actor: Actor) -> Sequence[Standing]:
        """See :meth:`OpenJobs.cancellable`."""
        return await self._open.cancellable(actor)

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        """The values that an option with a long list allows, as far as is known now; what is new since follows soon.

        Empty for an unknown workflow or option.
        """
        for backend in self.parts.backends:
            backend.refresh_if_older_than(SUGGESTIONS_SECONDS)
        return self.parts.workflows.choices(workflow, option)

    def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """The bytes of a file that the job made, piece by piece.

        Raises:
            ServersAway, FileGone, FileTooBig: see there.
        """
        return self.parts.files.chunks(job, output, max_bytes)

    async def keep_outputs(self, jobs: Sequence[Job]) -> None:
        """Have their files here until they were shown, whatever becomes of the servers that have them.

        Raises:
            ServersAway: not now.
        """
        await self._keeper.keep(jobs)

    async def inputs_shown(self, job_id: UUID) -> InputsShown:
        """What a person should see of their files while the job waits."""
        prepared = [each.prepared for each in await self._store.inputs(job_id)]
        overlay = next((each.overlay for each in prepared if each.overlay is not None), None)
        content: bytes | None = None
        if overlay is not None:
            with suppress(BlobMissing):
                content = await self.parts.blobs.read(overlay)
        return InputsShown(content, tuple(notice for each in prepared for notice in each.notices))
