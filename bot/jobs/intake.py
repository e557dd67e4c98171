"""Taking a new job in: once an interaction, within the limits, at its turn of the fair order."""

from uuid import UUID

from bot.jobs.database import Row, Statements
from bot.jobs.job import Limits, NewJob, Place, Ticket
from bot.jobs.ledger import Ledger
from bot.jobs.rows import columns_of
from bot.jobs.store import NotStored, StoreUnavailable, TooManyOpen, Topic
from bot.texts import text

# Start-time fair queueing: one turn after the person's last open job, or after the job that began last.
_SITUATION = """
SELECT
    (SELECT count(*) FROM jobs WHERE user_id = :user_id AND state IN ('queued', 'running')) AS open_of_user,
    (SELECT count(*) FROM jobs WHERE guild_id = :guild_id AND state IN ('queued', 'running')) AS open_of_guild,
    1 + max(
        (SELECT turn FROM virtual_time),
        (SELECT coalesce(max(turn), 0) FROM jobs WHERE user_id = :user_id AND state IN ('queued', 'running'))
    ) AS next_turn
"""

_INSERT = """
INSERT INTO jobs (
    id, interaction_id, turn, needs, created_at, guild_id, channel_id, user_id, user_locale, guild_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    workflow, option_values, titles, graph
) VALUES (
    :id, :interaction_id, :turn, :needs, :created_at, :guild_id, :channel_id, :user_id, :user_locale, :guild_locale,
    :application_id, :interaction_token, :interaction_created_at, :attachment_limit_bytes,
    :workflow, :option_values, :titles, :graph
)
"""


class Intake(Ledger):
    async def submit(self, job: NewJob, limits: Limits) -> Ticket:
        try:
            self._database.check_room()
            async with self._database.transaction() as statements:
                ticket = await self._enter(statements, job, limits)
        except StoreUnavailable as error:
            raise NotStored(error.message) from error
        if ticket.created:
            self._ring(Topic.QUEUED)
        return ticket

    async def _enter(self, statements: Statements, job: NewJob, limits: Limits) -> Ticket:
        known = await statements.run(
            "SELECT id FROM jobs WHERE interaction_id = :interaction_id",
            {"interaction_id": job.interaction_id},
        )
        if known:
            return Ticket(UUID(known[0]["id"]), created=False)
        situation = await self._situation(statements, job.place)
        _check(limits, open_of_user=situation["open_of_user"], open_of_guild=situation["open_of_guild"])
        columns = {**columns_of(job), "turn": situation["next_turn"], "created_at": self._clock()}
        await statements.run(_INSERT, columns)
        return Ticket(job.id, created=True)

    async def _situation(self, statements: Statements, place: Place) -> Row:
        rows = await statements.run(_SITUATION, {"user_id": place.user_id, "guild_id": place.guild_id})
        return rows[0]


def _check(limits: Limits, *, open_of_user: int, open_of_guild: int) -> None:
    if 0 < limits.open_per_user <= open_of_user:
        raise TooManyOpen(text("jobs-too-many-of-user", open=open_of_user, limit=limits.open_per_user))
    if 0 < limits.open_per_guild <= open_of_guild:
        raise TooManyOpen(text("jobs-too-many-of-guild", open=open_of_guild, limit=limits.open_per_guild))
