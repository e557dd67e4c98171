"""What waits and what runs: the answers of ``POST /prompt``, ``GET /prompt`` and ``GET /queue``."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from .json_value import (
    JsonValue,
    Unreadable,
    as_number,
    as_text,
    items,
    mapping,
    needed_array,
    needed_number,
    needed_object,
    needed_text,
)
from .phrases import Phrase
from .problems import NodeProblem, parse_problems


class Submitted(Struct, frozen=True):
    """A graph that was queued."""

    prompt_id: str
    number: float
    """Its place in the order: smaller runs earlier. Starts again at 0 when the server does."""
    problems: tuple[NodeProblem, ...]
    """Not empty: some outputs are invalid and will be missing; the rest is queued all the same."""


class QueueItem(Struct, frozen=True):
    """One prompt that waits or runs. Its graph is left out: it is everybody's, and large."""

    number: float
    prompt_id: str
    """Servers before 2026 take any text from other clients, so it need not be a UUID."""
    running: bool
    client_id: str | None
    extra_data: Mapping[str, JsonValue]
    """What was sent along, plus ``client_id`` and, by newer servers, ``create_time`` (Unix milliseconds)."""


class Queue(Struct, frozen=True):
    """Everything that waits and runs, of every client."""

    running: tuple[QueueItem, ...]
    pending: tuple[QueueItem, ...]
    """In the order in which they will run. The server sends its heap as it lies; this is sorted."""

    def __contains__(self, prompt_id: object) -> bool:
        """Whether a prompt (a UUID or its text) waits or runs."""
        return any(item.prompt_id == str(prompt_id) for item in (*self.running, *self.pending))


def parse_submitted(body: JsonValue) -> Submitted:
    """The body of a 200 of ``POST /prompt``."""
    data = needed_object(body)
    problems = parse_problems(data.get("node_errors"))
    return Submitted(needed_text(data, "prompt_id"), needed_number(data, "number"), problems)


def parse_queue_remaining(body: JsonValue) -> int:
    """``{"exec_info": {"queue_remaining": n}}``: running plus waiting."""
    return int(needed_number(mapping(needed_object(body).get("exec_info")), "queue_remaining"))


def parse_queue(body: JsonValue) -> Queue:
    """The body of ``GET /queue``."""
    data = needed_object(body)
    running = _items(data.get("queue_running"), running=True)
    pending = _items(data.get("queue_pending"), running=False)
    return Queue(running, tuple(sorted(pending, key=lambda item: (item.number, item.prompt_id))))


def _items(value: JsonValue, *, running: bool) -> tuple[QueueItem, ...]:
    return tuple(_item(items(item), running=running) for item in needed_array(value))


def _item(item: Sequence[JsonValue], *, running: bool) -> QueueItem:
    position, prompt_id = (as_number(item[0]), as_text(item[1])) if len(item) > 1 else (None, None)
    if position is None or prompt_id is None:
        raise Unreadable(Phrase("queue-item"))
    extra_data = mapping(item[3] if len(item) > 3 else None)
    return QueueItem(position, prompt_id, running, as_text(extra_data.get("client_id")), extra_data)
