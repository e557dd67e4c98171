"""A folder under ``workflows/`` that cannot be a template before a server was asked. Values only.

A UI graph becomes a graph by what a server's node classes say, and options that nobody wrote down are found by it.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.comfy import JsonValue
from bot.workflows.sources import Found
from bot.workflows.template import Template

_PARTS_OF_A_NODE = frozenset({"inputs", "outputs", "widgets_values"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read of a folder; see :func:`bot.workflows.drafting.drafted`."""

    name: str
    folder: Path
    file: Path
    """The one that holds the workflow, in whatever form."""
    found: Found
    command: str | None
    """The text of ``command.toml``; None: the options are found in the workflow."""
    fingerprint: str = ""
    trusted: bool = True
    """See :class:`bot.workflows.template.Template`, of both."""


def classes_of(source: Template | Draft) -> frozenset[str]:
    """Every node class that a workflow names, in whichever of its graphs; of a UI graph a few names more."""
    if isinstance(source, Template):
        return frozenset(node.class_type for node in source.graph.values())
    ran = frozenset(node.class_type for node in (source.found.prompt or {}).values())
    return ran | _types_in(source.found.workflow or {})


def _types_in(document: JsonValue) -> frozenset[str]:
    """The types of everything that looks like a node of the editor, in subgraphs and group nodes too."""
    found: set[str] = set()
    waiting: list[JsonValue] = [document]
    while waiting:
        match waiting.pop():
            case dict() as entry:
                kind = entry.get("type")
                if isinstance(kind, str) and not entry.keys().isdisjoint(_PARTS_OF_A_NODE):
                    found.add(kind)
                waiting += entry.values()
            case list() as entries:
                waiting += entries
            case _:
                pass
    return frozenset(found)
