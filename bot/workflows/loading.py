"""Reads ``workflows/``: every folder with a ``workflow.json`` and a ``command.toml`` becomes a template.

The only module of this package that touches files. Everything that can be known without a server is checked here.
"""

from pathlib import Path

from bot.comfy import Graph, GraphError, graph_to_json, parse_graph
from bot.workflows.binding import wrong_prefix
from bot.workflows.command_file import COMMAND_FILE, parse_command
from bot.workflows.template import Template, WorkflowError

GRAPH_FILE = "workflow.json"


def load_templates(folder: Path) -> tuple[Template, ...]:
    """Every workflow under ``folder``, in the order of the folders' names.

    Raises:
        WorkflowError: a file is missing or wrong; one sentence names file, option, node and input.
    """
    if not folder.is_dir():
        raise WorkflowError(
            f"{folder} is not a folder: make it, or set WORKFLOWS_DIR to where the workflows are"
        )
    templates: dict[str, Template] = {}
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith((".", "_")):
            continue
        template = load_template(path)
        if template.name in templates:
            other = templates[template.name].folder
            raise WorkflowError(f"{other} and {path} both make the command '{template.name}': rename one")
        templates[template.name] = template
    return tuple(templates.values())


def load_template(folder: Path) -> Template:
    graph = _read_graph(folder / GRAPH_FILE)
    return parse_command(_read(folder / COMMAND_FILE), folder, graph)


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
