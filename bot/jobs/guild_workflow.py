"""Workflows that people added in a guild: values, what bounds them, and how they are refused."""

from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from bot.errors import UserError
from bot.jobs.workflow_key import key_of

MOST_WORKFLOWS = 50
"""Of a guild, drafts included."""
MOST_VERSIONS = 30
"""That are kept of each: of more the oldest go that nobody needs."""
MAX_SOURCE_BYTES = 2 * 1024 * 1024
MAX_COMMAND_BYTES = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
"""Of all sources and commands of a guild, former versions included."""


class WorkflowState(StrEnum):
    DRAFT = "draft"
    """It was never published."""
    PUBLISHED = "published"
    DISABLED = "disabled"
    """It is not offered until somebody enables it again."""
    REMOVED = "removed"
    """Nothing but its number is left."""


class WorkflowChange(StrEnum):
    """What somebody did to one, as the audit has it. A later version may know more."""

    ADD = "add"
    PUBLISH = "publish"
    ROLL_BACK = "roll-back"
    ENABLE = "enable"
    DISABLE = "disable"
    REMOVE = "remove"
    SHARE = "share"
    UNSHARE = "unshare"
    TAKE_AWAY = "take-away"
    GIVE_BACK = "give-back"


class GuildWorkflow(Struct, frozen=True):
    id: int
    guild_id: int
    name: str
    """Of its current version; of a draft that was never published, the draft's."""
    state: WorkflowState
    current: int | None
    """The number of the version that is offered; None: none was yet."""
    draft: int | None
    """The number of the version that is being edited."""
    shared: bool
    """By the operator, with all guilds."""
    taken_away: bool
    """By the operator: it is not offered, whatever its state."""
    created_by: int
    """0: nobody knows any more."""
    created_at: float

    @property
    def is_offered(self) -> bool:
        return self.state is WorkflowState.PUBLISHED and not self.taken_away


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version without its files."""

    workflow_id: int
    guild_id: int
    number: int
    """From 1; no other version of the workflow ever has it."""
    name: str
    fingerprint: str
    """Of its files as they are now."""
    revision: int
    """How often it was changed as a draft: whoever changes it says which one they saw."""
    created_by: int
    created_at: float
    published_at: float | None

    @property
    def key(self) -> str:
        """What names it in ``Workflow.name``, in orders and in jobs."""
        return key_of(self.name, self.workflow_id, self.number)


@dataclass(frozen=True, slots=True)
class WorkflowVersion(ListedVersion):
    source: bytes = field(repr=False)
    """The document as :func:`bot.workflows.sources.read_workflow` reads it: JSON in UTF-8."""
    command: str = field(repr=False)
    """Its command.toml."""


class CommandCreates(Struct, frozen=True):
    """Commands that were made in a guild within the last 24 hours."""

    count: int
    less_at: float | None
    """When the oldest of them count no more, in the store's time; None: there are none."""


class TooManyWorkflows(UserError):
    """The guild has as many workflows, or as large ones, as there is room for."""


class NameTaken(UserError):
    """Another workflow of that guild, or another shared one, has the name."""
