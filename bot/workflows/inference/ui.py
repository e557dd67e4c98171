"""What a UI graph tells of its options: App mode, promoted widgets, seeds left fixed. And the seam to the conversion.

A UI graph names widgets, a command sets inputs of the API graph. ``Bindings`` says which widget ends in which inputs;
the conversion knows it exactly, and :func:`bindings_by_name` guesses it where a file brought both graphs ready-made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from bot.comfy import Graph, JsonValue
from bot.workflows.inference.candidate import Candidate
from bot.workflows.template import Target


@dataclass(frozen=True, slots=True)
class UiWidget:
    """A field that the editor draws: on a node, or on an instance of a subgraph (then a promoted one)."""

    node: str
    """``57``, or ``57:84`` for node 84 inside the instance 57: as the API graph writes ids."""
    name: str


Bindings: TypeAlias = Mapping[UiWidget, Sequence[Target]]
"""Each widget and the inputs that take its value; widgets that reach none may be missing."""

_FIXED = "fixed"


def bindings_by_name(workflow: Mapping[str, JsonValue], graph: Graph) -> Bindings:
    """The bindings of a UI graph and the API graph that was made of it: a widget is the input of its name."""
    bindings: dict[UiWidget, tuple[Target, ...]] = {
        UiWidget(node_id, name): (Target(node_id, name),)
        for node_id, node in graph.items()
        for name in node.inputs
    }
    for host, definition in _instances(workflow):
        for name, inner, widget in _promoted_inputs(definition):
            target = Target(f"{_id(host)}:{inner}", widget)
            if target.node_id in graph and widget in graph[target.node_id].inputs:
                bindings[UiWidget(_id(host), name)] = (target,)
    return bindings


def app_mode(workflow: Mapping[str, JsonValue], bindings: Bindings) -> list[Candidate]:
    """``extra.linearData``: the inputs that the author put on the app's page, in order; stale ones are passed over."""
    listed = _object(_object(workflow.get("extra")).get("linearData")).get("inputs")
    found: list[Candidate] = []
    for entry in _list(listed):
        match entry:
            case [str() | int() as node, str() as name, *_]:
                targets = _bound(bindings, str(node), name)
                if targets:
                    found.append(Candidate(targets, label=name, authored=True))
            case _:
                pass
    return found


def promoted(workflow: Mapping[str, JsonValue], bindings: Bindings) -> list[Candidate]:
    """The widgets that the author lifted out of the subgraphs at the top, in the order of each subgraph."""
    found: list[Candidate] = []
    for host, definition in _instances(workflow):
        labels = {
            str(entry.get("name")): entry.get("label") or entry.get("localized_name")
            for entry in map(_object, _list(definition.get("inputs")))
        }
        widgets = [(UiWidget(_id(host), name), labels[name] or name) for name in labels]
        widgets += [(UiWidget(f"{_id(host)}:{inner}", name), name) for inner, name in _proxied(host)]
        for widget, label in widgets:
            targets = bindings.get(widget)
            if targets:
                found.append(Candidate(tuple(targets), label=str(label), authored=True))
    return found


def fixed_seeds(workflow: Mapping[str, JsonValue]) -> frozenset[str]:
    """The ids of the nodes, those inside subgraphs included, whose seed the author left on ``fixed``."""
    places = [("", workflow), *((f"{_id(host)}:", definition) for host, definition in _instances(workflow))]
    return frozenset(
        place + _id(node)
        for place, graph in places
        for node in map(_object, _list(graph.get("nodes")))
        if any(value == _FIXED for value in _list(node.get("widgets_values")))
    )


def _bound(bindings: Bindings, node: str, name: str) -> tuple[Target, ...]:
    """By the node's id, by the bare id of a node inside a subgraph, or by ``graph:node:widget``."""
    first, *rest = node.split(":")
    if "-" in first and rest:  # the id of a graph
        node = rest[0]
    direct = bindings.get(UiWidget(node, name))
    if direct is not None:
        return tuple(direct)
    inside = (
        targets
        for widget, targets in bindings.items()
        if widget.name == name and widget.node.rpartition(":")[2] == node
    )
    return tuple(next(inside, ()))


def _instances(
    workflow: Mapping[str, JsonValue],
) -> Iterator[tuple[Mapping[str, JsonValue], Mapping[str, JsonValue]]]:
    """The nodes at the top that stand for a subgraph, each with its definition."""
    definitions = {
        str(definition.get("id")): definition
        for definition in map(_object, _list(_object(workflow.get("definitions")).get("subgraphs")))
    }
    for node in map(_object, _list(workflow.get("nodes"))):
        definition = definitions.get(str(node.get("type")))
        if definition is not None:
            yield node, definition


def _promoted_inputs(definition: Mapping[str, JsonValue]) -> Iterator[tuple[str, str, str]]:
    """The subgraph's input, and the inner node and input that its first link leads to."""
    links = {str(link.get("id")): link for link in map(_object, _list(definition.get("links")))}
    nodes = {_id(node): node for node in map(_object, _list(definition.get("nodes")))}
    for entry in map(_object, _list(definition.get("inputs"))):
        for link_id in _list(entry.get("linkIds"))[:1]:
            target_id = str(links.get(str(link_id), {}).get("target_id"))
            for slot in map(_object, _list(nodes.get(target_id, {}).get("inputs"))):
                if slot.get("link") == link_id:
                    yield str(entry.get("name")), target_id, str(slot.get("name"))


def _proxied(host: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """``properties.proxyWidgets``: inner node and widget, as frontends 1.28 to 1.57 wrote them."""
    for entry in _list(_object(host.get("properties")).get("proxyWidgets")):
        match entry:
            case [str() | int() as inner, str() as widget, *_] if str(inner) != "-1":
                yield str(inner), widget
            case _:
                pass


def _id(node: Mapping[str, JsonValue]) -> str:
    return str(node.get("id"))


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
