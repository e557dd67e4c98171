"""What a prompt left behind: the entries of ``/history`` and the records of ``/api/jobs``."""

from collections.abc import Mapping

from msgspec import Struct

from .json_value import (
    JsonValue,
    as_seconds,
    as_text,
    as_texts,
    items,
    mapping,
    needed_object,
    needed_text,
)
from .outputs import OutputFile, output_files, output_texts, preferred
from .verdict import Judgement, Unfinished, Verdict, judge


class HistoryEntry(Struct, frozen=True):
    """One prompt that ended, as long as the server remembers it: at most 10,000, none over a restart."""

    prompt_id: str
    verdict: Verdict
    outputs: tuple[OutputFile, ...]
    """Everything that nodes reported, temporary files included; also what finished before an error."""
    texts: tuple[str, ...]
    started_at: float | None
    ended_at: float | None
    """Unix seconds of the server's clock. Waiting time is not recorded."""
    client_id: str | None
    all_cached: bool = False
    """Every node was answered from the cache: nothing ran."""

    @property
    def results(self) -> tuple[OutputFile, ...]:
        """The saved files, or the temporary ones where nothing was saved."""
        return preferred(self.outputs)


class JobRecord(Struct, frozen=True):
    """One prompt, wherever it is, as newer servers tell it (``GET /api/jobs/{id}``, December 2025)."""

    prompt_id: str
    status: str
    """``pending``, ``in_progress``, ``completed``, ``failed`` or ``cancelled``."""
    verdict: Verdict
    """Judged by the messages, not by ``status``; :class:`Unfinished` while it waits or runs."""
    outputs: tuple[OutputFile, ...]
    texts: tuple[str, ...]
    created_at: float | None
    started_at: float | None
    ended_at: float | None
    """Unix seconds of the server's clock."""


def parse_history(body: JsonValue) -> tuple[HistoryEntry, ...]:
    """The body of ``/history`` or ``/history/{id}``: ``{id: entry}``, oldest first."""
    return tuple(_entry(prompt_id, mapping(entry)) for prompt_id, entry in needed_object(body).items())


def parse_job(body: JsonValue) -> JobRecord:
    """The body of ``/api/jobs/{id}``; raises :class:`Unreadable` without id or status."""
    data = needed_object(body)
    outputs = mapping(data.get("outputs"))
    ended = "execution_status" in data
    judged = judge(data.get("execution_status")) if ended else Judgement(Unfinished(), None, None)
    return JobRecord(
        prompt_id=needed_text(data, "id"),
        status=needed_text(data, "status"),
        verdict=judged.verdict,
        outputs=_files(outputs),
        texts=_texts(outputs),
        created_at=as_seconds(data.get("create_time")),
        started_at=as_seconds(data.get("execution_start_time")),
        ended_at=as_seconds(data.get("execution_end_time")),
    )


def _entry(prompt_id: str, entry: Mapping[str, JsonValue]) -> HistoryEntry:
    outputs, judged = mapping(entry.get("outputs")), judge(entry.get("status"))
    prompt = items(entry.get("prompt"))
    extra_data = mapping(prompt[3] if len(prompt) > 3 else None)
    return HistoryEntry(
        prompt_id=prompt_id,
        verdict=judged.verdict,
        outputs=_files(outputs),
        texts=_texts(outputs),
        started_at=judged.started_at,
        ended_at=judged.ended_at,
        client_id=as_text(extra_data.get("client_id")),
        all_cached=_all_cached(entry, mapping(prompt[2] if len(prompt) > 2 else None)),
    )


def _all_cached(entry: Mapping[str, JsonValue], graph: Mapping[str, JsonValue]) -> bool:
    cached: set[str] = set()
    for message in items(mapping(entry.get("status")).get("messages")):
        match message:
            case ["execution_cached", data]:
                cached.update(as_texts(mapping(data).get("nodes")))
            case _:
                continue
    return bool(graph) and graph.keys() <= cached


def _files(outputs: Mapping[str, JsonValue]) -> tuple[OutputFile, ...]:
    return tuple(file for node_id, output in outputs.items() for file in output_files(node_id, output))


def _texts(outputs: Mapping[str, JsonValue]) -> tuple[str, ...]:
    return tuple(found for output in outputs.values() for found in output_texts(output))
