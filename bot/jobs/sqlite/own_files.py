"""The database's files on the disk: nobody else may read them, and they stay where they are.

What people asked for, and the tokens by which they are answered, is in them.
"""

import logging
import os
from pathlib import Path
from typing import TypeAlias

from bot.jobs.store import StoreUnusable
from bot.os_reasons import reason
from bot.texts import text

log = logging.getLogger(__name__)

_OWNER_ONLY = 0o600
_FOLDER_OWNER_ONLY = 0o700

Identity: TypeAlias = tuple[int, int]
"""Of a file, whatever it is called: device and inode."""


def prepare_folder(path: Path) -> Path:
    """Make the folder of the database, for its owner alone. One that is there already is left as it is.

    Returns the path with its links resolved.

    Raises:
        StoreUnusable: it cannot be made.
    """
    path = path.absolute()
    try:
        path.parent.mkdir(_FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(text("store-no-folder", path=str(path), problem=reason(error))) from error
    return path.resolve()


def keep_private(path: Path) -> None:
    """Make the file with rights for its owner alone, or take away the others' (an older version let them read).

    To be called before SQLite opens it: SQLite gives the files beside it the same rights, and closing a file that it
    has open would release its locks. Windows keeps rights elsewhere.
    """
    if os.name != "posix":
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    except FileExistsError:
        _restrict(path)
    except OSError as error:
        log.debug("%s cannot be made (%s); SQLite will say why", path, error)


def _restrict(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        file = path.with_name(path.name + suffix)
        try:
            if file.is_file() and file.stat().st_mode & 0o077:
                file.chmod(_OWNER_ONLY)
        except OSError as error:
            log.warning(
                "%s can be read by others, and its rights cannot be changed: %s", file, error.strerror
            )


def identity_of(path: Path) -> Identity | None:
    """None: there is no such file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
