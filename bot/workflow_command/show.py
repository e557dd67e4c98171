"""``workflow show``: the options that a workflow's command would have on one server, and what that server lacks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.comfy_words import told
from bot.texts import Text, text
from bot.workflow_command.table import columns, shortened
from bot.workflow_command.terminal import Terminal
from bot.workflows import (
    Draft,
    InputRef,
    Option,
    OptionSpec,
    Template,
    Unavailable,
    WorkflowError,
    classes_of,
    load_template,
)
from bot.workflows.command_file import COMMAND_FILE
from bot.workflows.drafting import Drafted, drafted
from bot.workflows.inference.naming import legal
from bot.workflows.loading import read_file, workflow_file
from bot.workflows.offering import Offering
from bot.workflows.option_facts import left_out, takes

_INDENT = "    "
_HEAD = (
    text("workflow-column-option"),
    text("workflow-column-type"),
    text("workflow-column-takes"),
    text("workflow-column-default"),
    text("workflow-column-sets"),
)


def show(path: Path, workflows: Path, offering: Offering, terminal: Terminal) -> int:
    """Print what is known of the workflow; returns the exit status: 1 if its options cannot be known.

    ``workflows``: the bot's folder of them, where a file makes the command of the folder that it lies in.

    Raises:
        WorkflowError: the file is wrong, or has no workflow.
    """
    source = _source(path, workflows)
    info = offering.nearest(source)
    made = drafted(source, [info]) if isinstance(source, Draft) else Drafted(source)
    if isinstance(made, Unavailable):
        terminal.complain(text("workflow-show-unknown", workflow=made.name))
        terminal.list(made.reasons)
        return 1
    for line in _Page(made, offering, info, terminal).lines():
        terminal.write(line)
    for warning in made.warnings:
        terminal.complain(told(warning))
    return 0


def _source(path: Path, workflows: Path) -> Template | Draft:
    if path.is_dir():
        return load_template(path)
    folder = path.absolute().parent
    if path.is_file() and (
        (folder / COMMAND_FILE).exists() or folder.resolve().parent == workflows.resolve()
    ):
        with suppress(WorkflowError):  # several files in it, for instance
            if workflow_file(folder).samefile(path):
                return load_template(path.parent)
    return draft_of(path, _name_of(path))


def classes_in(path: Path) -> frozenset[str]:
    """The node classes that a file, or the folder of a workflow, names; of what cannot be read, none."""
    try:
        return classes_of(load_template(path) if path.is_dir() else draft_of(path, _name_of(path)))
    except (WorkflowError, OSError):  # which the action meets again, and tells
        return frozenset()


def draft_of(file: Path, name: str) -> Draft:
    """A file as if it lay in a folder of its own, without a ``command.toml``."""
    return Draft(name, file.parent, file, read_file(file), None)


def _name_of(file: Path) -> str:
    """Up to the first dot: what follows tells of the form."""
    return legal(file.name.partition(".")[0]) or "workflow"


class _Page(Struct, frozen=True):
    """All that is printed of one workflow."""

    made: Drafted
    offering: Offering
    info: ObjectInfo
    terminal: Terminal

    def lines(self) -> Iterator[Text | str]:
        template, spare = self.made.template, self.made.spare
        options = self.offering.options(template, (*template.options, *spare), self.info)
        about = template.description_localisations.get(self.terminal.locale, template.description)
        yield f"/{template.name} – {about}"
        yield ""
        if template.options:
            yield from self._table(template.options, options)
        else:
            yield text("workflow-show-no-options")
        if spare:
            yield from ("", text("workflow-show-spare"))
            yield from self._table(spare, options)
        yield ""
        yield from self._verdict(template)

    def _table(self, specs: Sequence[OptionSpec], options: Mapping[str, Option]) -> Iterator[str]:
        """Two lines an option: what it takes and sets; what it is for."""
        hidden = {spec.name for spec in specs if spec.hidden}
        shown = [options[spec.name] for spec in specs if spec.name in options]
        rows = [self._row(option, hidden=option.name in hidden) for option in shown]
        first, *lines = columns([[*map(self.terminal.words, _HEAD)], *rows])
        yield first
        for option, line in zip(shown, lines, strict=True):
            yield line
            yield _INDENT + option.description_localisations.get(self.terminal.locale, option.description)

    def _row(self, option: Option, *, hidden: bool) -> tuple[str, ...]:
        cells = (takes(option, shortened) or "", left_out(option, shortened))
        taken, default = (self.terminal.words(cell) if isinstance(cell, Text) else cell for cell in cells)
        return (
            self._called(option, hidden=hidden),
            option.kind.value,
            taken,
            default,
            self._places(option.targets),
        )

    def _called(self, option: Option, *, hidden: bool) -> str:
        if hidden:
            return self.terminal.words(text("workflow-fact-hidden", option=option.name))
        if option.advanced:
            return self.terminal.words(text("workflow-fact-advanced", option=option.name))
        return option.name

    def _places(self, targets: Sequence[InputRef]) -> str:
        return ", ".join(map(self._place, targets))

    def _place(self, target: InputRef) -> str:
        node = self.made.template.graph[target.node_id]
        return f"{node.title or node.class_type} ({target.node_id}) · {target.input_name}"

    def _verdict(self, template: Template) -> Iterator[Text | str]:
        match self.offering.workflow(template, self.info):
            case Unavailable(reasons=reasons):
                yield text("workflow-show-lacks")
                yield from (f"– {self.terminal.words(reason)}" for reason in reasons)
            case _:
                yield text("workflow-show-runs")
