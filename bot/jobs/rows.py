"""Between a job and its row: nothing here reads or writes a database."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import median
from types import MappingProxyType
from typing import LiteralString, TypedDict, cast
from uuid import UUID

from bot.jobs.database import Columns, Row
from bot.jobs.job import (
    Cancelled,
    Delivery,
    DeliveryState,
    Done,
    Failed,
    Job,
    MessageRef,
    NewJob,
    Outcome,
    Output,
    Place,
    Reply,
    State,
    Usual,
)
from bot.texts import Text

_DISTINCT_WORKFLOWS = 256
"""Needs and titles are the same for all jobs of a workflow (and of a checkpoint): so many are kept parsed."""

JOB: LiteralString = """
sequence, id, interaction_id, state, turn, needs, backend, attempt, prompt_id, cancel_requested_by,
created_at, started_at, finished_at, delivery, guild_id, channel_id, user_id, user_locale, guild_locale,
application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
status_channel_id, status_message_id, result_message_id, workflow, option_values, prompt_option, stand_ins, titles,
outcome
"""
"""The columns that :func:`job_of` reads: the graphs, which may be large, are not among them."""

AHEAD: LiteralString = """
(
    SELECT count(*) FROM jobs AS other
    WHERE other.state = 'queued' AND (other.turn, other.sequence) < (jobs.turn, jobs.sequence)
) AS ahead
"""
"""How many queued jobs come before the one of the row; it means nothing of a job that is not queued."""


class _DoneJson(TypedDict):
    outputs: list[tuple[str, str, str, str]]
    texts: list[str]


class _FailedJson(TypedDict):
    reason: str
    outputs: list[tuple[str, str, str, str]]
    texts: list[str]


class _CancelledJson(TypedDict):
    by_user_id: int | None


def columns_of(job: NewJob) -> Columns:
    """What a submission writes; everything else of the row begins at its default."""
    return {
        "id": str(job.id),
        "interaction_id": job.interaction_id,
        "needs": json.dumps(sorted(job.needs), ensure_ascii=False),
        "guild_id": job.place.guild_id,
        "channel_id": job.place.channel_id,
        "user_id": job.place.user_id,
        "user_locale": job.place.user_locale,
        "guild_locale": job.place.guild_locale,
        "application_id": job.reply.application_id,
        "interaction_token": job.reply.token,
        "interaction_created_at": job.reply.created_at,
        "attachment_limit_bytes": job.reply.attachment_limit_bytes,
        "workflow": job.workflow,
        "option_values": json.dumps(dict(job.values), ensure_ascii=False),
        "prompt_option": job.prompt_option,
        "stand_ins": json.dumps(dict(job.stand_ins), ensure_ascii=False),
        "titles": json.dumps(dict(job.titles), ensure_ascii=False),
        "graph": job.graph,
        "ui_graph": job.ui_graph,
    }


def job_of(row: Row) -> Job:
    state = State(row["state"])
    return Job(
        id=UUID(row["id"]),
        interaction_id=row["interaction_id"],
        place=_place(row),
        reply=_reply(row),
        workflow=row["workflow"],
        values=cast("Mapping[str, str]", json.loads(row["option_values"])),
        titles=_titles(row["titles"]),
        needs=needs_of(row["needs"]),
        state=state,
        delivery=DeliveryState(row["delivery"]),
        attempt=row["attempt"],
        backend=row["backend"],
        prompt_id=None if row["prompt_id"] is None else UUID(row["prompt_id"]),
        cancel_requested_by=row["cancel_requested_by"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        outcome=None if row["outcome"] is None else outcome_of(state, row["outcome"]),
        status_message=_status_message(row),
        result_message_id=row["result_message_id"],
        prompt_option=row["prompt_option"],
        stand_ins=cast("Mapping[str, str]", json.loads(row["stand_ins"])),
    )


def delivery_of(row: Row) -> Delivery:
    """The delivery that was just claimed; the row counts this try already."""
    tries_before = row["delivery_tries"] - 1
    return Delivery(
        job=job_of(row),
        poster=row["poster"],
        tries=tries_before,
        first_tried_at=row["delivery_first_tried_at"] if tries_before else None,
        parts=_parts(row["delivery_parts"]),
    )


@lru_cache(_DISTINCT_WORKFLOWS)
def needs_of(source: str) -> frozenset[str]:
    return frozenset(cast("list[str]", json.loads(source)))


def state_after(outcome: Outcome) -> State:
    match outcome:
        case Done():
            return State.DONE
        case Failed():
            return State.FAILED
        case Cancelled():
            return State.CANCELLED


def outcome_to_json(outcome: Outcome) -> str:
    """The state beside it says which kind it is."""
    match outcome:
        case Done(outputs, texts):
            return json.dumps(_DoneJson(outputs=_fields(outputs), texts=list(texts)), ensure_ascii=False)
        case Failed(reason, outputs, texts):
            failed = _FailedJson(reason=reason.to_json(), outputs=_fields(outputs), texts=list(texts))
            return json.dumps(failed, ensure_ascii=False)
        case Cancelled(by_user_id):
            return json.dumps(_CancelledJson(by_user_id=by_user_id))


def outcome_of(state: State, source: str) -> Outcome:
    match state:
        case State.DONE:
            done = cast("_DoneJson", json.loads(source))
            return Done(_outputs(done["outputs"]), tuple(done["texts"]))
        case State.FAILED:
            failed = cast("_FailedJson", json.loads(source))
            if "outputs" not in failed:  # written before a failed job kept what it had made
                return Failed(Text.from_json(source))
            return Failed(
                Text.from_json(failed["reason"]), _outputs(failed["outputs"]), tuple(failed["texts"])
            )
        case State.CANCELLED:
            return Cancelled(cast("_CancelledJson", json.loads(source))["by_user_id"])
        case State.QUEUED | State.RUNNING:
            raise ValueError(f"a {state} job has no outcome")


def _fields(outputs: Sequence[Output]) -> list[tuple[str, str, str, str]]:
    return [(output.node_id, output.filename, output.subfolder, output.type) for output in outputs]


def _outputs(files: Sequence[tuple[str, str, str, str]]) -> tuple[Output, ...]:
    return tuple(Output(*fields) for fields in files)


def usual_of(rows: Sequence[Row]) -> Usual:
    """The medians of recent runs: each with ``seconds`` and ``node_seconds``."""
    if not rows:
        return Usual()
    by_node: dict[str, list[float]] = {}
    for row in rows:
        for node, seconds in cast("dict[str, float]", json.loads(row["node_seconds"] or "{}")).items():
            by_node.setdefault(node, []).append(seconds)
    return Usual(
        median(float(row["seconds"]) for row in rows), {node: median(took) for node, took in by_node.items()}
    )


@lru_cache(_DISTINCT_WORKFLOWS)
def _titles(source: str) -> Mapping[str, str]:
    return MappingProxyType(cast("dict[str, str]", json.loads(source)))


def _place(row: Row) -> Place:
    return Place(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        user_id=row["user_id"],
        user_locale=row["user_locale"],
        guild_locale=row["guild_locale"],
    )


def _reply(row: Row) -> Reply:
    return Reply(
        application_id=row["application_id"],
        token=row["interaction_token"],
        created_at=row["interaction_created_at"],
        attachment_limit_bytes=row["attachment_limit_bytes"],
    )


def _parts(source: str) -> Mapping[str, MessageRef]:
    posted = cast("dict[str, tuple[int, int]]", json.loads(source))
    return {part: MessageRef(channel_id, message_id) for part, (channel_id, message_id) in posted.items()}


def _status_message(row: Row) -> MessageRef | None:
    if row["status_message_id"] is None:
        return None
    return MessageRef(row["status_channel_id"], row["status_message_id"])
