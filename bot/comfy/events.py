"""What a server tells over its websocket, one type an event, and two that the stream adds.

Events are hints: they can be missing, doubled or somebody else's (broadcasts of prompts without a client).
What became of a prompt is for ``/history`` to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from .json_value import JsonValue
from .outputs import OutputFile
from .system import Features
from .verdict import Interrupted, NodeFailed


class Status(Struct, frozen=True):
    """The queue changed. Everybody gets it, after every POST, start and end."""

    queue_remaining: int
    """Running plus waiting, of all clients."""
    sid: str | None = None
    """The client id, in the first frame of a connection only."""


class FeatureFlags(Struct, frozen=True):
    """The answer to our handshake."""

    features: Features


class ExecutionStart(Struct, frozen=True):
    """A prompt begins."""

    prompt_id: str
    timestamp: float | None
    """Unix seconds of the server's clock, here and below (on the wire: milliseconds)."""


class ExecutionCached(Struct, frozen=True):
    """These nodes need not run: they will not be heard of again. Always sent, also empty."""

    prompt_id: str
    nodes: tuple[str, ...]


class Executing(Struct, frozen=True):
    """A node begins; ``node`` None: the prompt is over, in whatever way, and now in ``/history``.

    After a reconnect the server says which node runs without saying of which prompt.
    """

    prompt_id: str | None
    node: str | None
    display_node: str | None
    """The node of the graph that this one was expanded from; itself mostly."""


class NodeProgress(Struct, frozen=True):
    """How far one node is."""

    node_id: str
    display_node_id: str
    """The node of the graph; ``node_id`` may be one made at run time, such as ``5.0.0.4``."""
    value: float
    max: float
    """May be fractions, and ``value`` may never reach ``max`` (SaveImageWebsocket ends at 5 of 6)."""
    state: str
    """``pending``, ``running``, ``finished`` or ``error``."""


class ProgressState(Struct, frozen=True):
    """All nodes that began so far, the whole table each time. Cached nodes are not in it."""

    prompt_id: str
    nodes: Mapping[str, NodeProgress]


class StepProgress(Struct, frozen=True):
    """A step inside a node. Old servers do not say of which prompt and node."""

    prompt_id: str | None
    node: str | None
    value: float
    max: float


class Executed(Struct, frozen=True):
    """A node has something to show. The files exist already."""

    prompt_id: str
    node: str
    display_node: str
    outputs: tuple[OutputFile, ...]
    texts: tuple[str, ...]


class ExecutionSuccess(Struct, frozen=True):
    """A prompt ran to its end. It is not in ``/history`` yet: wait for ``Executing(node=None)``."""

    prompt_id: str
    timestamp: float | None


class ExecutionError(Struct, frozen=True):
    """A node failed. Not always the end: a node that blocks itself with a message sends one, and the prompt succeeds."""

    prompt_id: str
    failure: NodeFailed
    timestamp: float | None


class ExecutionInterrupted(Struct, frozen=True):
    """Somebody stopped the prompt."""

    prompt_id: str
    interruption: Interrupted
    timestamp: float | None


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """What a sampler sees so far (binary events 1 and 4), or a whole picture of SaveImageWebsocket."""

    content: bytes = field(repr=False)
    content_type: str
    """``image/jpeg`` or ``image/png``."""
    prompt_id: str | None = None
    """None in event 1: it may be anybody's: prompts without a client are told to everybody."""
    node_id: str | None = None
    display_node_id: str | None = None


class ProgressText(Struct, frozen=True):
    """A node says something (binary event 3). Often broadcast to everybody."""

    node_id: str
    text: str


class Unknown(Struct, frozen=True):
    """A custom node's event, one of a newer server, or a malformed one: kept as it came."""

    type: str
    """The event's name; ``binary 7`` for a binary one; empty where there is none."""
    data: JsonValue | bytes


class Connected(Struct, frozen=True):
    """Made by :class:`EventStream`: events flow (again). Whatever happened before was missed: ask HTTP."""

    client_id: str


class Disconnected(Struct, frozen=True):
    """Made by :class:`EventStream`: no events until the next :class:`Connected`."""

    reason: str


Event: TypeAlias = (
    Status
    | FeatureFlags
    | ExecutionStart
    | ExecutionCached
    | Executing
    | ProgressState
    | StepProgress
    | Executed
    | ExecutionSuccess
    | ExecutionError
    | ExecutionInterrupted
    | PreviewImage
    | ProgressText
    | Unknown
    | Connected
    | Disconnected
)
