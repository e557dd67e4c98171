"""Reading a graph in API format, and the order in which its nodes run.

The graph has been validated; what is read here is as validation left it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.catalogue import NODE_CLASSES

Link: TypeAlias = tuple[str, int]
_HOPS_THAT_COUNT: Final = 2


def class_of(graph: JsonObject, node_id: str) -> str:
    return cast("str", cast("JsonObject", graph[node_id])["class_type"])


def inputs_of(graph: JsonObject, node_id: str) -> JsonObject:
    """The inputs that the node's class has; others are ignored, as ComfyUI does."""
    inputs = cast("JsonObject", cast("JsonObject", graph[node_id])["inputs"])
    known = NODE_CLASSES[class_of(graph, node_id)].inputs
    return {name: inputs[name] for name in known if name in inputs}


def link_of(value: object) -> Link | None:
    """The node and slot that a value is linked to, if it is a link."""
    if not isinstance(value, list):
        return None
    node_id, slot = cast("Sequence[object]", value)
    return str(node_id), cast("int", slot)


def sources(graph: JsonObject, node_id: str) -> list[str]:
    """The nodes that a node takes its inputs from, in the order of its inputs."""
    links = (link_of(value) for value in inputs_of(graph, node_id).values())
    return [link[0] for link in links if link is not None]


class RunningOrder:
    """What runs next: only what the outputs need and the cache lacks; what shows something soon comes first."""

    def __init__(self, graph: JsonObject, outputs: Sequence[str], cached: Callable[[str], bool]) -> None:
        self._graph = graph
        self._missing: dict[str, set[str]] = {}
        waiting = list(reversed(outputs))
        while waiting:
            node_id = waiting.pop()
            if node_id in self._missing:
                continue
            needed = [] if cached(node_id) else [s for s in sources(graph, node_id) if not cached(s)]
            self._missing[node_id] = set(needed)
            waiting += needed
        self._users = _users(self._missing)

    @property
    def nodes(self) -> list[str]:
        return list(self._missing)

    def take(self) -> str | None:
        """The next node; ``None`` when all are done."""
        ready = [node_id for node_id, missing in self._missing.items() if not missing]
        if not ready:
            return None
        node_id = min(ready, key=self._distance_to_output)
        del self._missing[node_id]
        return node_id

    def done(self, node_id: str) -> None:
        for missing in self._missing.values():
            missing.discard(node_id)

    def _distance_to_output(self, node_id: str) -> int:
        """Links between this node and something to show; far ones are all alike."""
        near = {node_id}
        for hops in range(_HOPS_THAT_COUNT + 1):
            if any(NODE_CLASSES[class_of(self._graph, other)].saves for other in near):
                return hops
            near = {user for other in near for user in self._users.get(other, ())}
        return _HOPS_THAT_COUNT + 1


def _users(missing: Mapping[str, set[str]]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = {}
    for node_id, needed in missing.items():
        for source in needed:
            users.setdefault(source, set()).add(node_id)
    return users
