"""A transaction whose end is always known, even where the answer to its COMMIT got lost on the way.

Each session has a row in ``last_writes``, and each of its transactions that writes anything leaves its number there: what
is committed is whatever that row says. (PostgreSQL's own ``pg_xact_status`` cannot tell after a crash: numbers of
transactions that were not on the disk yet are given to others.)
"""

from collections.abc import Callable
from typing import Any, LiteralString, TypeVar

import psycopg

from bot.jobs.clock import Clock
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.postgres.dialect import SERVER_TIME, in_postgres
from bot.jobs.postgres.sessions import Connection

T = TypeVar("T")

_SIGN = f"""
INSERT INTO last_writes (session, number, at)
SELECT %s, %s, {SERVER_TIME} WHERE pg_current_xact_id_if_assigned() IS NOT NULL
ON CONFLICT (session) DO UPDATE SET number = excluded.number, at = excluded.at
RETURNING number
"""  # a literal
# It waits for a transaction of that session that the server has not ended yet.
_LAST = """
INSERT INTO last_writes (session, number, at) VALUES (%s, 0, 0)
ON CONFLICT (session) DO UPDATE SET session = excluded.session
RETURNING number
"""
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class Unsettled(Exception):
    """The session was lost at the COMMIT: whether it was made, only the server knows. See :func:`was_committed`."""

    def __init__(self, session: str, number: int, result: Any) -> None:
        super().__init__(f"write {number} of session {session} was to be committed when the session was lost")
        self.session = session
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

    def try_lock(self, name: str, /) -> bool:
        return bool(self._connection.execute(_TRY_LOCK, (name,)).fetchall()[0][0])


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
        connection.writes += 1
        wrote = bool(connection.execute(_SIGN, (connection.name, connection.writes)).fetchall())
    except BaseException:  # whatever ends the work, the session goes on without its half
        if not connection.closed:
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except psycopg.Error as error:
        if wrote:
            raise Unsettled(connection.name, connection.writes, result) from error
    return result


def was_committed(unsettled: Unsettled, connection: Connection) -> bool:
    """Whether it was, once the server has ended it one way or the other.

    Raises:
        psycopg.Error: it has not noticed yet that the session is lost, or cannot be asked.
    """
    return connection.execute(_LAST, (unsettled.session,)).fetchall()[0][0] == unsettled.number
