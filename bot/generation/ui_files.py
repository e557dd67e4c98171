"""The editor's graph of a job with the files that the job started from, where it has them in plain sight. Values only."""

from collections.abc import Mapping
from typing import TypeAlias

from bot.comfy import Graph, JsonValue

Names: TypeAlias = Mapping[tuple[str, str], str]
"""Node id and input name → what the graph calls the file there."""


def with_files(document: JsonValue, graph: Graph, names: Names) -> JsonValue:
    """``graph`` names the workflow's own files: a value is given way where the editor's graph has that very one.

    Of a loader the file is the first widget; packs that keep their widgets by name say so themselves. Nodes inside of
    subgraphs have other ids there and stay as they are.
    """
    match document:
        case {"nodes": [*nodes]}:
            return {**document, "nodes": [_with_files(node, graph, names) for node in nodes]}
        case _:
            return document


def _with_files(node: JsonValue, graph: Graph, names: Names) -> JsonValue:
    if not isinstance(node, dict):
        return node
    for (node_id, input_name), name in names.items():
        if str(node.get("id")) == node_id:
            own = graph[node_id].inputs.get(input_name)
            node = {**node, "widgets_values": _changed(node.get("widgets_values"), input_name, own, name)}
    return node


def _changed(values: JsonValue, input_name: str, own: JsonValue, name: str) -> JsonValue:
    match values:
        case [first, *others] if first == own:
            return [name, *others]
        case dict() if values.get(input_name) == own:
            return {**values, input_name: name}
        case _:
            return values
