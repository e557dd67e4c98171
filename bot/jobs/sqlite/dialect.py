"""The ledger's statements as SQLite takes them: see :mod:`bot.jobs.database`."""

from functools import lru_cache
from typing import LiteralString

from bot.jobs.clock import Clock
from bot.jobs.database import Columns

_STATEMENTS = 256
"""More than there are."""


def in_sqlite(sql: LiteralString, parameters: Columns | None, clock: Clock) -> tuple[str, Columns]:
    """The statement and its parameters, with the time where it asks for that."""
    statement, needs_time = _translated(sql)
    return statement, {**(parameters or {}), "now": clock()} if needs_time else parameters or {}


@lru_cache(_STATEMENTS)
def _translated(sql: str) -> tuple[str, bool]:
    return sql.replace("FOR UPDATE SKIP LOCKED", "").replace("FOR UPDATE", ""), ":now" in sql
