"""Graphs in ComfyUI's API format, ``{node_id: {class_type, inputs, _meta}}``: parsing and writing. No I/O.

The editor's own format (``nodes``, ``links``) is recognised only in order to say what to do about it.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from .json_text import parse_json
from .json_value import JsonValue, Unreadable, as_text, mapping
from .phrases import Phrase

MAX_SEED = 2**53 - 1
"""ComfyUI takes seeds up to 2**64-1, but JavaScript rounds them beyond this, and then it refuses them."""

_EDITOR_KEYS = frozenset({"nodes", "links", "last_node_id", "last_link_id"})


class GraphError(ValueError):
    """A text is not a graph in API format; ``words`` and ``str()`` say in one sentence why, and what to do."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)
        self.words = words


class Node(Struct, frozen=True):
    """One node of a graph."""

    class_type: str
    inputs: Mapping[str, JsonValue]
    """Input name to value, or to a link ``[node_id, output_index]`` (see :func:`is_link`)."""
    title: str | None = None
    """What the author called the node in the editor (``_meta.title``)."""


Graph: TypeAlias = Mapping[str, Node]
"""Node id to node. Ids are texts, mostly of digits; the order says nothing."""


def is_link(value: JsonValue) -> bool:
    """Whether ComfyUI would read ``value`` as a link, ``["4", 0]``: a two-list of node id and output index.

    A value that is a list must be wrapped as ``{"__value__": [...]}`` (source of v0.3.64), or it counts as one.
    """
    match value:
        case [str(), bool()]:
            return False
        case [str(), int() | float()]:
            return True
        case _:
            return False


def parse_graph(source: str | bytes) -> Graph:
    """A graph from JSON text: bare, or inside ``{"prompt": …}`` as ``POST /prompt`` takes it.

    Raises:
        GraphError: not JSON, the editor's format, or a value that is not a node.
    """
    try:
        document = parse_json(source)
    except Unreadable as error:
        raise GraphError(
            Phrase("graph-no-json", reason=error.words.values.get("reason", error.words))
        ) from error
    return graph_of(document)


def graph_of(document: JsonValue) -> Graph:
    """A graph from JSON values that are already parsed, as :func:`parse_graph` does it from text.

    Raises:
        GraphError: the editor's format, or a value that is not a node.
    """
    if not isinstance(document, dict):
        raise GraphError(Phrase("graph-no-object"))
    inner = document.get("prompt")
    nodes = inner if isinstance(inner, dict) and "class_type" not in inner else document
    if _EDITOR_KEYS & nodes.keys():
        raise GraphError(Phrase("graph-of-editor"))
    if not nodes:
        raise GraphError(Phrase("graph-empty"))
    return {node_id: _node(node_id, value) for node_id, value in nodes.items()}


def _node(node_id: str, value: JsonValue) -> Node:
    data = mapping(value)
    class_type, inputs = data.get("class_type"), data.get("inputs", {})
    if not isinstance(class_type, str) or not class_type:
        raise GraphError(Phrase("node-classless", node=node_id))
    if not isinstance(inputs, dict):
        raise GraphError(Phrase("node-inputs", node=node_id, name=class_type))
    values = {name: _as_sent(value) for name, value in inputs.items()}
    return Node(class_type, values, as_text(mapping(data.get("_meta")).get("title")))


def _as_sent(value: JsonValue) -> JsonValue:
    """A list as the server takes it: when it runs a graph it unwraps them, and what it writes into pictures is bare."""
    match value:
        case [str() | int(), int() | float()]:
            return value
        case list():
            return {"__value__": value}
        case _:
            return value


def graph_document(graph: Graph) -> dict[str, JsonValue]:
    """The graph as JSON values, for embedding into a request."""
    return {node_id: _node_document(node) for node_id, node in graph.items()}


def graph_to_json(graph: Graph) -> str:
    """The graph in API format with ``_meta.title``. Equal graphs give equal text, whatever their order.

    Raises:
        GraphError: a value that JSON has no word for (NaN, infinity, an object of ours).
    """
    try:
        return json.dumps(graph_document(graph), sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError) as error:
        raise GraphError(Phrase("graph-unwritable", reason=str(error))) from error


def _node_document(node: Node) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {"class_type": node.class_type, "inputs": node.inputs}
    return document if node.title is None else {**document, "_meta": {"title": node.title}}
