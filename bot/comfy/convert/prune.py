"""What is taken out of a written graph: links to nodes that are not in it. And circles, which no server runs."""

from collections.abc import Mapping

from ..graph import Graph, Node, is_link
from ..json_value import JsonValue


def pruned(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """The graph without links to nodes that it lacks."""
    return {node_id: _pruned(node, nodes) for node_id, node in nodes.items()}


def _pruned(node: Node, nodes: Mapping[str, Node]) -> Node:
    lost = [name for name, value in node.inputs.items() if is_link(value) and _origin(value) not in nodes]
    if not lost:
        return node
    return Node(
        node.class_type, {name: value for name, value in node.inputs.items() if name not in lost}, node.title
    )


def circle(graph: Graph) -> tuple[str, ...] | None:
    """The nodes of one circle, or None."""
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        path: dict[str, list[str]] = {start: _origins(graph[start])}
        while path:
            node_id = next(reversed(path))
            if not path[node_id]:
                done.add(node_id)
                del path[node_id]
                continue
            origin = path[node_id].pop()
            if origin in path:
                ids = list(path)
                return tuple(ids[ids.index(origin) :])
            if origin not in done and origin in graph:
                path[origin] = _origins(graph[origin])
    return None


def _origins(node: Node) -> list[str]:
    return [_origin(value) for value in node.inputs.values() if is_link(value)]


def _origin(link: JsonValue) -> str:
    return str(link[0]) if isinstance(link, list) else ""
