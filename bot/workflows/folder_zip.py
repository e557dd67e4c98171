"""A workflow's folder as a zip: what one server exports another takes, or its operator puts into ``workflows/``. Pure.

Nothing is written to a disk, so a path or a link in a zip leads nowhere; it is refused where it is none that a folder has.
"""

import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from bot.texts import text
from bot.workflows.command_file import COMMAND_FILE, command_name
from bot.workflows.loading import GRAPH_FILE
from bot.workflows.sources.archives import is_archive, members
from bot.workflows.sources.found import Damaged, NothingFound
from bot.workflows.sources.window import Window

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip knows: the same folder gives the same zip."""
_READABLE = 0o644 << 16
_MAX_PATH = 200
"""Characters: a zip may hold 65,535 in each, and a sentence has to fit a message."""


def to_zip(name: str, source: bytes, command: str) -> bytes:
    """The folder ``name`` with the document of a workflow and its command.toml."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for file, content in ((GRAPH_FILE, source), (COMMAND_FILE, command.encode())):
            member = zipfile.ZipInfo(f"{name}/{file}", _BEGINNING)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, _READABLE
            archive.writestr(member, content)
    return target.getvalue()


def from_zip(content: bytes) -> tuple[str, bytes, str]:
    """Name, document and command.toml of the one workflow in a zip.

    Raises:
        WorkflowError: it is no zip of a workflow's folder, it is larger than :mod:`bot.workflows.sources.archives` allows, or
            neither its command.toml nor its folder gives it a name that Discord takes.
    """
    found: dict[str, bytes] = {}
    folders = set[PurePosixPath]()
    file = BytesIO(content)
    if not is_archive(content):
        raise NothingFound(text("folder-zip-none", graph=GRAPH_FILE, command=COMMAND_FILE))
    for filename, unpacked in members(Window(file), file):
        path = PurePosixPath(filename)
        if path.name in {GRAPH_FILE, COMMAND_FILE}:
            _check_path(filename)
            if path.name in found:
                raise NothingFound(text("folder-zip-several", file=path.name))
            found[path.name] = unpacked
            folders.add(path.parent)
    if len(found) < 2 or len(folders) > 1:  # both of one folder
        raise NothingFound(text("folder-zip-none", graph=GRAPH_FILE, command=COMMAND_FILE))
    command = _words(found[COMMAND_FILE])
    (folder,) = folders
    return command_name(command, Path(folder.name)), found[GRAPH_FILE], command


def _check_path(filename: str) -> None:
    odd = filename.startswith("/") or ".." in filename.split("/") or "\\" in filename or ":" in filename
    if odd or len(filename) > _MAX_PATH:
        raise Damaged(text("folder-zip-path", path=filename[:_MAX_PATH]))


def _words(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Damaged(text("folder-zip-not-utf8", file=COMMAND_FILE)) from error
