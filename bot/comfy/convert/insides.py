"""The inside of a subgraph, worked out once for all its instances: what its nodes hold and which links feed them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ..json_value import as_text, items
from .document import Link, Path, Port, Scope, UiNode
from .everywhere import Everywhere
from .links import Wiring, layout
from .packs import EDITOR_NODES, EditorNode
from .values import Restored, Values, restore
from .widgets import NodePlan, Widget

if TYPE_CHECKING:
    from .library import Library


class Reached(Struct, frozen=True):
    """The inner widget that an input of a subgraph stands for."""

    node: UiNode
    name: str
    """A widget of the node, or an input of the subgraph that the node is an instance of."""
    widget: Widget | None
    """None: the file marks it as one, and the server does not know it."""


class Inside:
    """A scope with what its nodes hold and which links feed them."""

    def __init__(self, scope: Scope, library: "Library") -> None:
        self.scope = scope
        self.library = library
        self.wiring = Wiring(scope)
        self._restored: dict[str, Restored | None] = {}
        self._feeds: dict[str, dict[str, Link]] = {}
        self._wired: dict[str, dict[str, Link]] = {}
        self._everywhere: Everywhere | None = None
        self._types: dict[str, dict[str, str]] = {}
        self._promoted: tuple[Reached | None, ...] | None = None
        self._setters: dict[str, UiNode] | None = None

    def rewritten_values(self) -> Iterator[tuple[Path, Values]]:
        """The lists of values that this server's classes have otherwise than the file."""
        for node_id, restored in self._restored.items():
            node = self.scope.nodes[node_id]
            if restored is not None and restored.rewritten is not None and node.value_slots is None:
                yield node.value_path(0)[:-1], restored.rewritten

    def plan(self, node: UiNode) -> NodePlan | None:
        """The node's class; None: the server lacks it."""
        return self.library.plans.get(node.kind)

    def restored(self, node: UiNode) -> Restored | None:
        """The node's widgets; None for a class that the server lacks."""
        if node.id not in self._restored:
            plan = self.plan(node)
            self._restored[node.id] = None if plan is None else restore(plan, node)
        return self._restored[node.id]

    def ports(self, node: UiNode) -> tuple[Port, ...] | None:
        """The inputs of an instance as its subgraph defines them; None: the node is no instance."""
        inner = self.library.inside(node)
        return None if inner is None else inner.scope.inputs

    def feeds(self, node: UiNode) -> dict[str, Link]:
        """Input name to the link that feeds it."""
        if node.id not in self._feeds:
            self._feeds[node.id] = {**self.everywhere.inputs.get(node.id, {}), **self.wired(node)}
        return self._feeds[node.id]

    def wired(self, node: UiNode) -> dict[str, Link]:
        """The same of the links that the file lists."""
        if node.id not in self._wired:
            self._wired[node.id] = self.wiring.feeds(node, lambda: self._layout(node))
        return self._wired[node.id]

    @property
    def everywhere(self) -> Everywhere:
        """The links that the file does not list."""
        if self._everywhere is None:
            self._everywhere = Everywhere.of(self)
        return self._everywhere

    def leaving(self, slot: int) -> Link | None:
        """The link to an output of the subgraph."""
        return self.wiring.leaving(slot) or self.everywhere.outputs.get(slot)

    def socket_types(self, node: UiNode) -> dict[str, str]:
        """The node's input sockets in the editor's order, and what they take."""
        if node.id not in self._types:
            self._types[node.id] = self._socket_types(node)
        return self._types[node.id]

    def title(self, node: UiNode) -> str:
        """What the editor writes above a node."""
        inner, plan = self.library.inside(node), self.plan(node)
        if inner is not None:
            return node.title or inner.scope.name
        return node.title or (node.kind if plan is None else plan.display_name)

    def is_widget(self, node: UiNode, name: str) -> bool:
        """Whether an input of a node is one of its widgets'."""
        if any(socket.name == name and socket.widget is not None for socket in node.inputs):
            return True
        restored = self.restored(node)
        declared = None if restored is None else restored.inputs.get(name)
        return declared is not None and declared.widget is not None

    def carried_type(self, link: Link) -> str:
        """The type of what a link brings."""
        if link.type != "*":
            return link.type
        if link.origin == self.scope.input_node:
            ports = self.scope.inputs[link.origin_slot : link.origin_slot + 1]
            return ports[0].type if ports else "*"
        node = self.scope.nodes.get(link.origin)
        return "*" if node is None else self.output_type(node, link.origin_slot)

    def named_outputs(self, node: UiNode) -> list[tuple[str, str]]:
        """The names and types of a node's outputs."""
        inner, plan = self.library.inside(node), self.plan(node)
        if inner is not None:
            return [(port.name, port.type) for port in inner.scope.outputs]
        if plan is None:
            return []
        names = plan.output_names or plan.outputs
        return list(zip(names, plan.outputs, strict=False))

    def output_type(self, node: UiNode, slot: int) -> str:
        inner, plan = self.library.inside(node), self.plan(node)
        if inner is not None:
            declared = tuple(port.type for port in inner.scope.outputs)
        else:
            declared = node.outputs if plan is None else plan.outputs
        return declared[slot] if 0 <= slot < len(declared) else "*"

    def setter(self, name: str) -> UiNode | None:
        """The node that gives a wire its name in this graph."""
        if self._setters is None:
            nodes = [
                node for node in self.scope.nodes.values() if EDITOR_NODES.get(node.kind) is EditorNode.SETTER
            ]
            self._setters = {
                named: node for node in reversed(nodes) if (named := wire_name(node)) is not None
            }
        return self._setters.get(name)

    def promoted(self) -> tuple[Reached | None, ...]:
        """For each input of the subgraph the widget that it stands for: the first that one of its links reaches."""
        if self._promoted is None:
            self._promoted = tuple([self._reached(slot) for slot in range(len(self.scope.inputs))])
        return self._promoted

    def port(self, name: str) -> int | None:
        """The place of an input of the subgraph."""
        return next((slot for slot, port in enumerate(self.scope.inputs) if port.name == name), None)

    def feeding_port(self, node: UiNode, name: str) -> int | None:
        """The input of the subgraph that feeds an input of an inner node."""
        link = self.feeds(node).get(name)
        return link.origin_slot if link is not None and link.origin == self.scope.input_node else None

    def fed_widgets(self, node: UiNode) -> list[Widget]:
        """The widgets that the node's links lead to."""
        reached = [self._arrival(link) for link in self.wiring.departing(node)]
        return [arrival.widget for arrival in reached if arrival is not None and arrival.widget is not None]

    def _reached(self, slot: int) -> Reached | None:
        for link in self.wiring.entering(slot):
            reached = self._arrival(link)
            if reached is not None:
                return reached
        return None

    def _arrival(self, link: Link) -> Reached | None:
        """The widget that a link ends at."""
        node = self.scope.nodes.get(link.target)
        if node is None:
            return None
        name = next((name for name, fed in self.feeds(node).items() if fed is link), None)
        if name is None:
            return None
        inner, restored = self.library.inside(node), self.restored(node)
        if inner is not None:
            slot = inner.port(name)
            deeper = None if slot is None else inner.promoted()[slot]
            return None if deeper is None else Reached(node, name, deeper.widget)
        declared = None if restored is None else restored.inputs.get(name)
        if declared is not None and declared.widget is not None:
            return Reached(node, name, declared.widget)
        is_marked = any(socket.name == name and socket.widget is not None for socket in node.inputs)
        return Reached(node, name, None) if is_marked else None

    def _layout(self, node: UiNode) -> list[str]:
        ports = self.ports(node)
        return layout(node, self.restored(node)) if ports is None else [port.name for port in ports]

    def _socket_types(self, node: UiNode) -> dict[str, str]:
        ports, restored = self.ports(node), self.restored(node)
        saved = {socket.name: socket.type for socket in node.inputs}
        if ports is not None:
            return {port.name: saved.get(port.name, "*") if port.type == "*" else port.type for port in ports}
        known = {} if restored is None else restored.inputs
        types: dict[str, str] = {}
        for name in self._layout(node):
            declared = known.get(name) or known.get(name.rpartition(".")[0])
            types[name] = saved.get(name, "*") if declared is None else declared.type
        return types


def wire_name(node: UiNode) -> str | None:
    """The name that a setter gives, or a getter takes."""
    values = items(node.values)
    return as_text(values[0]) if values else None
