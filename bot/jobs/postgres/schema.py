"""Bring a database to the format of this version: numbered scripts, each one transaction, made by one process.

The numbers are those of ``bot/jobs/sqlite/migrations``: at one number both have the same tables. A script only adds, so that
the version before this one can go on beside it (expand); what nobody needs any more goes in a later version (contract),
whose script sets ``usable_from`` to the first format that its statements can live with.
"""

from pathlib import Path

import psycopg

from bot.jobs.postgres.sessions import Connection
from bot.jobs.store import StoreUnusable
from bot.texts import text

FIRST = 8
"""Before it there was only SQLite."""
OLDEST_SERVER = 130000
MIGRATIONS = Path(__file__).with_name("migrations")
ROLES, GRANTS = (Path(__file__).with_name(name) for name in ("roles.sql", "grants.sql"))

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('comfycord format', 0))"
_FOUND = "SELECT number, usable_from FROM comfycord_format"
_CONDITION = """
SELECT pg_is_in_recovery(), has_any_column_privilege('jobs', 'UPDATE'), current_setting('server_version'), number
FROM comfycord_format
"""
# Looked up as rows are: what else knows of tables may remember, behind a lock that it waited for, that there was none.
_TABLES = """
SELECT count(*), coalesce(bool_or(relname = 'comfycord_format'), false) FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = ANY (current_schemas(false)::regnamespace[])
"""
_HAS_ROLES = "SELECT count(*) = 2 FROM pg_roles WHERE rolname IN ('comfycord_bot', 'comfycord_worker')"


def migrations(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """The scripts in order: the first brings an empty database to format :data:`FIRST`."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    for number, file in enumerate(files, start=FIRST):
        if not file.name.startswith(f"{number:04}_"):
            raise ValueError(f"migration {number:04} is missing before {file.name}")
    return tuple(file.read_text(encoding="utf-8") for file in files)


def newest(scripts: tuple[str, ...]) -> int:
    return FIRST + len(scripts) - 1


def migrate(connection: Connection, label: str, scripts: tuple[str, ...]) -> None:
    """Apply the scripts that the database has not seen. Who is not its owner can use one that is as it should be.

    Raises:
        StoreUnusable: the server is too old; a newer version, or another program, made the tables; or they may not be
            changed.
    """
    if connection.info.server_version < OLDEST_SERVER:
        raise StoreUnusable(text("store-server-old", label=label))
    try:
        while (number := _next(connection, label, newest(scripts))) is not None:
            _apply(connection, number, scripts[number - FIRST], is_last=number == newest(scripts))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreUnusable(text("store-server-tables", label=label, user=connection.info.user)) from error


def usable(connection: Connection, label: str) -> str:
    """The label, with what the operator may want to know besides.

    Raises:
        StoreUnusable: nothing can be written there, or this user may not.
    """
    standby, may_write, version, number = connection.execute(_CONDITION).fetchall()[0]
    if standby:
        raise StoreUnusable(text("store-server-standby", label=label))
    if not may_write:
        raise StoreUnusable(text("store-server-rights", user=connection.info.user, label=label))
    return f"{label} (PostgreSQL {version.partition(' ')[0]}, format {number})"


def _next(connection: Connection, label: str, known: int) -> int | None:
    """The number of the script that is to be applied; None: none is."""
    tables, is_ours = connection.execute(_TABLES).fetchall()[0]
    if not is_ours:
        if tables:
            raise StoreUnusable(text("store-server-foreign", label=label))
        return FIRST
    found, usable_from = connection.execute(_FOUND).fetchall()[0]
    if usable_from > known:
        raise StoreUnusable(text("store-server-newer", label=label, found=str(found), known=str(known)))
    return found + 1 if found < known else None


def _apply(connection: Connection, number: int, script: str, *, is_last: bool) -> None:
    """One script, unless another process was faster; with the last one, the users of the ledger learn what they may do."""
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        connection.execute(_LOCK)
        _, is_ours = connection.execute(_TABLES).fetchall()[0]
        if is_ours and connection.execute(_FOUND).fetchall()[0][0] >= number:
            return
        connection.execute(script.encode())
        connection.execute("UPDATE comfycord_format SET number = %s", (number,))
        if is_last and connection.execute(_HAS_ROLES).fetchall()[0][0]:
            connection.execute(GRANTS.read_bytes())
