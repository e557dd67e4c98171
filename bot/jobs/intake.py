"""Taking a new job in: once an interaction, within the limits, at its turn of the fair order."""

from bot.jobs.database import Columns, Row
from bot.jobs.job import Limits, NewJob, State, Ticket
from bot.jobs.ledger import Ledger
from bot.jobs.rows import AHEAD, JOB, columns_of, job_of
from bot.jobs.store import NotStored, StoreUnavailable, TooManyOpen, Topic
from bot.texts import text

# Start-time fair queueing: one turn after the person's last open job, or after the job that began last.
_ENTER = f"""
WITH situation AS (
    SELECT
        (SELECT count(*) FROM jobs WHERE user_id = :user_id AND state IN ('queued', 'running')) AS of_user,
        (SELECT count(*) FROM jobs WHERE guild_id = :guild_id AND state IN ('queued', 'running')) AS of_guild,
        1 + max(
            (SELECT turn FROM virtual_time),
            (SELECT coalesce(max(turn), 0) FROM jobs WHERE user_id = :user_id AND state IN ('queued', 'running'))
        ) AS next_turn
)
INSERT INTO jobs (
    id, interaction_id, turn, needs, created_at, guild_id, channel_id, user_id, user_locale, guild_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    workflow, option_values, prompt_option, stand_ins, titles, graph, ui_graph
)
SELECT
    :id, :interaction_id, next_turn, :needs, :created_at, :guild_id, :channel_id, :user_id, :user_locale, :guild_locale,
    :application_id, :interaction_token, :interaction_created_at, :attachment_limit_bytes,
    :workflow, :option_values, :prompt_option, :stand_ins, :titles, :graph, :ui_graph
FROM situation
WHERE (:limit_of_user = 0 OR of_user < :limit_of_user) AND (:limit_of_guild = 0 OR of_guild < :limit_of_guild)
ON CONFLICT (interaction_id) DO NOTHING
RETURNING {JOB}, {AHEAD}
"""  # noqa: S608  # literals only; what comes from outside travels as a parameter

_KNOWN = f"SELECT {JOB}, {AHEAD} FROM jobs WHERE interaction_id = :interaction_id"  # noqa: S608  # literals only

_HOW_MANY = """
SELECT
    (SELECT count(*) FROM jobs WHERE user_id = :user_id AND state IN ('queued', 'running')) AS of_user,
    (SELECT count(*) FROM jobs WHERE guild_id = :guild_id AND state IN ('queued', 'running')) AS of_guild
"""


class Intake(Ledger):
    async def submit(self, job: NewJob, limits: Limits) -> Ticket:
        columns: Columns = {
            **columns_of(job),
            "created_at": self._clock(),
            "limit_of_user": limits.open_per_user,
            "limit_of_guild": limits.open_per_guild,
        }
        try:
            self._database.check_room()
            async with self._database.alone() as statements:
                if entered := await statements.run(_ENTER, columns):
                    ticket = _ticket(entered[0], created=True)
                elif known := await statements.run(_KNOWN, columns):
                    return _ticket(known[0], created=False)
                else:
                    raise _refusal((await statements.run(_HOW_MANY, columns))[0], limits)
        except StoreUnavailable as error:
            raise NotStored(error.message) from error
        self._wake(Topic.QUEUED)
        return ticket


def _ticket(row: Row, *, created: bool) -> Ticket:
    job = job_of(row)
    return Ticket(job, created=created, ahead=row["ahead"] if job.state is State.QUEUED else None)


def _refusal(count: Row, limits: Limits) -> TooManyOpen:
    if 0 < limits.open_per_user <= count["of_user"]:
        return TooManyOpen(text("jobs-too-many-of-user", open=count["of_user"], limit=limits.open_per_user))
    return TooManyOpen(text("jobs-too-many-of-guild", open=count["of_guild"], limit=limits.open_per_guild))
