"""How a prompt ended. The judge of history entries and job records alike.

``status_str`` is not to be trusted: a cycle found at run time says ``success`` (0.3.64). The messages are, by the precedence
error, interrupted, success. Success does not promise outputs: a node that blocks itself sends an ``execution_error``
event, and the history keeps the success alone. What came out is for the caller to see.
"""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from .json_value import JsonValue, as_seconds, as_text, as_texts, items, mapping


class Success(Struct, frozen=True):
    """It ran to its end. It may still have made nothing (blocked nodes)."""


class NodeFailed(Struct, frozen=True):
    """A node raised an exception. The texts hold server paths and whatever a node put there: escape and cut them."""

    node_id: str
    node_type: str
    exception_type: str
    """With its module, such as ``torch.OutOfMemoryError``."""
    message: str
    """As the server sends it, but without the line break at its end. Up to megabytes long."""
    traceback: tuple[str, ...] = ()

    @property
    def is_out_of_memory(self) -> bool:
        """The device ran out of memory: by the exception's type, or by its words (MPS, older torch)."""
        return "OutOfMemory" in self.exception_type or "out of memory" in self.message[:10_000].lower()


class Interrupted(Struct, frozen=True):
    """Somebody stopped it. ``node_id`` and ``node_type`` say where it was."""

    node_id: str
    node_type: str


class Unfinished(Struct, frozen=True):
    """No end is told: it still runs, or the server wrote an entry that says nothing."""


Verdict: TypeAlias = Success | NodeFailed | Interrupted | Unfinished


class Judgement(Struct, frozen=True):
    """A verdict and when it all happened, in Unix seconds of the server's clock."""

    verdict: Verdict
    started_at: float | None
    ended_at: float | None


def judge(status: JsonValue) -> Judgement:
    """The ``status`` of a history entry, or the ``execution_status`` of a job record, judged."""
    messages = _messages(mapping(status).get("messages"))
    started = as_seconds(messages.get("execution_start", {}).get("timestamp"))
    for kind, data in ((kind, messages.get(kind)) for kind in _DECISIVE):
        if data is not None:
            return Judgement(_verdict(kind, data), started, as_seconds(data.get("timestamp")))
    return Judgement(_verdict_without_messages(mapping(status)), started, None)


def parse_failure(data: Mapping[str, JsonValue]) -> NodeFailed:
    """The data of an ``execution_error``, event or message."""
    return NodeFailed(
        node_id=as_text(data.get("node_id")) or "",
        node_type=as_text(data.get("node_type")) or "",
        exception_type=as_text(data.get("exception_type")) or "",
        message=(as_text(data.get("exception_message")) or "").rstrip("\n"),
        traceback=as_texts(data.get("traceback")),
    )


def parse_interruption(data: Mapping[str, JsonValue]) -> Interrupted:
    """The data of an ``execution_interrupted``, event or message."""
    return Interrupted(as_text(data.get("node_id")) or "", as_text(data.get("node_type")) or "")


_DECISIVE = ("execution_error", "execution_interrupted", "execution_success")
"""By precedence."""


def _messages(value: JsonValue) -> dict[str, Mapping[str, JsonValue]]:
    """``[[kind, data], …]`` as kind to data; of two of a kind the first: it is the one that explains the rest."""
    found: dict[str, Mapping[str, JsonValue]] = {}
    for message in items(value):
        match message:
            case [str() as kind, data]:
                found.setdefault(kind, mapping(data))
            case _:
                continue
    return found


def _verdict(kind: str, data: Mapping[str, JsonValue]) -> Verdict:
    match kind:
        case "execution_error":
            return parse_failure(data)
        case "execution_interrupted":
            return parse_interruption(data)
        case _:
            return Success()


def _verdict_without_messages(status: Mapping[str, JsonValue]) -> Verdict:
    """Nothing but ``status_str`` is left to believe."""
    match status.get("status_str"):
        case "success":
            return Success()
        case "error":
            return NodeFailed("", "", "", "the server says 'error' and nothing more")
        case _:
            return Unfinished()
