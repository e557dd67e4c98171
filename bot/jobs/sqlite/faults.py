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


def translated(error: sqlite3.DatabaseError, path: Path) -> StoreUnavailable | StoreUnusable | None:
    """What went wrong while the database was in use: it may go better the next time, or the file is damaged.

    None: neither, but a wrong statement, which is a bug.
    """
    code = _code_of(error)
    if code in _DAMAGED:
        return damaged(path, str(error))
    fault = _PASSING.get(code)
    return None if fault is None else StoreUnavailable(fault, str(error))


def _code_of(error: Exception) -> int:
    """The primary code. What Python itself complains of, a wrong number of parameters for one, has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


def damaged(path: Path, how: str) -> StoreUnusable:
    return StoreUnusable(text("store-damaged", path=str(path), problem=how))


def lost(path: Path) -> StoreUnusable:
    return StoreUnusable(text("store-replaced", path=str(path)))


def unwritable(path: Path, seconds: float, how: str) -> StoreUnusable:
    return StoreUnusable(text("store-not-written", path=str(path), seconds=f"{seconds:.0f}", problem=how))
