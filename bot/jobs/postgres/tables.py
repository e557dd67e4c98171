"""A database of a server as plain tables, while nobody else has it open: see :mod:`bot.jobs.tables`."""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

from psycopg import sql

from bot.jobs.postgres.database import label_of
from bot.jobs.postgres.faults import openable
from bot.jobs.postgres.sessions import Connection, connect
from bot.jobs.store import StoreUnusable
from bot.jobs.tables import Columns, Values
from bot.texts import text

_OWN = ("comfycord_format", "last_writes", "blobs", "blob_chunks", "previews")
"""What only this database has; the blobs are moved as files are."""
_COLUMNS = """
SELECT relname, array_agg(attname ORDER BY attnum) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped
    AND attgenerated = '' AND attidentity <> 'a' AND relname <> ALL (%s)
GROUP BY relname ORDER BY relname
"""
_IDENTITIES = """
SELECT relname, attname, pg_get_serial_sequence(relname, attname) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relname = %s AND relnamespace = current_schema()::regnamespace AND attidentity = 'd'
"""
_PRIMARY_KEY = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indrelid = %s::regclass AND indisprimary ORDER BY array_position(indkey::int2[], attnum)
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""

LOOKS, LOOK_SECONDS = 20, 0.1
"""So often others are looked for: the server has a session for a moment after it was closed, by this very program too."""


class PostgresTables:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def columns(self) -> Columns:
        return {table: tuple(columns) for table, columns in self._connection.execute(_COLUMNS, (list(_OWN),))}

    def count(self, table: str) -> int:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        return self._connection.execute(query).fetchall()[0][0]

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Values]:
        query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), self._order(table)
        )
        with self._connection.transaction(), self._connection.cursor(f"rows of {table}") as cursor:
            yield from map(tuple, cursor.execute(query))

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Values], expected: int) -> None:
        name, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        with self._connection.transaction():
            self._connection.execute(sql.SQL("DELETE FROM {}").format(name))
            copying = sql.SQL("COPY {} ({}) FROM STDIN").format(name, names)
            with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(row)
            if (found := self.count(table)) != expected:
                raise StoreUnusable(
                    text("store-rows-lost", found=str(found), expected=str(expected), table=table)
                )
            self._count_on(table)

    def _order(self, table: str) -> sql.Composable:
        if table == "pending_orders":
            return sql.Identifier("rowid")
        key = [column for (column,) in self._connection.execute(_PRIMARY_KEY, (table,))]
        return sql.SQL(", ").join(map(sql.Identifier, key))

    def _count_on(self, table: str) -> None:
        """Let the next number be one that no row has."""
        for _, column, sequence in self._connection.execute(_IDENTITIES, (table,)).fetchall():
            following = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}")
            self._connection.execute(
                following.format(sql.Identifier(column), sql.Identifier(table)), (sequence,)
            )


@contextmanager
def postgres_tables(address: str) -> Generator[PostgresTables]:
    """The tables of a database that has this version's format, for their owner.

    Raises:
        StoreUnusable: others have it open; or it cannot be used.
    """
    label = label_of(address)
    with openable(label), connect(address) as connection:
        _check_alone(connection, label)
        connection.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        yield PostgresTables(connection)


def _check_alone(connection: Connection, label: str) -> None:
    others = 0
    for _ in range(LOOKS):
        others = connection.execute(_OTHERS).fetchall()[0][0]
        if not others:
            return
        time.sleep(LOOK_SECONDS)
    raise StoreUnusable(text("store-server-busy", count=others, label=label))
