"""A transaction whose end is always known, even where the answer to its COMMIT got lost on the way."""

from collections.abc import Callable
from typing import Any, LiteralString, TypeVar

import psycopg

from bot.jobs.clock import Clock
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.postgres.dialect import in_postgres
from bot.jobs.postgres.sessions import Connection

T = TypeVar("T")

_NUMBER = "SELECT pg_current_xact_id_if_assigned()::text"
_STATUS = "SELECT pg_xact_status(%s::xid8)"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class Unsettled(Exception):
    """The session was lost at the COMMIT: whether it was made, only the server knows. See :func:`was_committed`."""

    def __init__(self, number: str, result: Any) -> None:
        super().__init__(f"transaction {number} was to be committed when the session was lost")
        self.number = number
        self.result = result


class PostgresStatements:
    """See :class:`bot.jobs.database.Statements`."""

    def __init__(self, connection: Connection, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock

    def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> list[Row]:
        return rows_of(self._connection, sql, parameters, self._clock)

    def lock(self, *names: str) -> None:
        """In the order that is given, which is the same for all who lock the same: so nobody waits for each other."""
        for name in names:
            self._connection.execute(_LOCK, (name,))


def rows_of(
    connection: Connection, sql: LiteralString, parameters: Columns | None, clock: Clock | None
) -> list[Row]:
    cursor = connection.execute(*in_postgres(sql, parameters, clock))
    return [*cursor.fetchall()] if cursor.description else []


def in_transaction(work: Callable[[Statements], T], clock: Clock | None, connection: Connection) -> T:
    """What ``work`` returned, after the commit.

    Raises:
        Unsettled: nobody knows yet.
        psycopg.Error: nothing was written.
    """
    connection.execute("BEGIN")
    try:
        result = work(PostgresStatements(connection, clock))
        number: str | None = connection.execute(_NUMBER).fetchall()[0][0]
    except BaseException:
        if not connection.closed:
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except psycopg.Error as error:
        if number is not None:
            raise Unsettled(number, result) from error
    return result


def was_committed(number: str, connection: Connection) -> bool | None:
    """Whether a transaction was; None: the server is still busy with it, or has not noticed yet that it is lost."""
    try:
        status = connection.execute(_STATUS, (number,)).fetchall()[0][0]
    except psycopg.errors.InvalidParameterValue:
        return False  # a server that knows nothing of it took over: its standby, or itself as it was before
    return None if status == "in progress" else status == "committed"
