"""How far an author lets a number of theirs go: the editor keeps it with nodes that hold one, and no server knows it."""

from collections.abc import Mapping, Sequence
from typing import cast

from bot.comfy import Graph, JsonValue
from bot.workflows.numbers import Span
from bot.workflows.template import InputRef

_HELD = "value"
_NO_BOUNDS = Span()
_NO_END = 2**31
"""What is as large means none."""


def widget_bounds(workflow: Mapping[str, JsonValue], graph: Graph) -> Mapping[InputRef, Span]:
    """``properties.min`` and ``max`` of ``PrimitiveInt`` and ``PrimitiveFloat``, inside of subgraphs too."""
    nodes = _Nodes(workflow)
    found = {
        InputRef(node_id, _HELD): _span(nodes.properties(node_id), node.inputs.get(_HELD))
        for node_id, node in graph.items()
        if node.class_type.startswith("Primitive") and _HELD in node.inputs
    }
    return {target: span for target, span in found.items() if span != _NO_BOUNDS}


class _Nodes:
    """The nodes of a UI graph by the ids that the API graph gives them: ``57:84`` is node 84 inside of node 57."""

    def __init__(self, workflow: Mapping[str, JsonValue]) -> None:
        definitions = _list(_object(workflow.get("definitions")).get("subgraphs"))
        self._top = _by_id(workflow)
        self._inside = {str(each.get("id")): _by_id(each) for each in map(_object, definitions)}

    def properties(self, node_id: str) -> Mapping[str, JsonValue]:
        nodes, node = self._top, _object(None)
        for part in node_id.split(":"):
            node = nodes.get(part, {})
            nodes = self._inside.get(str(node.get("type")), {})
        return _object(node.get("properties"))


def _span(properties: Mapping[str, JsonValue], value: JsonValue) -> Span:
    """Nothing where the author's own value lies outside, or whole numbers would have ends that are none."""
    number, ends = _number(value), [_end(properties.get(end)) for end in ("min", "max")]
    span = Span(*ends)
    is_sound = number is not None and span.reaches(number)
    if isinstance(number, int) and any(end is not None and end != int(end) for end in ends):
        is_sound = False
    return span if is_sound else _NO_BOUNDS


def _end(value: JsonValue) -> float | None:
    end = _number(value)
    return end if end is not None and abs(end) < _NO_END else None


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _by_id(graph: Mapping[str, JsonValue]) -> Mapping[str, Mapping[str, JsonValue]]:
    return {str(node.get("id")): node for node in map(_object, _list(graph.get("nodes")))}


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
