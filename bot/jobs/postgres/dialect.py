"""The ledger's statements as PostgreSQL takes them: see :mod:`bot.jobs.database`."""

import re
from functools import lru_cache
from typing import LiteralString

from bot.jobs.clock import Clock
from bot.jobs.database import Columns

_STATEMENTS = 256
"""More than there are."""

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")

SERVER_TIME: LiteralString = "extract(epoch FROM statement_timestamp())::float8"
"""Unix seconds by the server's clock: for all processes one."""


def in_postgres(sql: LiteralString, parameters: Columns | None, clock: Clock | None) -> tuple[bytes, Columns]:
    """The statement and its parameters. Without a ``clock`` the server's own is asked within the statement."""
    statement = _translated(sql, clock is None)
    return statement, parameters or {} if clock is None else {**(parameters or {}), "now": clock()}


@lru_cache(_STATEMENTS)
def _translated(sql: str, by_server: bool) -> bytes:  # noqa: FBT001  # the cache passes by place
    def parameter(found: re.Match[str]) -> str:
        name = found[1]
        return SERVER_TIME if by_server and name == "now" else f"%({name})s"

    escaped = sql.replace("%", "%%").replace("CROSS JOIN", "JOIN")
    return _PARAMETER.sub(parameter, escaped).encode()
