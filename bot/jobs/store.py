"""The ledger of jobs, as a protocol: everything above it says what should happen, never how it is kept.

Rules that every store holds, and that ``tests/jobs`` checks of each:

* The clock is the store's. Callers pass durations, never times.
* A transition is guarded by the expected state, owner and attempt; a write that comes too late changes nothing
  and says so.
* ``submit`` returns after the commit: what was promised to a person survives the next power cut.
* The order is fair (:mod:`bot.jobs.fair_order`): guilds share each backend, and the persons of a guild what falls to it,
  by the time that their jobs take there; somebody who asks for twenty pictures does not stand before somebody who asks for
  one.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from bot.errors import Unusable, UserError
from bot.jobs.audit_store import AuditAction, AuditStore
from bot.jobs.backend_store import BackendStore
from bot.jobs.backlog import Backlog
from bot.jobs.block_store import BlockStore
from bot.jobs.bot_store import BotStore
from bot.jobs.claim import Claim, Verdict, Worker
from bot.jobs.figure_store import FigureStore
from bot.jobs.guild_store import GuildStore
from bot.jobs.guild_workflow_store import GuildWorkflowStore
from bot.jobs.handover_store import HandoverStore
from bot.jobs.history_store import HistoryStore
from bot.jobs.input_store import InputStore
from bot.jobs.job import (
    CancelResult,
    Delivery,
    Job,
    Limits,
    MessageRef,
    NewJob,
    Outcome,
    Standing,
    Ticket,
    Timing,
    Usual,
)
from bot.jobs.operator_store import OperatorStore
from bot.jobs.pause_store import PauseStore
from bot.jobs.pending_store import PendingStore
from bot.jobs.people_store import PeopleStore
from bot.jobs.preset_store import PresetStore
from bot.jobs.privacy_store import PrivacyStore
from bot.jobs.quarantine_store import QuarantineStore
from bot.jobs.report_store import ReportStore
from bot.jobs.result_store import ResultStore
from bot.jobs.review_store import ReviewStore
from bot.jobs.told_store import ToldStore
from bot.jobs.waiting_store import WaitingStore
from bot.jobs.word_store import WordStore
from bot.texts import Text, text


class Topic(StrEnum):
    """What can be waited for. A wake-up is a hint: whoever waits looks again, and also after the timeout."""

    PREPARATION = "preparation"
    """The files of a job may be waiting to be fetched."""
    QUEUED = "queued"
    """A job may be claimable."""
    ENDED = "ended"
    """A job ended; its delivery may be claimable."""
    CANCEL = "cancel"
    """Somebody asked to cancel a job that is being prepared, or runs."""
    SETTINGS = "settings"
    """Somebody chose something for a guild."""
    MODERATION = "moderation"
    """A rule about words may have changed; somebody may have reported something."""
    OPERATOR = "operator"
    """What the operator wants of backends and guilds may have changed, or what is set aside."""
    WORKFLOWS = "workflows"
    """A workflow of a guild may have changed."""


class TooManyOpen(UserError):
    """The person or the guild has as many open jobs as :class:`Limits` allows."""


class UsedUp(UserError):
    """The person has used what :class:`bot.jobs.limits.MemberLimits` allows; the message says when there is more."""


class NotStored(UserError):
    """The store cannot take a new job just now; the message says why. Open jobs go on."""


class StoreFault(StrEnum):
    """Why a store cannot be used for the moment."""

    FULL = "full"
    """The disk is full, or nearly: the last bytes are kept for the jobs that are open."""
    UNWRITABLE = "unwritable"
    BUSY = "busy"
    """Another program kept the store locked for too long."""
    AWAY = "away"
    """Its server cannot be reached."""


class StoreUnavailable(Exception):
    """The store cannot be used for the moment. Nothing was changed; the same call may succeed later."""

    def __init__(self, fault: StoreFault, details: str) -> None:
        super().__init__(f"the store is {fault}: {details}")
        self.fault = fault
        self.details = details

    @property
    def message(self) -> Text:
        """For a person who wanted something of the store."""
        match self.fault:
            case StoreFault.FULL:
                return text("jobs-store-full")
            case StoreFault.UNWRITABLE:
                return text("jobs-store-unwritable")
            case StoreFault.BUSY:
                return text("jobs-store-busy")
            case StoreFault.AWAY:
                return text("jobs-store-away")


class StoreUnusable(Unusable):
    """The store cannot be used at all: written by a newer version, in use by another instance, or damaged."""


class StoreInUse(StoreUnusable):
    """Another instance runs on this store."""

    def __init__(self, path: Path) -> None:
        super().__init__(text("store-in-use", path=str(path)))
        self.path = path


class Fenced(Exception):
    """The claim is no longer valid: another worker has the job, or it ended."""


class JobStore(
    BackendStore,
    HandoverStore,
    InputStore,
    HistoryStore,
    ResultStore,
    ReviewStore,
    PeopleStore,
    PresetStore,
    PendingStore,
    GuildStore,
    GuildWorkflowStore,
    ToldStore,
    BotStore,
    BlockStore,
    PauseStore,
    ReportStore,
    AuditStore,
    QuarantineStore,
    OperatorStore,
    WordStore,
    FigureStore,
    PrivacyStore,
    WaitingStore,
    Protocol,
):
    """See the module's docstring for what every store promises.

    Every method may raise :class:`StoreUnavailable`; ``submit`` raises :class:`NotStored` in its place. A store that
    can never be used again (damaged while it was open) raises :class:`StoreUnusable`.
    """

    @property
    def shared(self) -> bool:
        """Whether other processes may work on it at the same time."""
        ...

    def now(self) -> float:
        """Unix seconds of the store's clock, by which all times of a job are told. It passes evenly."""
        ...

    async def submit(self, job: NewJob, limits: Limits) -> Ticket:
        """Commit a job as queued; as preparing, where it starts from files.

        The same ``interaction_id`` again changes nothing, nor does the same ``action_key`` within
        :data:`bot.jobs.job.DOUBLE_PRESS_SECONDS`.

        The ticket has all that a first status shows, with no look into the store.

        Raises:
            TooManyOpen: with the limit, and how many are open.
            UsedUp: a limit by time, and when it will be possible again.
            NotAllowed, Refused: they are blocked, or no job is taken in (see :mod:`bot.jobs.barred`).
            NotStored: the disk is full, read-only, or the store is locked.
        """
        ...

    async def submit_group(self, jobs: Sequence[NewJob], limits: Limits) -> Ticket:
        """Commit a group, all of it or nothing; the ticket is the first member's.

        Each member costs by itself in the fair order, as if they had been asked for one by one.

        Raises:
            TooManyOpen, UsedUp, NotStored: see :meth:`submit`.
        """
        ...

    async def claim(self, worker: Worker, lease_seconds: float) -> Claim | None:
        """Take the next queued job, in fair order, that ``worker.backend`` can run.

        Can run: every need is in ``worker.has``, and the job is bound to no backend, to this one, or to a dead one.
        A job that was submitted before keeps its ``backend`` and ``prompt_id``, for the worker to look it up there.
        One whose models are in ``worker.loaded`` may come before others, within the bounds of :mod:`bot.jobs.fair_order`.
        """
        ...

    async def renew(self, claim: Claim, lease_seconds: float) -> Verdict: ...

    async def note(self, claim: Claim, prompt_id: UUID) -> Claim:
        """Write down that the next attempt is made with ``prompt_id`` on the claiming worker's backend.

        Before ``POST /prompt``. Returns the claim of the new attempt (``attempt`` + 1); the old one is fenced.

        Raises:
            Fenced: the claim is no longer valid.
        """
        ...

    async def release(self, claim: Claim, *, unbound: bool = False) -> bool:
        """Put a running job back to its old place in the queue, still bound to its backend and prompt.

        ``unbound``: its prompt is lost, and any backend may take it up; a job that somebody has cancelled ends.
        """
        ...

    async def started(self, claim: Claim, seconds_ago: float) -> bool:
        """The backend began the job ``seconds_ago``. What is told first stays, until :meth:`note` tells of another attempt.

        Jobs that end at once need no call: :meth:`finish` tells it too.
        """
        ...

    async def finish(self, claim: Claim, outcome: Outcome, timing: Timing | None = None) -> bool:
        """End a running job. False: the claim was no longer valid, nothing changed.

        ``timing``: how long it ran, where that is known; from it :meth:`usual` is learned.
        """
        ...

    async def cancel(self, job_id: UUID, actor_id: int) -> CancelResult:
        """Cancel a job; of somebody else's there is a line in the audit."""
        ...

    async def cancel_group(self, group_id: UUID, actor_id: int) -> Sequence[CancelResult]:
        """Cancel every member, in order; none: there is no such group (any more). Of somebody else's one line in the audit."""
        ...

    async def cancel_all(
        self,
        guild_id: int,
        actor_id: int,
        action: AuditAction,
        *,
        user_id: int | None = None,
        with_running: bool = True,
    ) -> Sequence[CancelResult]:
        """Cancel all open jobs of a guild, or of one person there; one line in the audit, of ``action``, if there were any."""
        ...

    async def reap(self) -> int:
        """Put running jobs whose lease has ended back to the queue; returns how many."""
        ...

    async def claim_delivery(
        self, poster: str, lease_seconds: float, full_channels: Collection[int] = ()
    ) -> Delivery | None:
        """Take the ended job that waits longest for its delivery and whose time for the next try has come.

        ``poster`` is a bot: it gets what falls to it (see :mod:`bot.jobs.bot_store`), and what falls to nobody who lives.

        Jobs that were asked for in ``full_channels`` are passed over: one slow channel holds up no other. A group is
        delivered by its first member, once all have ended; what becomes of that delivery becomes of all members'.
        """
        ...

    async def record_part(self, delivery: Delivery, part: str, message: MessageRef) -> bool:
        """Discord took ``part`` of what this delivery shows: later tries find it in ``Delivery.parts``."""
        ...

    async def delivered(
        self, delivery: Delivery, message_id: int | None, thread_id: int | None = None
    ) -> bool:
        """The end has been shown. ``message_id`` is the result message's, None where the status message told it.

        ``thread_id``: of the thread that has it, where it has one of its own.
        """
        ...

    async def postpone(self, delivery: Delivery, delay_seconds: float) -> bool:
        """Try this delivery again after ``delay_seconds``."""
        ...

    async def undeliverable(self, delivery: Delivery) -> bool:
        """Give up: nobody can be shown this end."""
        ...

    async def record_status_message(
        self, job_id: UUID, message: MessageRef | None, keeper: str | None = None
    ) -> None:
        """Where the status message is; None: nowhere any more. ``keeper``: the bot that edits it from now on."""
        ...

    async def job(self, job_id: UUID) -> Job | None: ...

    async def job_told_by(self, message_id: int) -> Job | None:
        """The job whose status or result the message is; of a result in several messages, one is known."""
        ...

    async def standings(
        self, guild_id: int | None = None, user_id: int | None = None, most: int | None = None
    ) -> Sequence[Standing]:
        """Open jobs: running ones (as they began, then those that have not), then preparing ones as they came, then queued ones.

        Those in fair order.

        Narrowed to a guild, a user, or both, and to the first ``most``; positions count *all* queued jobs.
        """
        ...

    async def count_open(self, guild_id: int | None = None, user_id: int | None = None) -> int:
        """How many :meth:`standings` there are, without reading them."""
        ...

    async def backlog(self) -> Sequence[Backlog]:
        """What is still to be done, by stage and workflow; what there is nothing of is left out."""
        ...

    async def standing(self, job_id: UUID) -> Standing | None:
        """One open job; None when it ended or never was."""
        ...

    async def usual(self, workflow: str) -> Usual:
        """What recent runs of this workflow took, the whole and each node. Cheap to ask often."""
        ...

    async def forget(self, older_than_seconds: float) -> int:
        """Delete jobs that ended longer ago than this and were delivered (or given up); returns how many.

        Jobs whose delivery is pending stay, however old they are. Orders that became no job go after
        :data:`bot.jobs.pending_store.PENDING_SECONDS`, reminders when they are as old as the jobs; blocks when they are
        over, reports and lines of the audit when they are as old as those files say. The numbers of days that old are
        nobody's from then on, and go after :data:`bot.jobs.figure_store.FIGURES_DAYS`. Workflows of guilds that nobody will
        miss go as :mod:`bot.jobs.guild_workflow_store` says.
        """
        ...

    async def wait(self, topic: Topic, timeout_seconds: float) -> None:
        """Return when something happened that concerns ``topic``, or after the timeout.

        For a task that looks and waits in turn: what happened since its last wait ends the next one at once.
        """
        ...
