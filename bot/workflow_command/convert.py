"""``workflow convert``: workflows of any form to graphs in API format, as ComfyUI's own editor exports them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.comfy import Graph, GraphError, graph_to_json
from bot.comfy.convert import NodePlans, Unconvertible, convert
from bot.comfy_words import told
from bot.os_reasons import reason
from bot.texts import text
from bot.workflow_command.knowledge import Unusable
from bot.workflow_command.terminal import Terminal
from bot.workflows import WorkflowError
from bot.workflows.loading import read_file
from bot.workflows.sources import SourceError


def convert_all(
    files: Sequence[Path], plans: Sequence[NodePlans], output: Path | None, terminal: Terminal
) -> int:
    """Convert what can be, by the first server that can; returns the exit status: 1 if any was refused."""
    if output is not None:
        _make(output)
    written: dict[Path, Path] = {}
    converted: list[bool] = []
    for file in files:
        target = (
            None
            if output is None
            else output / f"{file.name.removesuffix(file.suffix).removesuffix('.ui')}.json"
        )
        if target is not None and (other := written.setdefault(target, file)) is not file:
            terminal.complain(
                text("workflow-convert-twice", file=str(file), other=str(other), target=str(target))
            )
            converted.append(False)
        else:
            converted.append(_convert(file, plans, target, terminal))
    return 0 if all(converted) else 1


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(text("wrong-in", file=str(folder), problem=reason(error))) from error


def _convert(file: Path, plans: Sequence[NodePlans], target: Path | None, terminal: Terminal) -> bool:
    """Whether the file became a graph; says on stderr what was odd or why not."""
    try:
        graph = _graph(file, plans, terminal)
        if graph is not None:
            _write(graph_to_json(graph), file, target, terminal)
    except (Unusable, WorkflowError) as problem:
        cause = problem.__cause__ if isinstance(problem.__cause__, SourceError) else problem
        terminal.complain(text("workflow-convert-refused", file=file.name, problem=cause.message))
        return False
    except (Unconvertible, GraphError) as problem:
        terminal.complain(text("workflow-convert-refused", file=file.name, problem=told(problem.words)))
        return False
    return graph is not None


def _graph(file: Path, plans: Sequence[NodePlans], terminal: Terminal) -> Graph | None:
    """None when the server lacks what it takes, which is said."""
    found = read_file(file)
    if found.prompt is not None or found.workflow is None:
        terminal.complain(text("workflow-convert-is-graph", file=file.name))
        return found.prompt
    now = datetime.now().astimezone()
    tried = [convert(found.workflow, each, now=now) for each in plans]
    converted = min(tried, key=lambda each: len(each.missing))
    for warning in converted.warnings:
        terminal.complain(text("wrong-in", file=file.name, problem=told(warning)))
    for obstacle in converted.missing:
        terminal.complain(text("workflow-convert-refused", file=file.name, problem=told(obstacle.words)))
    return None if converted.missing else converted.graph


def _write(graph: str, file: Path, target: Path | None, terminal: Terminal) -> None:
    if target is None:
        terminal.write(graph)
        return
    try:
        if target.exists() and target.samefile(file):
            raise Unusable(text("workflow-convert-overwrites"))
        target.write_text(f"{graph}\n", encoding="utf-8")
    except OSError as error:
        raise Unusable(text("wrong-in", file=str(target), problem=reason(error))) from error
