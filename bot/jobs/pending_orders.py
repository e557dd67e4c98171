"""What is no job yet, and who waits to be told."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from bot.jobs.bots import falls_to
from bot.jobs.database import ALL_ROWS, Columns, Statements
from bot.jobs.inputs import Source
from bot.jobs.ledger import Ledger
from bot.jobs.pending import Answers, NewReminder, PendingOrder, Reminder
from bot.jobs.pending_rows import (
    PENDING,
    REMINDER,
    columns_of,
    columns_of_reminder,
    pending_of,
    reminder_of,
)
from bot.jobs.pending_store import MOST_PENDING, MOST_REMINDERS, PENDING_SECONDS

_KEEP = """
INSERT INTO pending_orders (id, user_id, guild_id, workflow, option_values, files, origin, created_at)
VALUES (:id, :user_id, :guild_id, :workflow, :option_values, :files, :origin, :now)
ON CONFLICT (id) DO NOTHING
"""

_MAKE_ROOM = """
DELETE FROM pending_orders WHERE id IN (
    SELECT id FROM pending_orders WHERE user_id = :user_id ORDER BY created_at DESC, rowid DESC LIMIT :all OFFSET :most
)
"""

_ONE = f"SELECT {PENDING} FROM pending_orders WHERE id = :id AND user_id = :user_id"  # noqa: S608  # literals only, here and below

_ONE_TO_CHANGE = f"{_ONE} FOR UPDATE"

_TAKE = f"DELETE FROM pending_orders WHERE id = :id AND user_id = :user_id RETURNING {PENDING}"  # noqa: S608

_CHANGE = "UPDATE pending_orders SET option_values = :option_values, files = :files WHERE id = :id"

_REMIND = """
INSERT INTO reminders (job_id, user_id, needs, channel_id, created_at)
SELECT :job_id, :user_id, :needs, :channel_id, :now
WHERE (SELECT count(*) FROM reminders WHERE user_id = :user_id) < :most
ON CONFLICT (job_id, user_id) DO NOTHING
RETURNING number
"""

_REMINDERS = f"SELECT {REMINDER} FROM reminders ORDER BY number"  # noqa: S608

_REMINDERS_OF_BOT = f"""
SELECT {REMINDER} FROM (
    SELECT {REMINDER}, (SELECT guild_id FROM jobs WHERE jobs.id = reminders.job_id) AS guild_id FROM reminders
) AS reminder
WHERE {falls_to(":bot")}
ORDER BY number
"""  # noqa: S608

_KNOWN = "SELECT number FROM reminders WHERE job_id = :job_id AND user_id = :user_id"


class PendingOrders(Ledger):
    async def keep_pending(self, order: PendingOrder) -> None:
        columns: Columns = {**columns_of(order), "most": MOST_PENDING, "all": ALL_ROWS}
        await self._database.write(partial(_keep, columns))

    async def pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        rows = await self._database.read(_ONE, _key(order_id, user_id))
        return pending_of(rows[0]) if rows else None

    async def answer_pending(
        self, order_id: UUID, user_id: int, values: Mapping[str, str], files: Mapping[str, Source]
    ) -> PendingOrder | None:
        def answered(order: PendingOrder) -> Answers:
            return Answers({**order.chosen.values, **values}, {**order.chosen.files, **files})

        return await self._database.write(partial(_changed, _key(order_id, user_id), answered))

    async def reset_pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        return await self._database.write(
            partial(_changed, _key(order_id, user_id), lambda order: order.first)
        )

    async def take_pending(self, order_id: UUID, user_id: int) -> PendingOrder | None:
        rows = await self._database.run(_TAKE, _key(order_id, user_id))
        return pending_of(rows[0]) if rows else None

    async def keep_reminder(self, reminder: NewReminder) -> bool:
        columns: Columns = {**columns_of_reminder(reminder), "most": MOST_REMINDERS}
        return await self._database.write(partial(_remind, columns))

    async def reminders(self, bot: str | None = None) -> Sequence[Reminder]:
        if bot is None:
            rows = await self._database.read(_REMINDERS)
        else:
            rows = await self._database.read(_REMINDERS_OF_BOT, {"bot": bot})
        return [reminder_of(row) for row in rows]

    async def reminded(self, reminder: Reminder) -> None:
        await self._database.run("DELETE FROM reminders WHERE number = :number", {"number": reminder.number})

    async def forget_pending(self, older_than_seconds: float) -> None:
        """Delete orders of yesterday, and reminders that nobody could be told of for so long."""
        await self._database.run(
            "DELETE FROM pending_orders WHERE created_at < :now - :seconds", {"seconds": PENDING_SECONDS}
        )
        await self._database.run(
            "DELETE FROM reminders WHERE created_at < :now - :seconds", {"seconds": older_than_seconds}
        )


def _keep(columns: Columns, statements: Statements) -> None:
    statements.run(_KEEP, columns)
    statements.run(_MAKE_ROOM, columns)


def _remind(columns: Columns, statements: Statements) -> bool:
    statements.lock(f"reminders of {columns['user_id']}")
    return bool(statements.run(_REMIND, columns) or statements.run(_KNOWN, columns))


def _changed(
    key: Columns, change: Callable[[PendingOrder], Answers], statements: Statements
) -> PendingOrder | None:
    rows = statements.run(_ONE_TO_CHANGE, key)
    if not rows:
        return None
    before = pending_of(rows[0])
    order = replace(before, chosen=change(before))
    statements.run(_CHANGE, columns_of(order))
    return order


def _key(order_id: UUID, user_id: int) -> Columns:
    return {"id": str(order_id), "user_id": user_id}
