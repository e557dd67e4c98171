"""What is asked of the service, by whom, and within which bounds. Values only."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from bot.generation.timeouts import Timeouts
from bot.jobs.group import Membership
from bot.jobs.inputs import Source
from bot.jobs.job import Limits, Place, Reply
from bot.jobs.origin import Origin
from bot.moderation.people import ChannelFacts, Requester
from bot.texts import Text
from bot.workflows import DEFAULT_CAPS, Caps
from bot.workflows.additions import NOTHING_ADDED, Additions
from bot.workflows.policy import DEFAULT_POLICY, NodePolicy
from bot.workflows.template import ALL_SYNTAX, PromptSyntax


class Order(Struct, frozen=True):
    """A workflow with a person's values and files for its options, not checked yet."""

    workflow: str
    """Its key."""
    values: Mapping[str, str | int | float | bool]
    interaction_id: int
    place: Place
    reply: Reply
    requester: Requester
    channel: ChannelFacts
    """What rules look at, of who asks and of where."""
    attachments: Mapping[str, Source] = MappingProxyType({})
    notices: tuple[Text, ...] = ()
    """What the person should know of what was made of their words already."""
    origin: Origin | None = None
    action_key: str | None = None
    private: bool = False
    translate: bool = False
    """Its words are to be put into English first, where a prompt helper is set up."""
    improve: bool = False
    """Its prompt is to be made better first, where a prompt helper is set up."""
    additions: Additions = NOTHING_ADDED
    """What the server adds to its words."""
    typed: Mapping[str, str] = MappingProxyType({})
    """Option → what the person typed, where ``values`` has one of its combinations."""
    seed_round: int = 0
    """How many jobs of the same interaction have other random seeds before this one."""
    group: Membership | None = None
    """See :class:`bot.jobs.job.NewJob`. Files of an earlier job are taken as they are named: whoever makes the order has
    made sure that the person may see that job."""


class Actor(Struct, frozen=True):
    """Who wants something done to a job."""

    user_id: int
    guild_id: int | None
    may_moderate: bool
    """Has Manage Messages where the interaction happened."""


class InputsShown(Struct, frozen=True):
    """What came of the files that a person handed in, as far as that shows."""

    overlay: bytes | None
    """A small picture of the mask laid over the picture."""
    notices: tuple[Text, ...]


class Rules(Struct, frozen=True):
    """An operator's choices that bound the service."""

    limits: Limits
    keep_jobs_seconds: float
    allow_stand_ins: bool = True
    """See :func:`bot.workflows.resolve`."""
    caps: Caps = DEFAULT_CAPS
    policy: NodePolicy = DEFAULT_POLICY
    """Which node classes graphs may use."""
    quarantine: bool = True
    """Whether a workflow that crashes ComfyUI is set aside."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    pictures_folder: Path | None = None
    """For pictures that exist on ComfyUI's websocket only, until they are posted. None: they are not kept."""
    prompt_syntax: frozenset[PromptSyntax] = ALL_SYNTAX
    """What is read in typed words, as far as a workflow allows it."""
    wildcards_folder: Path | None = None
