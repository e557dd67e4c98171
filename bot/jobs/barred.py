"""Who may not ask for anything now: whom moderators blocked, and everybody where no job is taken in.

Looked at where the job is committed: it holds from the next click on, in every process, and costs no look of its own.
"""

from typing import LiteralString

from bot.errors import NotAllowed, Refused
from bot.jobs.audit import EVERY_GUILD
from bot.jobs.database import Columns, Statements
from bot.texts import text

_BLOCK: LiteralString = """
SELECT reason, until FROM blocks
WHERE guild_id = :guild_id AND user_id = :user_id AND (until IS NULL OR until > :now)
"""
_DRAIN: LiteralString = "SELECT guild_id FROM pauses WHERE kind = 'drain' AND guild_id IN (0, :guild_id)"

NOT_BARRED: LiteralString = f"NOT EXISTS ({_BLOCK}) AND NOT EXISTS ({_DRAIN})"


def check_barred(columns: Columns, statements: Statements) -> None:
    """Of a job, with ``guild_id`` and ``user_id``.

    Raises:
        NotAllowed, Refused: what :data:`NOT_BARRED` found, in words for the person.
    """
    for block in statements.run(_BLOCK, columns):
        reason: str = block["reason"]
        until: float | None = block["until"]
        why = reason or text("block-no-reason")
        if until is None:
            raise NotAllowed(text("blocked", reason=why))
        raise NotAllowed(text("blocked-until", reason=why, until=str(int(until))))
    places = [row["guild_id"] for row in statements.run(_DRAIN, columns)]
    if EVERY_GUILD in places:
        raise Refused(text("drained-everywhere"))
    if places:
        raise Refused(text("drained"))
