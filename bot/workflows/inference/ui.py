"""What a UI graph tells of its options: App mode, promoted widgets, seeds left fixed. And the seam to the conversion.

A UI graph names widgets, a command sets inputs of the API graph; a :class:`UiWidget` says which widget ends in which
inputs. The conversion knows that exactly; :mod:`bot.workflows.inference.ui_by_name` guesses it where a file brought
both graphs ready-made.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.comfy import JsonValue
from bot.workflows.inference.candidate import Candidate
from bot.workflows.template import InputRef

_MAX_LISTED = 100
"""A command has 25 options; who lists very many entries means no good."""


class UiWidget(Struct, frozen=True):
    """A field that the editor draws, and the inputs that take its value."""

    node: str
    """``57``, or ``57:84`` for node 84 inside the instance 57: as the API graph writes ids."""
    name: str
    targets: tuple[InputRef, ...]
    """None where a link took the widget's place."""
    label: str | None = None
    """What the author called it, if anything."""
    is_fixed: bool = False
    """A seed that the editor leaves as it is."""
    is_promoted: bool = False
    """It is shown on an instance of a subgraph, because the author put it there."""


def app_mode(workflow: Mapping[str, JsonValue], widgets: Sequence[UiWidget]) -> list[Candidate]:
    """``extra.linearData``: the inputs that the author put on the app's page, in order; stale ones are passed over."""
    found: list[Candidate] = []
    for entry in _listed(workflow):
        match entry:
            case [str() | int() as node, str() as name, *_]:
                widget = _meant(widgets, str(node), name)
                if widget is not None:
                    found.append(replace(_candidate(widget), is_listed=True))
            case _:
                pass
    return found


def promoted(widgets: Sequence[UiWidget]) -> list[Candidate]:
    """The widgets that the author lifted out of the subgraphs at the top, in the order of each subgraph."""
    return [_candidate(widget) for widget in widgets if widget.is_promoted and ":" not in widget.node]


def fixed(widgets: Sequence[UiWidget]) -> frozenset[InputRef]:
    """The inputs whose value the author left on ``fixed``."""
    return frozenset(target for widget in widgets if widget.is_fixed for target in widget.targets)


def _candidate(widget: UiWidget) -> Candidate:
    return Candidate(widget.targets, label=widget.label or widget.name, authored=True)


def _listed(workflow: Mapping[str, JsonValue]) -> Sequence[JsonValue]:
    match workflow.get("extra"):
        case {"linearData": {"inputs": list() as inputs}}:
            return inputs[:_MAX_LISTED]
        case _:
            return ()


def _meant(widgets: Sequence[UiWidget], node: str, name: str) -> UiWidget | None:
    """By the node's id, by the bare id of a node inside a subgraph, or by ``graph:node:widget``.

    Where the value comes from elsewhere (from the instance's widget), that one is meant.
    """
    first, *rest = node.split(":")
    if "-" in first and rest:  # the id of a graph
        node = rest[0]
    named = [widget for widget in widgets if widget.name == name and widget.targets]
    at_top = (widget for widget in named if widget.node == node)
    inside = (widget for widget in named if _is_inside(widget.node, node))
    giving = (
        widget
        for widget in widgets
        if any(target.input_name == name and _is_inside(target.node_id, node) for target in widget.targets)
    )
    return next(at_top, None) or next(inside, None) or next(giving, None)


def _is_inside(node_id: str, saved_id: str) -> bool:
    return saved_id in {node_id, node_id.rpartition(":")[2]}
