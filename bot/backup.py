"""``python -m bot backup FOLDER`` and ``restore FOLDER``: what the bot keeps, copied while it runs and put back while it does not.

The ledger, the files that people handed in, and pictures that no ComfyUI has. Settings and workflows are the operator's own.
"""

import os
import shutil
import sys
from pathlib import Path

from bot.errors import Unusable
from bot.inputs.file_blobs import SCRATCH
from bot.jobs.sqlite.copies import copy_ledger, put_back
from bot.os_reasons import reason
from bot.settings import Settings
from bot.spoken import operators_locale
from bot.texts import Text, render, text


def backup(settings: Settings, folder: Path) -> int:
    """Copy everything into ``folder``, which is made; a copy that is there already stays as it is.

    Raises:
        Unusable: something cannot be read or written, or there is a copy already.
    """
    ledger = _file(settings)
    copy = folder / ledger.name
    if copy.exists():
        raise Unusable(text("backup-there", folder=str(folder)))
    files = _kept_beside(settings)
    try:
        # Files first, and those that came meanwhile once the ledger knows them: no job in the copy lacks its own.
        _copy_files(files, folder)
        copy_ledger(ledger, copy)
        _copy_files(files, folder)
    except OSError as error:
        raise _not_copied(error) from error
    return _told(settings, text("backup-made", folder=str(folder.absolute())))


def restore(settings: Settings, folder: Path) -> int:
    """Put back what :func:`backup` copied. What was there is set aside.

    Raises:
        Unusable: a bot is running on the ledger, there is no copy, or something cannot be read or written.
    """
    ledger = _file(settings)
    try:
        before = put_back(folder / ledger.name, ledger)
        for beside in _kept_beside(settings):
            _copy_files([folder / beside.name], beside.parent)
    except OSError as error:
        raise _not_copied(error) from error
    aside = text("restore-nothing-before") if before is None else text("restore-before", file=str(before))
    return _told(settings, text("restore-made", folder=str(folder.absolute()), before=aside))


def _file(settings: Settings) -> Path:
    if isinstance(settings.database, Path):
        return settings.database
    raise Unusable(text("backup-of-server"))


def _kept_beside(settings: Settings) -> list[Path]:
    return [settings.inputs_folder, settings.pictures_folder]


def _copy_files(folders: list[Path], into: Path) -> None:
    """Those that are not there yet. Each is written once and never changed, so one of the same name is the same."""
    into.mkdir(0o700, parents=True, exist_ok=True)
    for folder in folders:
        for file in folder.rglob("*"):
            inside = file.relative_to(folder)
            there = into / folder.name / inside
            if inside.parts[0] != SCRATCH and not there.exists() and file.is_file():
                _copy_file(file, there)


def _copy_file(file: Path, there: Path) -> None:
    there.parent.mkdir(0o700, parents=True, exist_ok=True)
    half = there.with_name(f"{there.name}.half")
    try:
        shutil.copy2(file, half)
    except FileNotFoundError:  # its job has ended meanwhile
        return
    half.replace(there)


def _not_copied(error: OSError) -> Unusable:
    return Unusable(text("backup-not-copied", file=str(error.filename), problem=reason(error)))


def _told(settings: Settings, words: Text) -> int:
    locale = operators_locale(settings.language, os.environ, sys.stdout.encoding)
    sys.stdout.write(render(words, locale) + "\n")
    return 0
