"""UI graphs from JSON: version 0.4, version 1, and files that mix them.

Each link is read by its own form, whatever version the file claims. Files come from strangers: everything that could
be large, deep or go in circles is limited here.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from ..json_value import JsonValue, as_number, as_text, items, mapping
from ..phrases import Phrase
from .document import Document, Link, NotedLink, Path, Port, Scope, Socket, UiNode
from .errors import Unconvertible
from .nesting import check_nesting
from .renumbering import renumbered

MAX_NODES = 5_000
MAX_LINKS = 50_000
MAX_SOCKETS = 1_000
"""Inputs or outputs of one node or subgraph."""
MAX_VALUE_DEPTH = 50
MAX_DEFINITION_DEPTH = 50


def read(ui_graph: JsonValue) -> Document:
    """A UI graph from parsed JSON.

    Raises:
        Unconvertible: not a UI graph, beyond a limit, two nodes with one id.
    """
    data = mapping(ui_graph)
    if not isinstance(data.get("nodes"), list):
        is_converted = any(isinstance(value, dict) and "class_type" in value for value in data.values())
        raise Unconvertible(Phrase("ui-is-api") if is_converted else Phrase("ui-no-nodes"))
    definitions = tuple(_definitions(data, (), 0))
    group_nodes = mapping(mapping(data.get("extra")).get("groupNodes"))
    groups = [mapping(group) for group in group_nodes.values()]
    _check_size([data, *(definition for definition, _ in definitions), *groups])
    root = _scope(data, (), "")
    last_id = max(_last_id(data), 0)
    used = set(root.nodes)
    subgraphs: dict[str, Scope] = {}
    for definition, path in definitions:
        scope, last_id = renumbered(_scope(definition, path, _id(definition.get("id"))), used, last_id)
        subgraphs.setdefault(scope.id, scope)
    check_nesting(subgraphs, group_nodes)
    return Document(
        id=_id(data.get("id")),
        root=root,
        subgraphs=subgraphs,
        group_nodes=group_nodes,
    )


def _definitions(
    data: Mapping[str, JsonValue], path: Path, depth: int
) -> Iterator[tuple[Mapping[str, JsonValue], Path]]:
    """The subgraphs of a file, flat or nested in one another."""
    if depth > MAX_DEFINITION_DEPTH:
        raise Unconvertible(Phrase("definitions-too-deep", most=MAX_DEFINITION_DEPTH))
    listed = items(mapping(data.get("definitions")).get("subgraphs"))
    for index, value in enumerate(listed):
        definition, inner = mapping(value), (*path, "definitions", "subgraphs", index)
        if isinstance(definition.get("nodes"), list):
            yield definition, inner
            yield from _definitions(definition, inner, depth + 1)


def _check_size(graphs: Sequence[Mapping[str, JsonValue]]) -> None:
    nodes = sum(len(items(graph.get("nodes"))) for graph in graphs)
    links = sum(len(items(graph.get("links"))) for graph in graphs)
    if nodes > MAX_NODES:
        raise Unconvertible(Phrase("too-many-nodes", count=nodes, most=MAX_NODES))
    if links > MAX_LINKS:
        raise Unconvertible(Phrase("too-many-links", count=links, most=MAX_LINKS))


def _scope(data: Mapping[str, JsonValue], path: Path, scope_id: str) -> Scope:
    name = as_text(data.get("name")) or scope_id
    nodes: dict[str, UiNode] = {}
    for index, value in enumerate(items(data.get("nodes"))):
        if not isinstance(value, dict):
            continue
        node = read_node(value, (*path, "nodes", index))
        if not node.id:
            raise Unconvertible(Phrase("node-no-id", name=node.kind))
        if node.id in nodes:
            within = Phrase("same-id-in", subgraph=name, node=node.id)
            raise Unconvertible(within if path else Phrase("same-id", node=node.id))
        nodes[node.id] = node
    links = [link for value in items(data.get("links")) if (link := read_link(value)) is not None]
    extra = mapping(data.get("extra"))
    drawn = {_id(value) for value in items(extra.get("links_added_by_ue"))}
    return Scope(
        id=scope_id,
        name=name,
        nodes=nodes,
        links=tuple(links),
        path=path,
        inputs=tuple(_port(mapping(port)) for port in _few(data.get("inputs"))),
        outputs=tuple(_port(mapping(port)) for port in _few(data.get("outputs"))),
        input_node=_id(mapping(data.get("inputNode")).get("id")) or "-10",
        output_node=_id(mapping(data.get("outputNode")).get("id")) or "-20",
        noted=tuple(_noted(items(extra.get("ue_links")))),
        is_drawn=any(link.id in drawn for link in links),
    )


def read_node(data: Mapping[str, JsonValue], path: Path, *, node_id: str | None = None) -> UiNode:
    """One node from its JSON object; ``node_id`` in place of its own."""
    saved_id = _id(data.get("id"))
    properties = mapping(data.get("properties"))
    return UiNode(
        id=saved_id if node_id is None else node_id,
        saved_id=saved_id,
        kind=as_text(data.get("type")) or "",
        mode=_slot(data.get("mode")),
        title=as_text(data.get("title")) or None,
        inputs=tuple([_socket(mapping(socket)) for socket in _few(data.get("inputs"))]),
        outputs=tuple([_type(mapping(output).get("type")) for output in _few(data.get("outputs"))]),
        values=_finite(data.get("widgets_values")),
        named_values=mapping(data.get("widgets_values_named") or properties.get("widgets_values_named")),
        properties=properties,
        path=path,
    )


def _few(value: JsonValue) -> Sequence[JsonValue]:
    listed = items(value)
    if len(listed) > MAX_SOCKETS:
        raise Unconvertible(Phrase("too-many-sockets", count=len(listed), most=MAX_SOCKETS))
    return listed


def _finite(values: JsonValue) -> JsonValue:
    """The values of a node; inside lists and objects, NaN and infinity become null: JSON has no word for them."""
    if isinstance(values, list):
        return [_nested(value, 1) if isinstance(value, list | dict) else value for value in values]
    return _nested(values, 0) if isinstance(values, dict) else values


def _nested(value: JsonValue, depth: int) -> JsonValue:
    if depth > MAX_VALUE_DEPTH:
        raise Unconvertible(Phrase("value-too-deep", most=MAX_VALUE_DEPTH))
    match value:
        case list():
            return [_nested(item, depth + 1) for item in value]
        case dict():
            return {key: _nested(item, depth + 1) for key, item in value.items()}
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def _socket(data: Mapping[str, JsonValue]) -> Socket:
    widget = data.get("widget")
    return Socket(
        name=as_text(data.get("name")) or "",
        type=_type(data.get("type")),
        link=_id(data.get("link")) or None,
        widget=as_text(mapping(widget).get("name")) if widget else None,
        label=as_text(data.get("label")),
    )


def read_link(value: JsonValue) -> Link | None:
    """A link of either form; None for what is no link (the editor leaves holes)."""
    if isinstance(value, list):
        if len(value) < 5:
            return None
        link_id, origin, origin_slot, target, target_slot = value[:5]
        kind = value[5] if len(value) > 5 else None
    else:
        data = mapping(value)
        link_id, origin, target = data.get("id"), data.get("origin_id"), data.get("target_id")
        origin_slot, target_slot, kind = data.get("origin_slot"), data.get("target_slot"), data.get("type")
    if origin is None or target is None:
        return None
    return Link(_id(link_id), _id(origin), _slot(origin_slot), _id(target), _slot(target_slot), _type(kind))


def _port(data: Mapping[str, JsonValue]) -> Port:
    return Port(
        name=as_text(data.get("name")) or "",
        type=_type(data.get("type")),
        label=as_text(data.get("label")),
        links=tuple(_id(link) for link in items(data.get("linkIds"))),
    )


def _noted(listed: Sequence[JsonValue]) -> Iterator[NotedLink]:
    for index, value in enumerate(listed[:MAX_LINKS]):
        data = mapping(value)
        origin, target = _id(data.get("upstream")), _id(data.get("downstream"))
        if origin and target:
            slots = _slot(data.get("upstream_slot")), _slot(data.get("downstream_slot"))
            link = Link(f"ue{index}", origin, slots[0], target, slots[1], _type(data.get("type")))
            yield NotedLink(link, _id(data.get("controller")) or None)


def _last_id(data: Mapping[str, JsonValue]) -> int:
    return max(_slot(data.get("last_node_id")), _slot(mapping(data.get("state")).get("lastNodeId")))


def _id(value: JsonValue) -> str:
    """Ids are numbers or texts, and ``4`` is the same node as ``4.0`` and ``"4"``."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return as_text(value) or ""


def _slot(value: JsonValue) -> int:
    found = as_number(
        int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 9 else value
    )
    return int(found) if found is not None else 0


def _type(value: JsonValue) -> str:
    if isinstance(value, list):
        return "COMBO"
    found = as_text(value)
    return "*" if found in {None, "", "0"} else str(found)
