"""Taking a new job in: once an interaction, within the limits, at its turn of the fair order."""

from collections.abc import Sequence
from functools import partial
from typing import LiteralString, TypeAlias

from msgspec.structs import replace

from bot.jobs.barred import NOT_BARRED, check_barred
from bot.jobs.costs import expected_cost
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.fair_order import Waiting
from bot.jobs.input_rows import ASK, asked_columns
from bot.jobs.job import DOUBLE_PRESS_SECONDS, Limits, NewJob, State, Ticket
from bot.jobs.line import Line
from bot.jobs.member_limits import check_member
from bot.jobs.rows import JOB, OPEN, columns_of, job_of, models_to_json
from bot.jobs.store import NotStored, StoreUnavailable, TooManyOpen, Topic
from bot.texts import text

_PRESSED_BEFORE: LiteralString = """
action_key = :action_key AND group_number = :group_number
AND interaction_created_at BETWEEN :interaction_created_at - :double_press_seconds
    AND :interaction_created_at + :double_press_seconds
"""

_WAITING: LiteralString = "sequence, place, cost, weight, cost_known"

# The turn is for the version before, which knows no other order.
_ENTER = f"""
WITH situation AS (
    SELECT
        (SELECT count(*) FROM jobs WHERE user_id = :user_id AND {OPEN}) AS of_user,
        (SELECT count(*) FROM jobs WHERE guild_id = :guild_id AND {OPEN}) AS of_guild,
        (SELECT 1 + max(turn) FROM (
            SELECT turn FROM virtual_time
            UNION ALL SELECT max(turn) FROM jobs WHERE user_id = :user_id AND {OPEN}
        ) AS turns) AS next_turn
)
INSERT INTO jobs (
    id, interaction_id, state, preparation_due_at, turn, needs, created_at, guild_id, channel_id, user_id, user_locale, guild_locale, guest_of, parent_channel_id,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    workflow, option_values, prompt_option, stand_ins, titles, input_kinds, typed, notices, rewording, private,
    origin_id, origin_action, origin_picture, action_key, group_id, group_kind, group_number, group_count, group_labels,
    place, weight, work, models, cost, cost_known, at_once,
    spoiler, review, nsfw
)
SELECT
    :id, :interaction_id, :state, CASE WHEN :is_ready = 0 THEN :now END, next_turn, :needs, :now, :guild_id, :channel_id, :user_id, :user_locale, :guild_locale, :guest_of, :parent_channel_id,
    :application_id, :interaction_token, :interaction_created_at, :attachment_limit_bytes,
    :workflow, :option_values, :prompt_option, :stand_ins, :titles, :input_kinds, :typed, :notices, :rewording, :private,
    :origin_id, :origin_action, :origin_picture, :action_key,
    :group_id, :group_kind, :group_number, :group_count, :group_labels,
    :place, :weight, :work, :models, :cost, :cost_known, :at_once,
    :spoiler, :review, :nsfw
FROM situation
WHERE (:limit_of_user = 0 OR of_user + :count <= :limit_of_user)
    AND (:limit_of_guild = 0 OR of_guild + :count <= :limit_of_guild)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE {_PRESSED_BEFORE})
    AND {NOT_BARRED}
ON CONFLICT (interaction_id, group_number) DO NOTHING
RETURNING {JOB}, {_WAITING}
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_KEEP_GRAPHS = """
INSERT INTO graphs (sequence, graph, ui_graph, fingerprint, trusted)
VALUES (:sequence, :graph, :ui_graph, :fingerprint, :trusted)
"""

_KNOWN = f"""
SELECT {JOB}, {_WAITING} FROM jobs
WHERE (interaction_id = :interaction_id AND group_number = :group_number) OR ({_PRESSED_BEFORE})
ORDER BY interaction_id = :interaction_id DESC
LIMIT 1
"""  # noqa: S608  # literals only

_HOW_MANY = f"""
SELECT
    (SELECT count(*) FROM jobs WHERE user_id = :user_id AND {OPEN}) AS of_user,
    (SELECT count(*) FROM jobs WHERE guild_id = :guild_id AND {OPEN}) AS of_guild
"""  # noqa: S608  # literals only


_Entered: TypeAlias = tuple[Ticket, Sequence[Waiting]]
"""And as what its jobs wait."""


class Intake(Line):
    async def submit(self, job: NewJob, limits: Limits) -> Ticket:
        return await self.submit_group((job,), limits)

    async def submit_group(self, jobs: Sequence[NewJob], limits: Limits) -> Ticket:
        try:
            self._database.check_room()
            ticket, waiting = await self._database.write(partial(_enter_all, jobs, limits))
        except StoreUnavailable as error:
            raise NotStored(error.message) from error
        if ticket.created:
            self._wake(Topic.QUEUED if jobs[0].is_ready else Topic.PREPARATION)
        return await self._with_position(ticket, waiting)

    async def _with_position(self, ticket: Ticket, waiting: Sequence[Waiting]) -> Ticket:
        if ticket.job.state is not State.QUEUED:
            return ticket
        first = waiting[0].sequence
        try:
            line = await (self.join_line(waiting) if ticket.created else self.line(having=first))
        except StoreUnavailable:
            return ticket  # the job is kept, and that is what counts
        return replace(ticket, position=line.position(first))


def _enter_all(jobs: Sequence[NewJob], limits: Limits, statements: Statements) -> _Entered:
    """All or none: the first answers for the others, which come in with it."""
    first, *others = jobs
    statements.lock(*_counted_with(first))
    ticket, waiting = _enter(first, limits, len(jobs), statements)
    entered = [waiting]
    if ticket.created:
        entered += [_enter(each, Limits(member=limits.member), 1, statements)[1] for each in others]
        if first.place.guild_id is not None:
            check_member(first, len(jobs), limits.member, statements)
    return ticket, entered


def _counted_with(job: NewJob) -> Sequence[str]:
    """Whose jobs are counted for the limits, and the press: of two that come at once the second counts the first."""
    guild, press = job.place.guild_id, job.action_key
    return [
        *([] if guild is None else [f"jobs of guild {guild}"]),
        f"jobs of person {job.place.user_id}",
        *([] if press is None else [f"press {press}"]),
    ]


def _enter(job: NewJob, limits: Limits, count: int, statements: Statements) -> tuple[Ticket, Waiting]:
    columns = _columns(job, limits, count)
    cost = expected_cost(job.workflow, models_to_json(job.models), job.work, statements)
    costs: Columns = {"cost": cost.milliseconds, "cost_known": int(cost.known)}
    if entered := statements.run(_ENTER, {**columns, **costs}):
        sequence: int = entered[0]["sequence"]
        graphs: Columns = {
            "graph": job.graph,
            "ui_graph": job.ui_graph,
            "fingerprint": job.fingerprint,
            "trusted": int(job.trusted),
        }
        statements.run(_KEEP_GRAPHS, {"sequence": sequence, **graphs})
        for each in job.inputs:
            statements.run(ASK, asked_columns(each, sequence))
        return Ticket(job_of(entered[0]), created=True), _waiting_of(entered[0])
    if known := statements.run(_KNOWN, columns):
        return Ticket(job_of(known[0]), created=False), _waiting_of(known[0])
    check_barred(columns, statements)
    raise _refusal(statements.run(_HOW_MANY, columns)[0], limits, count)


def _waiting_of(row: Row) -> Waiting:
    return Waiting(
        row["sequence"], row["place"], row["user_id"], row["cost"], row["weight"], row["cost_known"]
    )


def _columns(job: NewJob, limits: Limits, count: int) -> Columns:
    return {
        **columns_of(job),
        "state": State.QUEUED if job.is_ready else State.PREPARING,
        "is_ready": int(job.is_ready),
        "limit_of_user": limits.open_per_user,
        "limit_of_guild": limits.open_per_guild,
        "at_once": limits.member.at_once,
        "count": count,
        "double_press_seconds": DOUBLE_PRESS_SECONDS,
    }


def _refusal(open_now: Row, limits: Limits, count: int) -> TooManyOpen:
    if 0 < limits.open_per_user < open_now["of_user"] + count:
        return TooManyOpen(
            text("jobs-too-many-of-user", open=open_now["of_user"], limit=limits.open_per_user)
        )
    return TooManyOpen(text("jobs-too-many-of-guild", open=open_now["of_guild"], limit=limits.open_per_guild))
