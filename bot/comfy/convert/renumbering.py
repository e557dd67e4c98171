"""Ids inside subgraphs: the editor gives a node that an earlier graph has the id of a new one when it loads a file."""

from msgspec.structs import replace

from .document import Link, NotedLink, Scope


def renumbered(scope: Scope, used: set[str], last_id: int) -> tuple[Scope, int]:
    """The subgraph with ids that nobody before it uses, as the editor loads it; adds them to ``used``."""
    renamed: dict[str, str] = {}
    for node_id in scope.nodes:
        if node_id in used:
            last_id += 1
            while str(last_id) in used or str(last_id) in scope.nodes:
                last_id += 1
            renamed[node_id] = str(last_id)
        used.add(renamed.get(node_id, node_id))
    if not renamed:
        return scope, last_id

    def new(node_id: str) -> str:
        return renamed.get(node_id, node_id)

    nodes = [replace(node, id=new(node.id)) for node in scope.nodes.values()]

    def moved(link: Link) -> Link:
        return replace(link, origin=new(link.origin), target=new(link.target))

    noted = [
        NotedLink(moved(link.link), None if link.controller is None else new(link.controller))
        for link in scope.noted
    ]
    return replace(
        scope,
        nodes={node.id: node for node in nodes},
        links=tuple(map(moved, scope.links)),
        noted=tuple(noted),
        renamed=renamed,
    ), last_id
