"""Between what is no job yet and its row: nothing here reads or writes a database."""

import json
from typing import LiteralString, TypedDict, cast
from uuid import UUID

from bot.jobs.database import Columns, Row
from bot.jobs.origin import Action, Origin
from bot.jobs.pending import Answers, NewReminder, PendingOrder, Reminder
from bot.jobs.source_json import SourceJson, source_of, source_to_json

PENDING: LiteralString = "id, user_id, guild_id, workflow, option_values, files, origin"
"""The columns that :func:`pending_of` reads. By name: a later version may have added others."""

REMINDER: LiteralString = "number, job_id, user_id, needs, channel_id, created_at"
"""The columns that :func:`reminder_of` reads."""


class _Values(TypedDict):
    chosen: dict[str, str]
    first: dict[str, str]
    private: bool


class _Files(TypedDict):
    chosen: dict[str, SourceJson]
    first: dict[str, SourceJson]


def columns_of(order: PendingOrder) -> Columns:
    values = _Values(chosen=dict(order.chosen.values), first=dict(order.first.values), private=order.private)
    files = _Files(chosen=_files_to_json(order.chosen), first=_files_to_json(order.first))
    return {
        "id": str(order.id),
        "user_id": order.user_id,
        "guild_id": order.guild_id,
        "workflow": order.workflow,
        "option_values": json.dumps(values, ensure_ascii=False),
        "files": json.dumps(files, ensure_ascii=False),
        "origin": None if order.origin is None else _origin_to_json(order.origin),
    }


def pending_of(row: Row) -> PendingOrder:
    values = cast("_Values", json.loads(row["option_values"]))
    files = cast("_Files", json.loads(row["files"]))
    return PendingOrder(
        id=UUID(row["id"]),
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        workflow=row["workflow"],
        chosen=_answers(values["chosen"], files["chosen"]),
        first=_answers(values["first"], files["first"]),
        origin=None if row["origin"] is None else _origin_of(row["origin"]),
        private=values["private"],
    )


def columns_of_reminder(reminder: NewReminder) -> Columns:
    return {
        "job_id": str(reminder.job_id),
        "user_id": reminder.user_id,
        "channel_id": reminder.channel_id,
        "needs": json.dumps(sorted(reminder.needs), ensure_ascii=False),
    }


def reminder_of(row: Row) -> Reminder:
    needs = frozenset(cast("list[str]", json.loads(row["needs"])))
    asked = NewReminder(UUID(row["job_id"]), row["user_id"], row["channel_id"], needs)
    return Reminder(row["number"], asked, row["created_at"])


def _answers(values: dict[str, str], files: dict[str, SourceJson]) -> Answers:
    return Answers(values, {name: source_of(each) for name, each in files.items()})


def _files_to_json(answers: Answers) -> dict[str, SourceJson]:
    return {name: source_to_json(each) for name, each in answers.files.items()}


def _origin_to_json(origin: Origin) -> str:
    return json.dumps([str(origin.job_id), origin.action, origin.picture])


def _origin_of(source: str) -> Origin:
    job_id, action, picture = cast("tuple[str, str, int | None]", json.loads(source))
    return Origin(UUID(job_id), Action(action), picture)
