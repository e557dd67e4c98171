"""Taking a new job in: once an interaction, within the limits, at its turn of the fair order."""

from uuid import UUID

from bot.jobs.database import Columns, Row
from bot.jobs.job import Limits, NewJob, Ticket
from bot.jobs.ledger import Ledger
from bot.jobs.rows import columns_of
from bot.jobs.store import NotStored, StoreUnavailable, TooManyOpen, Topic
from bot.texts import text

# Start-time fair queueing: one turn after the person's last open job, or after the job that began last.
_ENTER = """
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
    workflow, option_values, titles, graph, ui_graph
)
SELECT
    :id, :interaction_id, next_turn, :needs, :created_at, :guild_id, :channel_id, :user_id, :user_locale, :guild_locale,
    :application_id, :interaction_token, :interaction_created_at, :attachment_limit_bytes,
    :workflow, :option_values, :titles, :graph, :ui_graph
FROM situation
WHERE (:limit_of_user = 0 OR of_user < :limit_of_user) AND (:limit_of_guild = 0 OR of_guild < :limit_of_guild)
ON CONFLICT (interaction_id) DO NOTHING
RETURNING id
"""

_WHY_NOT = """
SELECT
    (SELECT id FROM jobs WHERE interaction_id = :interaction_id) AS known,
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
                entered = await statements.run(_ENTER, columns)
                refused = [] if entered else await statements.run(_WHY_NOT, columns)
        except StoreUnavailable as error:
            raise NotStored(error.message) from error
        if entered:
            self._wake(Topic.QUEUED)
            return Ticket(job.id, created=True)
        return _known(refused[0], limits)


def _known(why: Row, limits: Limits) -> Ticket:
    """The ticket of an interaction that was submitted before; else the reason why this one was not taken."""
    if why["known"] is not None:
        return Ticket(UUID(why["known"]), created=False)
    if 0 < limits.open_per_user <= why["of_user"]:
        raise TooManyOpen(text("jobs-too-many-of-user", open=why["of_user"], limit=limits.open_per_user))
    raise TooManyOpen(text("jobs-too-many-of-guild", open=why["of_guild"], limit=limits.open_per_guild))
