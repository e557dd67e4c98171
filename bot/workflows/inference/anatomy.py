"""A graph seen with what the servers know of its nodes: what is linked, what is a plain value, what leads where.

Every question has an answer for a node that no server knows, and for a graph that makes no sense.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from bot.comfy import Graph, InputSpec, JsonValue, Node, NodeClass, ObjectInfo, is_link
from bot.workflows.lists import input_on
from bot.workflows.template import InputRef, Scalar

_MAX_HOPS = 16
_HUGE = 2**64
_PLAIN = ("value", "number", "int", "float", "seed", "string", "text", "boolean", "choice")
"""What nodes that hold a single value call it."""
_PASSES = re.compile(r"\*|COMFY_MATCHTYPE.*|COMFY_SWITCH.*")
"""The types of inputs that nodes hand on as they are."""


class Link(NamedTuple):
    source: str
    slot: int


class Anatomy:
    def __init__(self, graph: Graph, knowledge: Sequence[ObjectInfo]) -> None:
        self.graph = graph
        self._classes: dict[str, NodeClass] = {}
        for info in reversed(knowledge):
            self._classes |= {
                name: info.classes[name]
                for name in {node.class_type for node in graph.values()} & info.classes.keys()
            }
        self._links = {node_id: list(self._links_of(node)) for node_id, node in graph.items()}

    def class_of(self, node_id: str) -> NodeClass | None:
        return self._classes.get(self.graph[node_id].class_type)

    def spec(self, target: InputRef) -> InputSpec | None:
        return input_on(self.graph[target.node_id], target.input_name, self.class_of(target.node_id))

    def outputs(self, node_id: str) -> tuple[str, ...] | None:
        """The types of what the node gives; None when nobody knows it."""
        node_class = self.class_of(node_id)
        return node_class.outputs if node_class else None

    def saves(self, node_id: str) -> bool:
        """Whether the node shows or saves something."""
        node_class = self.class_of(node_id)
        return node_class is not None and node_class.output_node

    def link(self, target: InputRef) -> Link | None:
        return self._as_link(self.graph[target.node_id].inputs.get(target.input_name))

    def links(self, node_id: str) -> Sequence[tuple[str, Link]]:
        return self._links[node_id]

    def literal(self, target: InputRef) -> Scalar | None:
        """The plain value of an input that the servers know; None for links, objects, and leftovers in the file."""
        node = self.graph.get(target.node_id)
        value = node.inputs.get(target.input_name) if node else None
        if not isinstance(value, str | int | float | bool) or not _is_sound(value):
            return None
        unknown = self.class_of(target.node_id) is not None and self.spec(target) is None
        return None if unknown else value

    def literals(self, node_id: str) -> Iterator[tuple[InputRef, Scalar]]:
        for name in self.graph[node_id].inputs:
            value = self.literal(InputRef(node_id, name))
            if value is not None:
                yield InputRef(node_id, name), value

    def behind(self, target: InputRef) -> InputRef | None:
        """The plain value that an input takes: its own, or that of a node which does nothing but hold or pass one."""
        for _ in range(_MAX_HOPS):
            if self.literal(target) is not None:
                return target
            link = self.link(target)
            if link is None:
                return None
            held = [each for each, _ in self.literals(link.source) if each.input_name in _PLAIN]
            onward = [name for name, _ in self.links(link.source)]
            if held and not onward:
                return held[0]
            if len(onward) != 1 or next(self.literals(link.source), None) is not None:
                return None
            target = InputRef(link.source, onward[0])
        return None

    def holds(self, target: InputRef) -> bool:
        """Whether the node does nothing but hold this value for others."""
        return (
            target.input_name in _PLAIN
            and not self._links[target.node_id]
            and bool(self.used(target.node_id))
        )

    def uses(self, target: InputRef) -> tuple[InputRef, ...]:
        """The inputs that take the value which a node holds, whatever switches it goes through."""
        found: dict[InputRef, None] = {}
        seen = {target.node_id}
        open_uses = list(self.used(target.node_id)) if self.holds(target) else []
        while open_uses:
            use = open_uses.pop()
            spec = self.spec(use)
            if spec is None or not _PASSES.fullmatch(spec.type):
                found[use] = None
            elif use.node_id not in seen:
                seen.add(use.node_id)
                open_uses += self.used(use.node_id)
        return tuple(found)

    def used(self, node_id: str) -> Sequence[InputRef]:
        """The inputs that are linked to a node, of those that matter."""
        return self._used.get(node_id, ())

    def gives_on(self, node_id: str, own_name: str) -> bool:
        """Whether what comes of a node is the input of that name of another one: a size that it has, too."""
        return any(use.own_name == own_name for use in self.used(node_id))

    @cached_property
    def _used(self) -> Mapping[str, Sequence[InputRef]]:
        used: dict[str, list[InputRef]] = {}
        for node_id in self.useful:
            for name, link in self._links[node_id]:
                used.setdefault(link.source, []).append(InputRef(node_id, name))
        return used

    @cached_property
    def useful(self) -> tuple[str, ...]:
        """The nodes that something which is saved or shown depends on, the last to run first."""
        sinks = [node_id for node_id in self.graph if self.saves(node_id)]
        reached = dict.fromkeys(sinks or self.graph)
        open_nodes = list(reached)
        while open_nodes:
            for _, link in self.links(open_nodes.pop()):
                if link.source not in reached:
                    reached[link.source] = None
                    open_nodes.append(link.source)
        return tuple(sorted(reached, key=lambda node_id: -self._depth.get(node_id, 0)))

    @cached_property
    def _depth(self) -> Mapping[str, int]:
        """The longest way from a node without links to each node: later samplers are deeper than earlier ones."""
        sources = {node_id: [link.source for _, link in self.links(node_id)] for node_id in self.graph}
        depth: dict[str, int] = {}
        try:
            for node_id in TopologicalSorter(sources).static_order():
                depth[node_id] = 1 + max((depth[source] for source in sources[node_id]), default=0)
        except CycleError:
            return {}
        return depth

    def _links_of(self, node: Node) -> Iterator[tuple[str, Link]]:
        for name, value in node.inputs.items():
            link = self._as_link(value)
            if link is not None:
                yield name, link

    def _as_link(self, value: JsonValue) -> Link | None:
        match value:
            case [str() as source, int() | float() as slot] if is_link(value) and source in self.graph:
                return Link(source, int(slot))
            case _:
                return None


def _is_sound(value: Scalar) -> bool:
    """No NaN, no infinity, nothing beyond what ComfyUI itself can hold."""
    return isinstance(value, str) or -_HUGE < value < _HUGE
