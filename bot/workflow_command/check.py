"""``workflow check``: whether every workflow of a folder reads well, and which of them a server could run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from bot.comfy import Phrase
from bot.comfy_words import told
from bot.texts import Text, text
from bot.workflow_command.terminal import Terminal
from bot.workflows import Draft, Template, Unavailable, Workflow, WorkflowError, load_template, resolve
from bot.workflows.loading import same_command, workflow_folders
from bot.workflows.offering import Offering


class _Verdict(Struct, frozen=True):
    mark: str
    """✓ can run; – is sound, but this server lacks something; ✗ is wrong."""
    words: Text
    warnings: tuple[Phrase, ...] = ()
    """What was odd in the file and is not what it says: values that cannot be sent, for instance."""
    not_for_members: tuple[Text, ...] = ()
    """Why it would be refused if somebody else had brought it: see :mod:`bot.workflows.policy`."""


def check(folder: Path, offering: Offering, terminal: Terminal) -> int:
    """Print one line a workflow; returns the exit status: 1 if any is wrong, or there is none.

    Raises:
        WorkflowError: ``folder`` is none.
    """
    verdicts = list(_verdicts(folder, offering, terminal))
    if not verdicts:
        terminal.complain(text("workflow-check-empty", folder=str(folder)))
    for each in verdicts:
        terminal.write(f"{each.mark} {terminal.words(each.words)}")
        for warning in each.warnings:
            terminal.write(f"  ! {terminal.words(told(warning))}")
        if each.not_for_members:
            terminal.write(f"  · {terminal.words(text('workflow-check-members'))}")
        for reason in each.not_for_members:
            terminal.write(f"    {terminal.words(reason)}")
    return 0 if verdicts and all(each.mark != "✗" for each in verdicts) else 1


def _verdicts(folder: Path, offering: Offering, terminal: Terminal) -> Iterator[_Verdict]:
    places: dict[str, Path] = {}
    for path in workflow_folders(folder):
        try:
            source = load_template(path)
            if source.name in places:
                raise same_command(source.name, places[source.name], path)
            places[source.name] = path
            yield _verdict(source, offering, terminal)
        except WorkflowError as problem:
            yield _Verdict("✗", problem.message)


def _verdict(source: Template | Draft, offering: Offering, terminal: Terminal) -> _Verdict:
    info = offering.nearest(source)
    resolved = offering.workflow(source, info)
    if isinstance(resolved, Workflow):
        words = text("workflow-check-runs", workflow=resolved.name, count=len(resolved.options))
        brought = offering.workflow(replace(source, trusted=False), info)
        reasons = brought.reasons if isinstance(brought, Unavailable) else ()
        return _Verdict("✓", words, resolved.warnings, reasons)
    if isinstance(source, Template):
        resolve(source, [])  # its options may be wrong even so
    return _Verdict(
        "–", text("workflow-check-lacks", workflow=source.name, reasons=_joined(resolved, terminal))
    )


def _joined(lacking: Unavailable, terminal: Terminal) -> str:
    return " ".join(map(terminal.words, lacking.reasons))
