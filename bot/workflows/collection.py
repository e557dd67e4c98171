"""All workflows of a folder: read at first, and again where something changed. One that is wrong keeps no other away.

A folder that becomes wrong keeps the version that was good; what changed is told by names, sizes and times of its files.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.bugs import Bug, contained_call
from bot.texts import text
from bot.workflows.after_file import check_named
from bot.workflows.command_file import COMMAND_FILE
from bot.workflows.draft import Draft
from bot.workflows.inference.naming import legal
from bot.workflows.loading import after_in, load_template, same_command, workflow_folders
from bot.workflows.template import Template, WorkflowError

Stamp: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""The files of a folder: name, bytes, and when content and rights were last changed. Another stamp, other files."""


class Reading(Struct, frozen=True):
    """A folder as it was read last."""

    stamp: Stamp
    read: Template | Draft | None
    """What its files say; None: they are wrong."""
    problem: WorkflowError | None = None
    """Why they make no workflow."""
    good: Template | Draft | None = None
    """What is in use of it: what was read, or where that is wrong what was good before."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a folder of workflows."""

    templates: tuple[Template | Draft, ...] = ()
    """In the order of the folders' names."""
    problems: tuple[WorkflowError, ...] = ()
    """Why other folders make no workflow: a file is missing or wrong. One sentence each, with file, option, node, input."""
    readings: Mapping[Path, Reading] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    @property
    def stamps(self) -> Mapping[Path, Stamp]:
        return {path: reading.stamp for path, reading in self.readings.items()}

    @property
    def left_out(self) -> frozenset[str]:
        """The commands that folders would make whose files are wrong."""
        wrong = (path for path, reading in self.readings.items() if reading.good is None)
        return frozenset(legal(path.name) for path in wrong)


def load_workflows(folder: Path) -> Loaded:
    """Every workflow under ``folder``: one that is wrong keeps no other from being read.

    Raises:
        WorkflowError: there is no such folder.
    """
    return reload(Loaded(), stamps_of(folder))


def stamps_of(folder: Path) -> Mapping[Path, Stamp]:
    """How the folders of single workflows are now, in the order of their names.

    Raises:
        WorkflowError: there is no such folder.
    """
    return {path: _stamp(path) for path in workflow_folders(folder)}


def settled(
    now: Mapping[Path, Stamp], then: Mapping[Path, Stamp], read: Mapping[Path, Stamp]
) -> dict[Path, Stamp]:
    """What to go by: of what changed between two looks, and is being written perhaps, what was ``read`` before."""
    sure: dict[Path, Stamp] = {}
    for path in sorted({*now, *then, *read}):
        stamp = now.get(path) if now.get(path) == then.get(path) else read.get(path)
        if stamp is not None:
            sure[path] = stamp
    return sure


def reload(before: Loaded, stamps: Mapping[Path, Stamp]) -> Loaded:
    """The workflows of these folders; only those whose stamp is another one than ``before`` are read."""
    readings: dict[Path, Reading] = {}
    templates: dict[str, Template | Draft] = {}
    problems: list[WorkflowError] = []
    for path, stamp in stamps.items():
        reading = before.readings.get(path)
        if reading is None or reading.stamp != stamp:
            reading = _read(path, stamp, None if reading is None else reading.good)
        reading, problem = _among(templates, path, reading)
        readings[path] = reading
        problems += () if problem is None else (problem,)
        if reading.good is not None:
            templates[reading.good.name] = reading.good
    known = templates.keys() | {path.name for path, reading in readings.items() if reading.good is None}
    for path, reading in readings.items():
        problem = None if reading.good is None else _wrong_after(reading.good, known)
        if problem is not None and reading.good is not None:
            problems.append(problem)
            del templates[reading.good.name]
            readings[path] = replace(reading, good=None)
    return Loaded(tuple(templates.values()), tuple(problems), MappingProxyType(readings))


def _read(path: Path, stamp: Stamp, good: Template | Draft | None) -> Reading:
    def attempt() -> Template | Draft | WorkflowError:
        try:
            return load_template(path)
        except WorkflowError as problem:
            return problem

    match contained_call(f"the folder {path}", attempt):
        case WorkflowError() as problem:
            return Reading(stamp, None, problem, good)
        case Bug(id=number):
            problem = WorkflowError(text("folder-bug", folder=str(path), id=number))
            return Reading(stamp, None, problem, good)
        case template:
            return Reading(stamp, template, good=good)


def _among(
    others: Mapping[str, Template | Draft], path: Path, reading: Reading
) -> tuple[Reading, WorkflowError | None]:
    """The folder beside those before it, of which one may make the same command; and what is wrong with it."""
    problem, good = reading.problem, reading.good
    if reading.read is not None and (other := others.get(reading.read.name)) is not None:
        problem = same_command(reading.read.name, other.folder, path)
    elif reading.read is not None:
        good = reading.read
    if good is not None and good.name in others:
        good = None
    return replace(reading, good=good), problem


def _wrong_after(template: Template | Draft, known: Collection[str]) -> WorkflowError | None:
    """Why its ``[after]`` cannot be: it names a workflow that there is not. Who names one whose files are wrong is right."""
    try:
        check_named(after_in(template), str(template.folder / COMMAND_FILE), known)
    except WorkflowError as problem:
        return problem
    return None


def _stamp(folder: Path) -> Stamp:
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(_stamps_in(entries)))
    except OSError as error:  # which reading it tells
        return ((str(error), 0, 0, 0),)


def _stamps_in(entries: Iterator[os.DirEntry[str]]) -> Iterator[tuple[str, int, int, int]]:
    for entry in entries:
        if entry.name.startswith("."):
            continue
        try:
            found = entry.stat()
        except OSError as error:  # it went away, or is a link to nothing
            yield entry.name, -1, error.errno or 0, 0
        else:
            yield entry.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns
