"""One process a database: a lock of the operating system beside the file, which a crash releases too."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.jobs.store import StoreInUse, StoreUnusable
from bot.os_reasons import reason
from bot.texts import text

if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_instance(database: Path) -> Generator[None]:
    """Hold the lock ``<database>.lock`` inside the block.

    The file stays behind, empty: deleting it would let two processes lock two different files of one name.

    Raises:
        StoreInUse: another instance holds it.
        StoreUnusable: the file cannot be made or locked.
    """
    path = database.with_name(f"{database.name}.lock")
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
    except OSError as error:
        raise StoreUnusable(
            text("store-not-usable", path=str(database), problem=reason(error), file=str(path))
        ) from error
    with file:  # closing it releases the lock
        try:
            _take(file)
        except (BlockingIOError, PermissionError) as error:
            raise StoreInUse(database) from error
        except OSError as error:
            raise StoreUnusable(
                text("store-not-locked", path=str(database), problem=reason(error))
            ) from error
        yield
