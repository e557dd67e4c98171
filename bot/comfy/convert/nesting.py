"""How deep subgraphs lie in one another. One that contains itself has no end."""

from collections.abc import Mapping

from ..json_value import JsonValue, as_text, items, mapping
from ..phrases import Phrase
from .document import Scope
from .errors import Unconvertible

MAX_DEPTH = 50
GROUP_PREFIXES = ("workflow>", "workflow/")


def group_name(kind: str) -> str | None:
    """The name of a group node's definition; None: the node is something else."""
    for prefix in GROUP_PREFIXES:
        if kind.startswith(prefix):
            return kind.removeprefix(prefix)
    return None


def check_nesting(subgraphs: Mapping[str, Scope], group_nodes: Mapping[str, JsonValue]) -> None:
    """Raises :class:`Unconvertible` for what contains itself or is nested too deep."""
    contents: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for scope in subgraphs.values():
        contents[scope.id] = {_key(node.kind) for node in scope.nodes.values()}
        names[scope.id] = scope.name
    for name, definition in group_nodes.items():
        nodes = items(mapping(definition).get("nodes"))
        key = _key(GROUP_PREFIXES[0] + name)
        contents[key] = {_key(as_text(mapping(node).get("type")) or "") for node in nodes}
        names[key] = name
    heights: dict[str, int] = {}
    for start in contents:
        _measure(start, contents, heights, names)


def _key(kind: str) -> str:
    name = group_name(kind)
    return kind if name is None else GROUP_PREFIXES[0] + name


def _measure(
    start: str, contents: Mapping[str, set[str]], heights: dict[str, int], names: Mapping[str, str]
) -> None:
    """Heights of ``start`` and all below it, without recursion: a file may hold thousands of definitions."""
    open_ones: dict[str, list[str]] = {start: [kind for kind in contents[start] if kind in contents]}
    while open_ones:
        key = next(reversed(open_ones))
        pending = open_ones[key]
        if not pending:
            below = [heights[kind] for kind in contents[key] if kind in contents]
            heights[key] = 1 + max(below, default=0)
            if heights[key] > MAX_DEPTH:
                raise Unconvertible(Phrase("subgraph-too-deep", subgraph=names[key], most=MAX_DEPTH))
            del open_ones[key]
            continue
        inner = pending.pop()
        if inner in open_ones:
            raise Unconvertible(Phrase("subgraph-in-itself", subgraph=names[inner]))
        if inner not in heights:
            open_ones[inner] = [kind for kind in contents[inner] if kind in contents]
