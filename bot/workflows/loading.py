"""Reads ``workflows/``: every folder with a workflow, in whatever form, becomes a template, or a draft of one.

The only module of this package that touches files. Everything that can be known without a server is checked here.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.comfy import Graph, GraphError, graph_to_json, parse_graph
from bot.workflows.binding import wrong_prefix
from bot.workflows.command_file import COMMAND_FILE, command_name, parse_command
from bot.workflows.draft import Draft
from bot.workflows.inference.naming import legal
from bot.workflows.sources import Found, Origin, SourceError, read_workflow
from bot.workflows.template import Template, WorkflowError

GRAPH_FILE = "workflow.json"
RESERVED_NAMES = {"queue", "cancel", "preset", "jobs", "job"}
"""The bot's own commands, which no workflow can be called."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a folder of workflows."""

    templates: tuple[Template | Draft, ...]
    """In the order of the folders' names."""
    problems: tuple[WorkflowError, ...]
    """Why other folders make no workflow: a file is missing or wrong. One sentence each, with file, option, node, input."""


def load_workflows(folder: Path) -> Loaded:
    """Every workflow under ``folder``: one that is wrong keeps no other from being read.

    Raises:
        WorkflowError: there is no such folder.
    """
    templates: dict[str, Template | Draft] = {}
    problems: list[WorkflowError] = []
    for path in workflow_folders(folder):
        try:
            template = load_template(path)
            if template.name in templates:
                raise same_command(template.name, templates[template.name].folder, path)
        except WorkflowError as problem:
            problems.append(problem)
        else:
            templates[template.name] = template
    return Loaded(tuple(templates.values()), tuple(problems))


def workflow_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of single workflows, in the order of their names.

    Raises:
        WorkflowError: ``folder`` is none.
    """
    if not folder.is_dir():
        raise WorkflowError(
            f"{folder} is not a folder: make it, or set WORKFLOWS_DIR to where the workflows are"
        )
    return tuple(
        path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "_"))
    )


def same_command(name: str, one: Path, other: Path) -> WorkflowError:
    return WorkflowError(f"{one} and {other} both make the command '{name}': rename one")


def load_template(folder: Path) -> Template | Draft:
    """One workflow: a template where graph and command are both written down, else a draft.

    Raises:
        WorkflowError: as above.
    """
    template = _load(folder)
    if template.name in RESERVED_NAMES:
        raise WorkflowError(
            f"{folder}: /{template.name} is one of the bot's own commands: give it another name"
        )
    return template


def _load(folder: Path) -> Template | Draft:
    file = _workflow_file(folder)
    command = _read(folder / COMMAND_FILE) if (folder / COMMAND_FILE).exists() else None
    found = read_file(file)
    if found.origin is Origin.API_GRAPH and found.is_bare and command is not None:
        return parse_command(command, folder, _read_graph(file))
    name = _name_of(folder) if command is None else command_name(command, folder)
    return Draft(name, folder, file, found, command)


def _name_of(folder: Path) -> str:
    name = legal(folder.name)
    if not name:
        raise WorkflowError(f"{folder} has a name of which no command can be made: rename it")
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
        raise WorkflowError(f"{file}: {error}") from error
    except OSError as error:
        raise WorkflowError(f"{file} cannot be read: {error.strerror}") from error


def _workflow_file(folder: Path) -> Path:
    """``workflow.json``, or the only file that could be it: a picture with the workflow inside, for instance."""
    if (folder / GRAPH_FILE).exists():
        return folder / GRAPH_FILE
    files = sorted(path for path in folder.iterdir() if path.is_file() and not is_aside(path))
    if len(files) == 1:
        return files[0]
    if not files:
        raise WorkflowError(
            f"{folder / GRAPH_FILE} is missing: a workflow is a folder with {GRAPH_FILE}, or with a picture or another "
            f"file made by ComfyUI, and perhaps a {COMMAND_FILE}"
        )
    names = ", ".join(path.name for path in files)
    raise WorkflowError(f"{folder} has several files ({names}): call the workflow {GRAPH_FILE}")


def is_aside(path: Path) -> bool:
    """Whether a file in a workflow's folder is never the workflow."""
    return path.name == COMMAND_FILE or path.name.startswith(".") or path.suffix.lower() in {".md", ".txt"}


def _read_graph(path: Path) -> Graph:
    try:
        graph = parse_graph(_read(path))
        graph_to_json(graph)  # Python reads NaN and Infinity in JSON, and nobody else does
    except GraphError as error:
        raise WorkflowError(f"{path}: {error}") from error
    problem = wrong_prefix(graph)
    if problem is not None:
        raise WorkflowError(f"{path}: {problem}")
    return graph


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors begin a file with a byte order mark
    except FileNotFoundError as error:
        raise WorkflowError(
            f"{path} is missing: a workflow is a folder with {GRAPH_FILE} and {COMMAND_FILE}"
        ) from error
    except UnicodeDecodeError as error:
        raise WorkflowError(f"{path} is not UTF-8: save it with that encoding") from error
    except OSError as error:
        raise WorkflowError(f"{path} cannot be read: {error.strerror}") from error
