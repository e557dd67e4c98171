"""The faults of PostgreSQL in the words of the store."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg

from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from bot.texts import text

# By the first two characters of the code, or all five: https://www.postgresql.org/docs/current/errcodes-appendix.html
_PASSING = {
    "53100": StoreFault.FULL,
    "53": StoreFault.BUSY,  # no connection, or no memory, is left
    "25006": StoreFault.UNWRITABLE,  # a standby, or the server was set to only read
    "58030": StoreFault.UNWRITABLE,
    "55P03": StoreFault.BUSY,
    "57014": StoreFault.BUSY,
    "40": StoreFault.BUSY,
    "08": StoreFault.AWAY,
    "25P03": StoreFault.AWAY,
    "25P04": StoreFault.AWAY,
    "57P": StoreFault.AWAY,
}
_DAMAGED = "XX001", "XX002"

CONFLICTS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
"""Of two writes that stood in each other's way one was undone; made anew it may pass."""


@contextmanager
def openable(label: str) -> Generator[None]:
    """While it is being opened, every fault means that the database cannot be used at all."""
    try:
        yield
    except (psycopg.Error, StoreUnavailable) as error:
        cause = error.details if isinstance(error, StoreUnavailable) else first_line(error)
        raise StoreUnusable(text("store-server-not-opened", label=label, problem=cause)) from error


@contextmanager
def translated(label: str) -> Generator[None]:
    """What goes wrong while the database is in use.

    Raises:
        StoreUnavailable: it may go better the next time.
        StoreUnusable: it is damaged.
    """
    try:
        yield
    except psycopg.Error as error:
        code = error.sqlstate or ""
        if code in _DAMAGED:
            raise StoreUnusable(
                text("store-server-damaged", label=label, problem=first_line(error))
            ) from error
        if (fault := _fault_of(error, code)) is None:
            raise  # a wrong statement, or a right that is missing: a bug
        raise StoreUnavailable(fault, first_line(error)) from error


def _fault_of(error: psycopg.Error, code: str) -> StoreFault | None:
    for length in (5, 3, 2):
        if (fault := _PASSING.get(code[:length])) is not None:
            return fault
    # The driver's own complaints have no code: no session could be had, or it ended in the middle.
    no_session = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return StoreFault.AWAY if no_session else None


def first_line(error: BaseException) -> str:
    """The cause without the statement, which may hold what people wrote."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
