"""Between a job and its row: nothing here reads or writes a database."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import LiteralString, cast
from uuid import UUID

from bot.jobs.database import Columns, Row
from bot.jobs.fair_order import MOST_WEIGHT, NO_GUILD
from bot.jobs.group import GroupKind, Membership
from bot.jobs.inputs import InputKind
from bot.jobs.job import (
    Delivery,
    DeliveryState,
    Job,
    MessageRef,
    NewJob,
    Place,
    Reply,
    State,
    Usual,
)
from bot.jobs.origin import Action, Origin
from bot.jobs.outcome_json import outcome_of
from bot.jobs.rewording import Reworded
from bot.jobs.rewording_json import rewordings_of, rewordings_to_json
from bot.texts import Text

_DISTINCT_WORKFLOWS = 256
"""Needs and titles are the same for all jobs of a workflow (and of a checkpoint): so many are kept parsed."""
_RECENT_JOBS = 256
"""A job is read a dozen times while it is open, always with the same values."""

JOB: LiteralString = """
id, interaction_id, state, delivery, attempt, backend, prompt_id, cancel_requested_by,
created_at, started_at, finished_at, outcome, workflow, option_values, titles, needs,
guild_id, channel_id, user_id, user_locale, guild_locale,
application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
status_channel_id, status_message_id, result_message_id, prompt_option, stand_ins, input_kinds,
preparations, typed, notices, private, origin_id, origin_action, origin_picture,
group_id, group_kind, group_number, group_count, group_labels, rewording, guest_of, parent_channel_id,
spoiler, review, nsfw, cost, cost_known, result_thread_id
"""
"""The columns that :func:`job_of` reads: a row begins with them, and may have more."""

OPEN: LiteralString = "state IN ('preparing', 'queued', 'running')"
"""A job that has not ended; in these words there is an index."""

_HOW_MANY = JOB.count(",") + 1


def models_to_json(models: frozenset[str]) -> str:
    return json.dumps(sorted(models), ensure_ascii=False)


def columns_of(job: NewJob) -> Columns:
    """What a submission writes of a job; everything else of the row begins at its default."""
    return {
        "id": str(job.id),
        "interaction_id": job.interaction_id,
        "needs": json.dumps(sorted(job.needs), ensure_ascii=False),
        "guild_id": job.place.guild_id,
        "channel_id": job.place.channel_id,
        "user_id": job.place.user_id,
        "user_locale": job.place.user_locale,
        "guild_locale": job.place.guild_locale,
        "guest_of": job.place.guest_of,
        "parent_channel_id": job.place.parent_id,
        "application_id": job.reply.application_id,
        "interaction_token": job.reply.token,
        "interaction_created_at": job.reply.created_at,
        "attachment_limit_bytes": job.reply.attachment_limit_bytes,
        "workflow": job.workflow,
        "option_values": json.dumps(dict(job.values), ensure_ascii=False),
        "prompt_option": job.prompt_option,
        "stand_ins": json.dumps(dict(job.stand_ins), ensure_ascii=False),
        "titles": json.dumps(dict(job.titles), ensure_ascii=False),
        "input_kinds": json.dumps([each.kind for each in job.inputs]),
        "typed": json.dumps(dict(job.typed), ensure_ascii=False),
        "notices": json.dumps([notice.to_json() for notice in job.notices]),
        "rewording": rewordings_to_json(job.rewordings),
        "private": int(job.private),
        "models": models_to_json(job.models),
        "work": job.work,
        "weight": max(1, min(job.weight, MOST_WEIGHT)),
        "place": NO_GUILD if job.place.guild_id is None else job.place.guild_id,
        "spoiler": int(job.spoiler),
        "review": None if job.review is None else job.review.to_json(),
        "nsfw": int(job.nsfw),
        "action_key": job.action_key,
        **_origin_columns(job.origin),
        **_group_columns(job.group),
    }


def reworded_columns(reworded: Reworded) -> Columns:
    """What the end of a rewording writes of a job."""
    return {
        "option_values": json.dumps(dict(reworded.values), ensure_ascii=False),
        "typed": json.dumps(dict(reworded.typed), ensure_ascii=False),
        "notices": json.dumps([notice.to_json() for notice in reworded.notices]),
        "spoiler": int(reworded.spoiler),
        "review": None if reworded.review is None else reworded.review.to_json(),
    }


def _origin_columns(origin: Origin | None) -> Columns:
    return {
        "origin_id": None if origin is None else str(origin.job_id),
        "origin_action": None if origin is None else origin.action,
        "origin_picture": None if origin is None else origin.picture,
    }


def _group_columns(group: Membership | None) -> Columns:
    return {
        "group_id": None if group is None else str(group.group_id),
        "group_kind": None if group is None else group.kind,
        "group_number": 1 if group is None else group.number,
        "group_count": None if group is None else group.count,
        "group_labels": None if group is None else json.dumps(group.labels, ensure_ascii=False),
    }


def job_of(row: Row) -> Job:
    # By place, not by name: a row looks every name up in a list, and this is done for all that happens.
    (
        job_id, interaction_id, state_name, delivery, attempt, backend, prompt_id, cancel_requested_by,
        created_at, started_at, finished_at, outcome, workflow, option_values, titles, needs,
        guild_id, channel_id, user_id, user_locale, guild_locale,
        application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
        status_channel_id, status_message_id, result_message_id, prompt_option, stand_ins, input_kinds,
        preparations, typed, notices, private, origin_id, origin_action, origin_picture,
        group_id, group_kind, group_number, group_count, group_labels, rewording, guest_of, parent_channel_id,
        spoiler, review, nsfw, cost, cost_known, result_thread_id,
    ) = row[:_HOW_MANY]  # fmt: skip
    state = State(state_name)
    return Job(
        id=UUID(job_id),
        interaction_id=interaction_id,
        place=Place(guild_id, channel_id, user_id, user_locale, guild_locale, guest_of, parent_channel_id),
        reply=Reply(application_id, interaction_token, interaction_created_at, attachment_limit_bytes),
        workflow=workflow,
        values=_values(option_values),
        titles=_titles(titles),
        needs=needs_of(needs),
        state=state,
        delivery=DeliveryState(delivery),
        attempt=attempt,
        backend=backend,
        prompt_id=None if prompt_id is None else UUID(prompt_id),
        cancel_requested_by=cancel_requested_by,
        created_at=created_at,
        started_at=started_at,
        finished_at=finished_at,
        outcome=None if outcome is None else outcome_of(state, outcome),
        status_message=(
            None if status_message_id is None else MessageRef(status_channel_id, status_message_id)
        ),
        result_message_id=result_message_id,
        prompt_option=prompt_option,
        stand_ins=_values(stand_ins),
        input_kinds=_kinds(input_kinds),
        preparations=preparations,
        typed=_values(typed),
        notices=_notices(notices),
        origin=None if origin_id is None else Origin(UUID(origin_id), Action(origin_action), origin_picture),
        private=bool(private),
        group=(
            None
            if group_id is None
            else Membership(
                UUID(group_id), GroupKind(group_kind), group_number, group_count, _labels(group_labels)
            )
        ),
        rewordings=rewordings_of(rewording),
        result_thread_id=result_thread_id,
        usual_seconds=cost / 1000 if cost_known else None,
        spoiler=bool(spoiler),
        review=None if review is None else Text.from_json(review),
        nsfw=bool(nsfw),
    )


def delivery_of(row: Row) -> Delivery:
    """The delivery that was just claimed; the row counts this try already."""
    tries_before = row["delivery_tries"] - 1
    return Delivery(
        job=job_of(row),
        poster=row["poster"],
        tries=tries_before,
        first_tried_at=row["delivery_first_tried_at"] if tries_before else None,
        parts=parts_of(row["delivery_parts"]),
        kept_by=row["kept_by"],
        wants_mention=bool(row["wants_mention"]),
    )


@lru_cache(_DISTINCT_WORKFLOWS)
def needs_of(source: str) -> frozenset[str]:
    return frozenset(cast("list[str]", json.loads(source)))


def usual_of(rows: Sequence[Row]) -> Usual:
    """The medians of recent runs: each with ``seconds`` and ``node_seconds``."""
    if not rows:
        return Usual()
    from statistics import median  # noqa: PLC0415  # it brings fractions and decimals along

    by_node: dict[str, list[float]] = {}
    for row in rows:
        for node, seconds in cast("dict[str, float]", json.loads(row["node_seconds"] or "{}")).items():
            by_node.setdefault(node, []).append(seconds)
    return Usual(
        median(max(0.0, float(row["seconds"])) for row in rows),
        {node: median(took) for node, took in by_node.items()},
    )


@lru_cache(_DISTINCT_WORKFLOWS)
def _titles(source: str) -> Mapping[str, str]:
    return MappingProxyType(cast("dict[str, str]", json.loads(source)))


@lru_cache(_RECENT_JOBS)
def _values(source: str) -> Mapping[str, str]:
    return MappingProxyType(cast("dict[str, str]", json.loads(source)))


@lru_cache(_RECENT_JOBS)
def _notices(source: str) -> tuple[Text, ...]:
    return tuple(map(Text.from_json, cast("list[str]", json.loads(source))))


@lru_cache(_RECENT_JOBS)
def _labels(source: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", json.loads(source)))


@lru_cache(_DISTINCT_WORKFLOWS)
def _kinds(source: str) -> tuple[InputKind, ...]:
    return tuple(map(InputKind, cast("list[str]", json.loads(source))))


def parts_of(source: str) -> Mapping[str, MessageRef]:
    posted = cast("dict[str, tuple[int, int]]", json.loads(source))
    return {part: MessageRef(channel_id, message_id) for part, (channel_id, message_id) in posted.items()}
