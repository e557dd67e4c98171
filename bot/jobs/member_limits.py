"""What a person may use in one guild, counted where the job is committed: of two clicks at once the second counts the first."""

from collections.abc import Sequence

from bot.jobs.database import Columns, Row, Statements
from bot.jobs.job import NewJob
from bot.jobs.limits import DAY_SECONDS, MemberLimits
from bot.jobs.rows import OPEN
from bot.jobs.store import TooManyOpen, UsedUp
from bot.texts import text

# Each is answered by an index: of a person's open jobs, and of their jobs in one guild by time.
_WAITING = f"""
SELECT count(CASE WHEN state <> 'running' AND guild_id = :guild_id AND interaction_id <> :interaction_id THEN 1 END) AS waiting
FROM jobs WHERE user_id = :user_id AND {OPEN}
"""  # noqa: S608  # literals only
# Jobs that the person had erased count on.
_LAST = """
SELECT max(last) AS created_at, :now AS now FROM (
    SELECT max(created_at) AS last FROM jobs
    WHERE user_id = :user_id AND guild_id = :guild_id AND interaction_id <> :interaction_id
    UNION ALL
    SELECT max(created_at) FROM erased_use WHERE user_id = :user_id AND guild_id = :guild_id
) AS commands
"""
# What has not begun takes what it is expected to take, where that is known.
_OF_DAY = """
SELECT created_at, coalesce(
    coalesce(finished_at, :now) - started_at, CASE WHEN cost_known = 1 THEN cost / 1000.0 ELSE 0 END
) AS seconds FROM jobs
WHERE user_id = :user_id AND guild_id = :guild_id AND created_at > :now - :day_seconds
    AND interaction_id <> :interaction_id AND (finished_at IS NULL OR started_at IS NOT NULL)
UNION ALL
SELECT created_at, gpu_seconds FROM erased_use
WHERE user_id = :user_id AND guild_id = :guild_id AND created_at > :now - :day_seconds AND gpu_seconds > 0
ORDER BY created_at
"""


def check_member(job: NewJob, count: int, limits: MemberLimits, statements: Statements) -> None:
    """Of ``count`` jobs that were just written for one interaction; an error undoes that.

    What is not limited is not counted.

    Raises:
        TooManyOpen, UsedUp: which limit it is, and when it will be possible again.
    """
    key: Columns = {
        "user_id": job.place.user_id,
        "guild_id": job.place.guild_id,
        "interaction_id": job.interaction_id,
    }
    if limits.cooldown_seconds:
        _check_pace(statements.run(_LAST, key)[0], limits.cooldown_seconds)
    if limits.waiting:
        _check_waiting(statements.run(_WAITING, key)[0]["waiting"], count, limits.waiting)
    if limits.a_day or limits.gpu_seconds_a_day:
        rows = statements.run(_OF_DAY, {**key, "day_seconds": DAY_SECONDS})
        if limits.a_day:
            _check_day(rows, count, limits.a_day)
        if limits.gpu_seconds_a_day:
            _check_gpu(rows, limits.gpu_seconds_a_day)


def _check_pace(last: Row, cooldown_seconds: int) -> None:
    free_at = (last["created_at"] or 0) + cooldown_seconds
    if last["now"] < free_at:
        raise UsedUp(text("limit-cooldown", seconds=cooldown_seconds, when=_moment(free_at)))


def _check_waiting(waiting: int, count: int, limit: int) -> None:
    if count > limit:
        raise TooManyOpen(text("limit-waiting-never", limit=limit))
    if waiting + count > limit:
        raise TooManyOpen(text("limit-waiting", waiting=waiting, limit=limit))


def _check_day(rows: Sequence[Row], count: int, limit: int) -> None:
    if count > limit:
        raise UsedUp(text("limit-day-never", limit=limit))
    if (too_many := len(rows) + count - limit) > 0:
        raise UsedUp(text("limit-day", used=len(rows), limit=limit, when=_leaves(rows[too_many - 1])))


def _check_gpu(rows: Sequence[Row], limit_seconds: int) -> None:
    """The oldest leave first, until there is room again."""
    used = left = sum(row["seconds"] for row in rows)
    for row in rows:
        if left < limit_seconds:
            return
        left -= row["seconds"]
        if left < limit_seconds:
            raise UsedUp(
                text(
                    "limit-gpu",
                    used=round(used / 60, 1),
                    limit=round(limit_seconds / 60, 1),
                    when=_leaves(row),
                )
            )


def _leaves(row: Row) -> str:
    """When a job is a day old."""
    return _moment(row["created_at"] + DAY_SECONDS)


def _moment(unix_seconds: float) -> str:
    """As Discord's timestamps take it, never too early."""
    return str(int(-(-unix_seconds // 1)))
