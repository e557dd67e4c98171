"""What a job is: the values that the ledger keeps and hands out. No I/O, no Discord, no ComfyUI."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID, uuid5

from msgspec import Struct

from bot.jobs.group import Membership
from bot.jobs.inputs import InputKind, NewInput
from bot.jobs.limits import NO_MEMBER_LIMITS, MemberLimits
from bot.jobs.origin import Origin
from bot.jobs.rewording import Rewording
from bot.jobs.workflow_key import spoken
from bot.texts import Text

MAX_ATTEMPTS = 3
"""After so many attempts that came to no end (the backend lost them), a job fails with the reason in words."""

DOUBLE_PRESS_SECONDS = 3.0
"""By Discord's clock. Longer than two clicks that were meant as one, shorter than a second thought."""

_NAMESPACE = UUID("4a0a1f7c-3a5b-4f0e-9c55-1d0c7f4f6e21")
"""Of job ids. It never changes: two processes, of two versions even, must give an interaction the same job id."""


def job_id_of(interaction_id: int) -> UUID:
    """The id of the job that an interaction asks for.

    It depends on nothing else, so that two processes that hear one interaction (a restart that overlaps, a second
    instance with a database of its own) make one job of it: what is derived from the id, such as the nonce of a
    message, is the same in both.
    """
    return uuid5(_NAMESPACE, str(interaction_id))


def member_id_of(group_id: UUID, number: int) -> UUID:
    """The job id of a group's member; the first one's is the group's own."""
    return group_id if number == 1 else uuid5(group_id, str(number))


class State(StrEnum):
    PREPARING = "preparing"
    """Its words are being improved or translated, or the files that it starts from fetched and looked at."""
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Beside the state: whether the requester has been shown the end of the job."""

    PENDING = "pending"
    POSTED = "posted"
    UNDELIVERABLE = "undeliverable"


class Place(Struct, frozen=True):
    """Where on Discord a job was asked for, and by whom."""

    guild_id: int | None
    """The guild whose rules hold, where the bot is a member."""
    channel_id: int
    user_id: int
    user_locale: str = "en-US"
    guild_locale: str | None = None
    guest_of: int | None = None
    """Where the bot is no member, and a person brought it by their own installation: the guild, or 0 in private messages
    with others. Only the token of an interaction reaches such a place, and no guild's rules hold."""
    parent_id: int | None = None
    """The channel that a thread belongs to."""

    @property
    def locale(self) -> str:
        """The locale of messages that everybody in the channel reads."""
        return self.guild_locale or self.user_locale

    @property
    def is_guest(self) -> bool:
        """Whether the bot is here by a person's own installation alone."""
        return self.guest_of is not None

    @property
    def is_direct(self) -> bool:
        """Whether nobody is here but the requester and the bot."""
        return self.guild_id is None and not self.is_guest

    @property
    def linked_guild_id(self) -> int | None:
        """The guild that a link to the channel names, whether or not the bot is a member; None: private messages."""
        return self.guild_id or self.guest_of or None


@dataclass(frozen=True, slots=True)
class Reply:
    """How to reach the interaction that asked for a job, for as long as Discord lets us (15 minutes)."""

    application_id: int
    token: str = field(repr=False)
    created_at: float
    """Unix seconds, of the interaction's snowflake."""
    attachment_limit_bytes: int


class NewJob(Struct, frozen=True):
    """A job as it is asked for, complete: nothing else is read when it runs, not even the workflow's files."""

    id: UUID
    interaction_id: int
    place: Place
    reply: Reply
    workflow: str
    """Its key: see :mod:`bot.jobs.workflow_key`."""
    values: Mapping[str, str]
    """What the person chose and what was chosen for them (the seed), as shown: option name → text."""
    graph: str
    """The filled graph in API format, as JSON text. The ledger does not look inside."""
    titles: Mapping[str, str]
    """Node id → what to call the node while it runs."""
    needs: frozenset[str]
    """Node classes and models without which the graph cannot run (see ``bot.workflows.needs``)."""
    ui_graph: str | None = None
    """What the editor is to show of the files that come out, as JSON text."""
    prompt_option: str | None = None
    """The option that says what to make, where the workflow has one."""
    stand_ins: Mapping[str, str] = {}
    """Option → the workflow's own name that no backend has, where ``values`` has another one instead."""
    inputs: tuple[NewInput, ...] = ()
    """The files to fetch before it is queued."""
    typed: Mapping[str, str] = {}
    """Option → what the person typed, where ``values`` has what was made of it."""
    notices: tuple[Text, ...] = ()
    """What the person should know of what was made of their words."""
    origin: Origin | None = None
    """The job that it was made of."""
    action_key: str | None = None
    """What was pressed, where and by whom: pressed twice within DOUBLE_PRESS_SECONDS, it is one action."""
    private: bool = False
    """Status and result are for the requester alone."""
    group: Membership | None = None
    rewordings: tuple[Rewording, ...] = ()
    """What is to be done to its words before it is queued, one for each option at most."""
    models: frozenset[str] = frozenset()
    """The models that its backend loads for it, of ``needs``."""
    work: float | None = None
    """How much there is to do, in megapixels times steps (see ``bot.workflows.work``); None: nobody reckoned it."""
    weight: int = 1
    """Of whose role has more, the share is as many times larger."""
    spoiler: bool = False
    """Its files are hidden until a reader uncovers them."""
    review: Text | None = None
    """Why a moderator decides whether its result is posted; None: nobody has to."""
    nsfw: bool = False
    """Its workflow is for adults, and so is its result."""
    fingerprint: str | None = None
    """Of the workflow's files, as they were when it was asked for; kept beside the graph."""
    trusted: bool = True
    """Its graph is the operator's own; kept beside it."""

    @property
    def command(self) -> str:
        """What people call its workflow."""
        return spoken(self.workflow)

    @property
    def is_ready(self) -> bool:
        """Nothing needs to be done before it is queued."""
        return not self.inputs and not self.rewordings


class Output(Struct, frozen=True):
    """A file that a job made, as ``/view`` names it."""

    node_id: str
    filename: str
    subfolder: str
    type: str


class Done(Struct, frozen=True):
    outputs: tuple[Output, ...]
    texts: tuple[str, ...] = ()


class Failed(Struct, frozen=True):
    reason: Text
    outputs: tuple[Output, ...] = ()
    texts: tuple[str, ...] = ()
    """What nodes had made before another one failed."""


class Cancelled(Struct, frozen=True):
    by_user_id: int | None
    """None: the bot itself, never a person."""


Outcome: TypeAlias = Done | Failed | Cancelled


class Timing(Struct, frozen=True):
    """How long a run took, by the backend's own clock: waiting does not count."""

    seconds: float
    node_seconds: Mapping[str, float] = {}
    """Node id → seconds of the nodes that ran; cached ones are left out."""


class Usual(Struct, frozen=True):
    """What recent runs of a workflow took (medians of the last 20 that are done); empty: none is known yet."""

    seconds: float | None = None
    node_seconds: Mapping[str, float] = {}


class MessageRef(Struct, frozen=True):
    """A message on Discord."""

    channel_id: int
    message_id: int


class Job(Struct, frozen=True):
    """A row of the ledger, less the graphs: those are large, and only a :class:`Claim` has them."""

    id: UUID
    interaction_id: int
    place: Place
    reply: Reply
    workflow: str
    values: Mapping[str, str]
    titles: Mapping[str, str]
    needs: frozenset[str]
    state: State
    delivery: DeliveryState
    attempt: int
    """How many prompts were submitted for this job; 0 before the first."""
    backend: str | None
    """The name of the backend that has, or last had, this job."""
    prompt_id: UUID | None
    """The prompt of this attempt. Written before ``POST /prompt``."""
    cancel_requested_by: int | None
    created_at: float
    started_at: float | None
    """When its backend first began it. All times are Unix seconds of the store's clock."""
    finished_at: float | None
    outcome: Outcome | None
    status_message: MessageRef | None
    result_message_id: int | None
    prompt_option: str | None = None
    stand_ins: Mapping[str, str] = {}
    """See :class:`NewJob`."""
    input_kinds: tuple[InputKind, ...] = ()
    """What the files that it starts from are for, one each."""
    preparations: int = 0
    """How often making it ready was begun."""
    typed: Mapping[str, str] = {}
    notices: tuple[Text, ...] = ()
    origin: Origin | None = None
    private: bool = False
    group: Membership | None = None
    rewordings: tuple[Rewording, ...] = ()
    """See :class:`NewJob`; none: it was done, whatever came of it."""
    spoiler: bool = False
    review: Text | None = None
    """See :class:`NewJob`; what came out may be the reason too."""
    nsfw: bool = False
    result_thread_id: int | None = None
    """The thread that has the result; None: there is none, it is where it was asked for, or was sent directly."""
    usual_seconds: float | None = None
    """What such jobs take, by workflow, models and how much there is to do; None: nothing is known yet."""

    @property
    def command(self) -> str:
        """What people call its workflow."""
        return spoken(self.workflow)

    @property
    def prompt(self) -> str | None:
        """What the person asked for, in their words; None: the workflow takes no words."""
        return self.values.get(self.prompt_option or "prompt")

    @property
    def ended(self) -> bool:
        return self.state in {State.DONE, State.FAILED, State.CANCELLED}

    @property
    def answered_by_token(self) -> bool:
        """Whether only the interaction's token reaches its answer: one person sees it, or the bot is a guest there."""
        return self.private or self.place.is_guest

    @property
    def has_moved(self) -> bool:
        """Whether its status goes on in direct messages, because the token of its interaction does not live that long."""
        return self.status_message is not None and self.status_message.channel_id != self.place.channel_id

    @property
    def is_held_back(self) -> bool:
        """Whether nobody but moderators may see what it made: it was not shown, and is to be reviewed before that."""
        return self.ended and self.review is not None and self.delivery is not DeliveryState.POSTED

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The files that it made."""
        return self.outcome.outputs if isinstance(self.outcome, Done | Failed) else ()


class Limits(Struct, frozen=True):
    """How much one person and one guild may have open (not ended) at once. 0 means no limit."""

    open_per_user: int = 0
    open_per_guild: int = 0
    member: MemberLimits = NO_MEMBER_LIMITS
    """Of the person in the guild where they ask; nothing is counted in direct messages."""


class Ticket(Struct, frozen=True):
    """The answer to a submission."""

    job: Job
    """As it stands now."""
    created: bool
    """False: this interaction was already submitted, ``job`` is the one of then."""
    position: "Position | None" = None
    """None: it is not queued (any more)."""

    @property
    def job_id(self) -> UUID:
        return self.job.id

    @property
    def standing(self) -> "Standing | None":
        """How the job stands; None: it ended."""
        if self.job.ended:
            return None
        return Standing(self.job, self.position)


class CancelResult(StrEnum):
    CANCELLED = "cancelled"
    """It had not begun, and is cancelled now."""
    REQUESTED = "requested"
    """It is running; its worker will stop it."""
    ENDED = "ended"
    """It had ended before."""
    UNKNOWN = "unknown"


class Delivery(Struct, frozen=True):
    """The right to show the end of one job, until the lease ends."""

    job: Job
    poster: str
    tries: int
    """How often the delivery was claimed before this time; 0 at first."""
    first_tried_at: float | None
    """When it was claimed first; None at first."""
    parts: Mapping[str, MessageRef] = {}
    """What earlier tries are known to have posted: see :meth:`bot.jobs.store.JobStore.record_part`."""
    kept_by: str | None = None
    """The bot that edits the status message, though it may be dead, or taken for dead; None: nobody of this ledger."""
    wants_mention: bool = True
    """What the requester chose for all of their jobs."""


class Position(Struct, frozen=True):
    """A queued job's place in the fair order."""

    ahead: int
    """How many queued jobs come before it; 0 is next."""
    people_ahead: int = 0
    """How many other people have jobs before it."""
    people: int = 0
    """How many other people wait."""
    seconds_ahead: float | None = 0.0
    """What the jobs before it take on a GPU, all together; None: that is not known of each."""
    paused: bool = False
    """The queue of its place is paused: until that is over, all others come before it."""


class Standing(Struct, frozen=True):
    """An open job as ``/queue`` lists it."""

    job: Job
    position: Position | None
    """None: it has none, because it is being prepared or runs; ``job.state`` tells which."""
