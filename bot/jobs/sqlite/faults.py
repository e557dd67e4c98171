"""The faults of SQLite in the words of the store."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from bot.texts import text

_PASSING = {
    sqlite3.SQLITE_FULL: StoreFault.FULL,
    sqlite3.SQLITE_BUSY: StoreFault.BUSY,
    sqlite3.SQLITE_LOCKED: StoreFault.BUSY,
    sqlite3.SQLITE_READONLY: StoreFault.UNWRITABLE,
    sqlite3.SQLITE_IOERR: StoreFault.UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: StoreFault.UNWRITABLE,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def openable(path: Path) -> Generator[None]:
    """While it is being opened, every fault means that the database cannot be used at all."""
    try:
        yield
    except (sqlite3.DatabaseError, StoreUnavailable) as error:
        if _code_of(error) == sqlite3.SQLITE_CORRUPT:
            raise damaged(path, str(error)) from error
        cause = error.details if isinstance(error, StoreUnavailable) else str(error)
        raise StoreUnusable(text("store-not-opened", path=str(path), problem=cause)) from error


@contextmanager
def translated(path: Path) -> Generator[None]:
    """What goes wrong while the database is in use.

    Raises:
        StoreUnavailable: it may go better the next time.
        StoreUnusable: the file is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = _code_of(error)
        if code in _DAMAGED:
            raise damaged(path, str(error)) from error
        if (fault := _PASSING.get(code)) is None:
            raise  # a wrong statement: a bug
        raise StoreUnavailable(fault, str(error)) from error


def _code_of(error: Exception) -> int:
    """The primary code. What Python itself complains of, a wrong number of parameters for one, has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


def damaged(path: Path, how: str) -> StoreUnusable:
    return StoreUnusable(text("store-damaged", path=str(path), problem=how))


def lost(path: Path) -> StoreUnusable:
    return StoreUnusable(text("store-replaced", path=str(path)))


def unwritable(path: Path, seconds: float, how: str) -> StoreUnusable:
    return StoreUnusable(text("store-not-written", path=str(path), seconds=f"{seconds:.0f}", problem=how))
