"""Reads a folder of ``workflows/``: a workflow, in whatever form, becomes a template, or a draft of one.

Only this module reads its files. Everything that can be known without a server is checked here.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from bot.comfy import Graph, GraphError, graph_to_json, parse_graph
from bot.comfy_words import told
from bot.os_reasons import reason
from bot.texts import text
from bot.workflows.after import After
from bot.workflows.binding import wrong_prefix
from bot.workflows.command_file import COMMAND_FILE, command_after, command_name, parse_command
from bot.workflows.draft import Draft
from bot.workflows.inference.naming import legal
from bot.workflows.sources import Found, Origin, SourceError, read_workflow
from bot.workflows.template import Template, WorkflowError

GRAPH_FILE = "workflow.json"
RESERVED_NAMES = {
    *("queue", "cancel", "preset", "jobs", "job", "settings", "compare"),
    *("mod", "stats", "words", "owner", "privacy", "workflow", "run"),
}
"""The bot's own commands, which no workflow can be called."""


def after_in(template: Template | Draft) -> After:
    """What its file wants under the results.

    Raises:
        WorkflowError: the file cannot be read so.
    """
    if isinstance(template, Template):
        return template.after
    return After() if template.command is None else command_after(template.command, template.folder)


def workflow_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of single workflows, in the order of their names.

    Raises:
        WorkflowError: ``folder`` is none, or cannot be looked into.
    """
    try:
        if folder.is_dir():
            return tuple(path for path in sorted(folder.iterdir()) if _may_be_one(path))
    except OSError as error:
        raise WorkflowError(text("folder-unseen", folder=str(folder), problem=reason(error))) from error
    raise WorkflowError(text("folder-none", folder=str(folder)))


def _may_be_one(path: Path) -> bool:
    try:
        return not path.name.startswith((".", "_")) and path.is_dir()
    except OSError:  # a link to where we may not look: reading it tells
        return True


def same_command(name: str, one: Path, other: Path) -> WorkflowError:
    return WorkflowError(text("same-command", one=str(one), other=str(other), name=name))


def load_template(folder: Path) -> Template | Draft:
    """One workflow: a template where graph and command are both written down, else a draft.

    Raises:
        WorkflowError: as above.
    """
    try:
        template = _load(folder)
    except OSError as error:
        raise WorkflowError(text("folder-unseen", folder=str(folder), problem=reason(error))) from error
    if template.name in RESERVED_NAMES:
        raise WorkflowError(text("own-command", folder=str(folder), name=template.name))
    return template


def _load(folder: Path) -> Template | Draft:
    file = workflow_file(folder)
    command = _read(folder / COMMAND_FILE) if (folder / COMMAND_FILE).exists() else None
    found, fingerprint = read_file(file), _fingerprint(file, command)
    if found.origin is Origin.API_GRAPH and found.is_bare and command is not None:
        return replace(parse_command(command, folder, _read_graph(file)), fingerprint=fingerprint)
    name = _name_of(folder) if command is None else command_name(command, folder)
    return Draft(name, folder, file, found, command, fingerprint)


def _fingerprint(file: Path, command: str | None) -> str:
    try:
        with file.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256")
    except OSError as error:
        raise WorkflowError(text("path-unreadable", file=str(file), problem=reason(error))) from error
    digest.update(b"\0" if command is None else command.encode())
    return digest.hexdigest()


def _name_of(folder: Path) -> str:
    name = legal(folder.name)
    if not name:
        raise WorkflowError(text("folder-nameless", folder=str(folder)))
    return name


def read_file(file: Path) -> Found:
    """What a file has of a workflow, in whatever form.

    Raises:
        WorkflowError: it has none, or cannot be read.
    """
    try:
        with file.open("rb") as source:
            return read_workflow(source)
    except SourceError as error:
        raise WorkflowError(text("wrong-in", file=str(file), problem=error.message)) from error
    except OSError as error:
        raise WorkflowError(text("path-unreadable", file=str(file), problem=reason(error))) from error


def workflow_file(folder: Path) -> Path:
    """``workflow.json``, or the only file that could be it: a picture with the workflow inside, for instance.

    Raises:
        WorkflowError: there is none, or it is not clear which.
        OSError: the folder cannot be looked into.
    """
    if (folder / GRAPH_FILE).exists():
        return folder / GRAPH_FILE
    files = sorted(path for path in folder.iterdir() if path.is_file() and not is_aside(path))
    if len(files) == 1:
        return files[0]
    if not files:
        raise WorkflowError(
            text(
                "workflow-file-missing", file=str(folder / GRAPH_FILE), graph=GRAPH_FILE, command=COMMAND_FILE
            )
        )
    names = ", ".join(path.name for path in files)
    raise WorkflowError(text("workflow-file-several", folder=str(folder), names=names, graph=GRAPH_FILE))


def is_aside(path: Path) -> bool:
    """Whether a file in a workflow's folder is never the workflow."""
    return path.name == COMMAND_FILE or path.name.startswith(".") or path.suffix.lower() in {".md", ".txt"}


def _read_graph(path: Path) -> Graph:
    try:
        graph = parse_graph(_read(path))
        graph_to_json(graph)  # Python reads NaN and Infinity in JSON, and nobody else does
    except GraphError as error:
        raise WorkflowError(text("wrong-in", file=str(path), problem=told(error.words))) from error
    problem = wrong_prefix(graph)
    if problem is not None:
        raise WorkflowError(text("wrong-in", file=str(path), problem=problem))
    return graph


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors begin a file with a byte order mark
    except FileNotFoundError as error:
        missing = text("file-missing", file=str(path), graph=GRAPH_FILE, command=COMMAND_FILE)
        raise WorkflowError(missing) from error
    except UnicodeDecodeError as error:
        raise WorkflowError(text("file-not-utf8", file=str(path))) from error
    except OSError as error:
        raise WorkflowError(text("path-unreadable", file=str(path), problem=reason(error))) from error
