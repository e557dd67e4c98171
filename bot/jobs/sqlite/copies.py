"""A copy of the ledger, made while a bot may be using it, and put in the ledger's place again.

Copying the file by other means is no copy: what was committed last lies in the file beside it (``-wal``), and one such
file left beside another ledger would be taken for its own.
"""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from bot.jobs.sqlite.faults import damaged, openable
from bot.jobs.sqlite.lock import only_instance
from bot.jobs.sqlite.own_files import keep_private, prepare_folder
from bot.jobs.store import StoreUnusable
from bot.texts import text

_BESIDE = ("", "-wal", "-shm")


def copy_ledger(ledger: Path, copy: Path) -> None:
    """Everything that is committed by now, as one file, readable for its owner alone.

    Until it is whole there is nothing at ``copy``. Blocks for as long as the disk takes.

    Raises:
        StoreUnusable: the ledger cannot be read, is damaged, or the copy cannot be written.
    """
    if not ledger.is_file():
        raise StoreUnusable(text("store-missing", path=str(ledger)))
    prepare_folder(copy)
    half = copy.with_name(f"{copy.name}.half")
    half.unlink(missing_ok=True)
    keep_private(half)
    try:
        with openable(half), closing(sqlite3.connect(half)) as written:
            with openable(ledger), closing(sqlite3.connect(ledger)) as read:
                read.backup(written)
            written.execute("PRAGMA journal_mode = DELETE")  # so that nothing of it lies beside it
            if (found := written.execute("PRAGMA quick_check").fetchone()) != ("ok",):
                raise damaged(ledger, str(found[0]))
        half.replace(copy)
    finally:
        half.unlink(missing_ok=True)


def put_back(copy: Path, ledger: Path) -> Path | None:
    """Let the copy be the ledger. Returns where the one lies that was there; None: there was none.

    Raises:
        StoreInUse: a bot is running on it.
        StoreUnusable: one of the two cannot be read or written.
    """
    ledger = prepare_folder(ledger)
    with only_instance(ledger):
        fresh = ledger.with_name(f"{ledger.name}.restored")
        copy_ledger(copy, fresh)  # before anything changes
        before = _set_aside(ledger)
        fresh.replace(ledger)
    return before


def _set_aside(ledger: Path) -> Path | None:
    if not ledger.exists():
        return None
    names = (ledger.with_name(f"{ledger.name}.before-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    for suffix in _BESIDE:
        file = ledger.with_name(ledger.name + suffix)
        if file.exists():
            file.replace(aside.with_name(aside.name + suffix))
    return aside
