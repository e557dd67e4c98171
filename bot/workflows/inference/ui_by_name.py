"""The widgets of a UI graph beside the API graph that was made of it, matched by ids and names.

For files that bring both, which need no conversion. It sees into subgraphs, not into subgraphs in subgraphs.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from bot.comfy import Graph, JsonValue
from bot.workflows.inference.ui import UiWidget
from bot.workflows.template import InputRef

_FIXED = "fixed"
_MAX_INSTANCES = 100
"""Those of one large subgraph multiply, and a command has 25 options."""


def widgets_by_name(workflow: Mapping[str, JsonValue], graph: Graph) -> list[UiWidget]:
    """Those shown on instances first, as :class:`UiWidget` of the conversion have it."""
    hosts = list(islice(_instances(workflow), _MAX_INSTANCES))
    places = [("", workflow), *((f"{_id(host)}:", definition) for host, definition in hosts)]
    still = {place + _id(node) for place, each in places for node in _nodes(each) if _is_fixed(node)}
    shown = [widget for host, definition in hosts for widget in _shown(host, definition, graph)]
    plain = [
        UiWidget(node_id, name, (InputRef(node_id, name),), is_fixed=node_id in still)
        for node_id, node in graph.items()
        for name in node.inputs
    ]
    return [*shown, *plain]


def _shown(
    host: Mapping[str, JsonValue], definition: Mapping[str, JsonValue], graph: Graph
) -> Iterator[UiWidget]:
    for name, label, inner, input_name in (*_inputs(definition), *_proxied(host)):
        target = InputRef(f"{_id(host)}:{inner}", input_name)
        if target.node_id in graph and input_name in graph[target.node_id].inputs:
            yield UiWidget(_id(host), name, (target,), label, is_promoted=True)


def _inputs(definition: Mapping[str, JsonValue]) -> Iterator[tuple[str, str | None, str, str]]:
    """Name and label of each of the subgraph's inputs, and the inner node and input that its first link leads to."""
    links = {str(link.get("id")): link for link in map(_object, _list(definition.get("links")))}
    nodes = {_id(node): node for node in _nodes(definition)}
    for entry in map(_object, _list(definition.get("inputs"))):
        label = entry.get("label")
        for link_id in _list(entry.get("linkIds"))[:1]:
            inner = str(links.get(str(link_id), {}).get("target_id"))
            for slot in map(_object, _list(nodes.get(inner, {}).get("inputs"))):
                if slot.get("link") == link_id:
                    words = label if isinstance(label, str) else None
                    yield str(entry.get("name")), words, inner, str(slot.get("name"))


def _proxied(host: Mapping[str, JsonValue]) -> Iterator[tuple[str, str | None, str, str]]:
    """``properties.proxyWidgets``: inner node and widget, as frontends 1.28 to 1.57 wrote them."""
    for entry in _list(_object(host.get("properties")).get("proxyWidgets")):
        match entry:
            case [str() | int() as inner, str() as widget, *_] if str(inner) != "-1":
                yield widget, None, str(inner), widget
            case _:
                pass


def _instances(
    workflow: Mapping[str, JsonValue],
) -> Iterator[tuple[Mapping[str, JsonValue], Mapping[str, JsonValue]]]:
    """The nodes at the top that stand for a subgraph, each with its definition."""
    definitions = {
        str(definition.get("id")): definition
        for definition in map(_object, _list(_object(workflow.get("definitions")).get("subgraphs")))
    }
    for node in _nodes(workflow):
        definition = definitions.get(str(node.get("type")))
        if definition is not None:
            yield node, definition


def _is_fixed(node: Mapping[str, JsonValue]) -> bool:
    return any(value == _FIXED for value in _list(node.get("widgets_values")))


def _nodes(graph: Mapping[str, JsonValue]) -> list[Mapping[str, JsonValue]]:
    return [_object(node) for node in _list(graph.get("nodes"))]


def _id(node: Mapping[str, JsonValue]) -> str:
    return str(node.get("id"))


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
