"""``workflow add``: a folder under ``workflows/`` for a workflow of any form, with a ``command.toml`` to go on from."""

import shutil
from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from bot.comfy import ObjectInfo, graph_to_json, parse_graph
from bot.comfy_words import told
from bot.os_reasons import reason
from bot.texts import text
from bot.workflow_command.authoring import first_command
from bot.workflow_command.knowledge import Unusable
from bot.workflow_command.show import draft_of
from bot.workflow_command.terminal import Terminal
from bot.workflows import Draft, Template, Unavailable, Workflow, WorkflowError, load_template
from bot.workflows.command_file import COMMAND_FILE
from bot.workflows.discord_rules import wrong_name
from bot.workflows.drafting import Drafted, drafted
from bot.workflows.loading import GRAPH_FILE, is_aside, workflow_folders
from bot.workflows.offering import Offering
from bot.workflows.sources import Origin

_JSON = frozenset({Origin.API_GRAPH, Origin.UI_GRAPH, Origin.APP, Origin.JSON})


class Addition(Struct, frozen=True):
    """What is to be added, and where."""

    file: Path
    name: str
    parent: Path

    @property
    def folder(self) -> Path:
        return self.parent / self.name


def add(addition: Addition, offering: Offering, terminal: Terminal) -> int:
    """Make the folder, by the first server that has what it takes; returns the exit status: 1 if the server lacks what it takes to know the options.

    Raises:
        WorkflowError, Unusable: why nothing was added.
    """
    _check_place(addition)
    draft = replace(draft_of(addition.file, addition.name), folder=addition.folder)
    info = offering.nearest(draft)
    made = drafted(draft, [info])
    if isinstance(made, Unavailable):
        terminal.complain(text("workflow-add-unknown"))
        terminal.list(made.reasons)
        return 1
    options = offering.options(made.template, (*made.template.options, *made.spare), info)
    command = first_command(made, options, terminal)
    as_it_came = _says_the_same(draft, command, made.template, info)
    _write(addition.folder, draft, None if as_it_came else made.template, command)
    for warning in made.warnings:
        terminal.complain(told(warning))
    if not as_it_came:
        terminal.complain(text("workflow-add-rewritten"))
    added = _read_back(addition.folder, offering, info)
    terminal.write(text("workflow-add-done", folder=str(addition.folder), count=len(made.template.options)))
    if isinstance(added, Unavailable):
        terminal.complain(text("workflow-show-lacks"))
        terminal.list(added.reasons)
    return 0


def _check_place(addition: Addition) -> None:
    problem = wrong_name(addition.name)
    if problem is None and addition.name.startswith("_"):
        problem = text("rule-aside")
    if problem is not None:
        raise WorkflowError(text("add-name", name=addition.name, problem=problem))
    if addition.folder.exists():
        raise WorkflowError(text("add-exists", folder=str(addition.folder)))
    for folder in workflow_folders(addition.parent) if addition.parent.exists() else ():
        if _command_of(folder) == addition.name:
            raise WorkflowError(text("add-same", folder=str(folder), name=addition.name))


def _command_of(folder: Path) -> str | None:
    try:
        return load_template(folder).name
    except WorkflowError:  # which ``check`` tells
        return None


def _says_the_same(draft: Draft, command: str, template: Template, info: ObjectInfo) -> bool:
    """Whether the file as it came makes the template's graph: not with placeholders, which are values there."""
    if draft.found.origin is Origin.API_GRAPH:
        try:
            return parse_graph(draft.file.read_text(encoding="utf-8-sig")) == template.graph
        except ValueError:  # a wrapper or an encoding that only bot.workflows.sources understands
            return False
    again = drafted(replace(draft, command=command), [info])
    return isinstance(again, Drafted) and again.template.graph == template.graph


def _write(folder: Path, draft: Draft, instead: Template | None, command: str) -> None:
    """``instead``: its graph takes the place of the file."""
    try:
        folder.mkdir(parents=True)  # not if it exists
    except OSError as error:
        raise Unusable(text("wrong-in", file=str(folder), problem=reason(error))) from error
    try:
        if instead is None:
            shutil.copyfile(draft.file, folder / _kept_as(draft))
        else:
            (folder / GRAPH_FILE).write_text(f"{graph_to_json(instead.graph)}\n", encoding="utf-8")
        (folder / COMMAND_FILE).write_text(command, encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Unusable(text("wrong-in", file=str(folder), problem=reason(error))) from error


def _kept_as(draft: Draft) -> str:
    """A picture keeps its name, unless it would be passed over under that. What it is shows in its content."""
    return GRAPH_FILE if draft.found.origin in _JSON or is_aside(draft.file) else draft.file.name


def _read_back(folder: Path, offering: Offering, info: ObjectInfo) -> Workflow | Unavailable:
    """As the bot will."""
    try:
        return offering.workflow(load_template(folder), info)
    except WorkflowError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
