"""From the editor's format (UI graph) to the API format: what ComfyUI's own editor would send, and better where it errs.

Pure: JSON values in, values out; no I/O. ``convert(ui_graph, NodePlans(object_info))``.
"""

from datetime import datetime

from msgspec import Struct

from ..dynamic_prompts import Pick, expand, first
from ..graph import Graph
from ..json_value import JsonValue
from ..phrases import Phrase
from .bindings import Binding, Bindings, WidgetRef
from .document import Path
from .errors import (
    BrowserValue,
    Circle,
    LostWires,
    MissingClass,
    Obstacle,
    Unconvertible,
    UnknownOption,
    UnusableValue,
)
from .frames import Frame
from .insides import Inside
from .library import Library
from .plans import NodePlans
from .prune import circle, pruned
from .reading import read
from .scenes import without_scenes
from .sending import Sender
from .widgets import Widget, WidgetKind
from .writing import Notes, Writer


class Converted(Struct, frozen=True):
    """A UI graph as a graph."""

    graph: Graph
    bindings: Bindings
    warnings: tuple[Phrase, ...]
    """What was odd and did not matter enough to refuse; one sentence each."""
    missing: tuple[Obstacle, ...]
    """Why the graph would not run on this server; empty: nothing is known against it. ``str()`` is a sentence."""


def convert(
    ui_graph: JsonValue, plans: NodePlans, *, now: datetime | None = None, pick: Pick = first
) -> Converted:
    """A UI graph as the graph that ComfyUI's editor would send to the server whose node classes these are.

    Args:
        ui_graph: the file, as parsed from JSON.
        plans: the server's node classes.
        now: what ``%date:…%`` in names of files means; None: whatever the server's clock says when it runs.
        pick: chooses in ``{a|b}``; the default takes the first.

    Raises:
        Unconvertible: not a UI graph, or beyond a limit.
    """
    document = read(ui_graph)
    library = Library(document, plans)
    root = Frame(Inside(document.root, library))
    notes = Notes()
    sender = Sender(root, now=now, pick=pick, warn=notes.warn, refuse=notes.refuse)
    writer = Writer(root, sender, notes)
    graph = without_scenes(pruned(writer.write()), writer.scenes, plans, notes.refuse)
    found = circle(graph)
    if found is not None:
        notes.refuse(Circle(found))
    rewritten = [
        entry for source in (root.inside, *library.insides(), root) for entry in source.rewritten_values()
    ]
    bindings = Bindings.of(root.all_holdings(), dict(rewritten), document.id)
    return Converted(graph, bindings, tuple(notes.warnings), tuple(notes.obstacles))


__all__ = [
    "Binding",
    "Bindings",
    "BrowserValue",
    "Circle",
    "Converted",
    "LostWires",
    "MissingClass",
    "NodePlans",
    "Obstacle",
    "Path",
    "Pick",
    "Unconvertible",
    "UnknownOption",
    "UnusableValue",
    "Widget",
    "WidgetKind",
    "WidgetRef",
    "convert",
    "expand",
]
