"""The nodes of the graph, one by one: widgets' values first, links over them."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..graph import Node
from ..json_value import JsonValue
from ..phrases import Phrase
from .accepting import fits
from .bindings import Holding, Rejected, WidgetRef
from .document import BYPASSED, MUTED, Link, UiNode
from .errors import Circle, LostWires, MissingClass, Obstacle, Unconvertible, UnusableValue
from .following import InCircles, Source, Wire, follow
from .frames import Frame
from .misfits import warning
from .packs import EDITOR_NODES
from .primitives import fitted
from .scenes import Scene
from .sending import Sender
from .sockets import input_of
from .values import Restored, rebranched
from .widgets import Input, NodePlan, Widget, WidgetKind

MAX_WARNINGS = 50


class Notes(Struct):
    """What was odd (warnings) and what stands in the way (obstacles)."""

    warnings: list[Phrase] = []
    obstacles: list[Obstacle] = []

    def warn(self, sentence: Phrase) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(sentence)

    def refuse(self, obstacle: Obstacle) -> None:
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)


class Writer:
    """Writes the root frame and all instances in it."""

    def __init__(self, root: Frame, sender: Sender, notes: Notes) -> None:
        self._root, self._sender, self._notes = root, sender, notes
        self._nodes: dict[str, Node] = {}
        self._missing: dict[str, list[tuple[str, str | None]]] = {}
        self._lost: dict[str, list[str]] = {}
        self.scenes: list[Scene] = []
        """Views of 3D models whose pictures the file does not have."""

    def write(self) -> dict[str, Node]:
        for frame, node in self._running(self._root):
            node_id = frame.api_id(node)
            if node_id in self._nodes:
                raise Unconvertible(Phrase("same-id-written", node=node_id))
            plan, restored = frame.inside.plan(node), frame.inside.restored(node)
            if plan is not None and restored is not None:
                self._nodes[node_id] = self._node(frame, node, plan, restored)
            else:
                self._without_class(frame, node)
        for class_type, found in self._missing.items():
            pack = next((pack for _, pack in found if pack), None)
            self._notes.refuse(MissingClass(class_type, pack, tuple(node_id for node_id, _ in found)))
        for class_type, nodes in self._lost.items():
            self._notes.refuse(LostWires(class_type, tuple(nodes)))
        return self._nodes

    def _running(self, frame: Frame, *, is_bypassed: bool = False) -> Iterator[tuple[Frame, UiNode]]:
        """The nodes that a server could run, instances written out.

        The editor writes the inside of a bypassed instance if that lies in another one. Nothing is wired to it, so it
        does no harm, unless it holds an output node: those are left out.
        """
        for node in frame.scope.nodes.values():
            editor_node = EDITOR_NODES.get(node.kind)
            is_idle = node.mode == MUTED or (node.mode == BYPASSED and frame.parent is None)
            if node.id in frame.inside.everywhere.unclear:
                self._lost.setdefault(node.kind, []).append(frame.api_id(node))
            if editor_node is not None or is_idle:
                continue
            child = frame.child(node)
            if child is not None:
                yield from self._running(child, is_bypassed=is_bypassed or node.mode == BYPASSED)
            elif node.mode != BYPASSED and not (is_bypassed and _is_output(frame, node)):
                yield frame, node

    def _without_class(self, frame: Frame, node: UiNode) -> None:
        """Nodes without wires that no server knows are decoration that a pack's script draws."""
        node_id = frame.api_id(node)
        if not frame.inside.feeds(node) and not frame.inside.wiring.departing(node):
            self._notes.warn(Phrase("node-left-out", node=node_id, name=node.kind))
            return
        pack = node.properties.get("cnr_id") or node.properties.get("aux_id")
        self._missing.setdefault(node.kind, []).append((node_id, pack if isinstance(pack, str) else None))

    def _node(self, frame: Frame, node: UiNode, plan: NodePlan, restored: Restored) -> Node:
        sources = self._sources(frame, node, plan, restored)
        inputs = self._values(frame, node, plan, restored, sources)
        wires = {name: [wire.node_id, wire.slot] for name, wire in sources.items() if isinstance(wire, Wire)}
        return Node(node.kind, {**inputs, **wires}, node.title or plan.display_name)

    def _sources(self, frame: Frame, node: UiNode, plan: NodePlan, restored: Restored) -> dict[str, Source]:
        """What feeds each input: its own widget, unless a link brings something else."""
        sources = dict[str, Source](frame.holdings(node))
        for name, link in frame.inside.feeds(node).items():
            declared = input_of(name, node, plan, restored)
            if declared is None:
                self._warn_of_lost_link(frame, node, name)
                continue
            source = self._followed(frame, link, declared)
            if source is not None:
                sources[declared.name] = source
        return sources

    def _warn_of_lost_link(self, frame: Frame, node: UiNode, name: str) -> None:
        """Not where the file calls the input a widget: that one is gone from the class, and its value with it."""
        if not any(socket.name == name and socket.widget is not None for socket in node.inputs):
            self._notes.warn(Phrase("link-dropped", node=frame.api_id(node), name=node.kind, input=name))

    def _values(
        self, frame: Frame, node: UiNode, plan: NodePlan, restored: Restored, sources: Mapping[str, Source]
    ) -> dict[str, JsonValue]:
        node_id = frame.api_id(node)
        holdings = {name: source for name, source in sources.items() if isinstance(source, Holding)}
        inputs: dict[str, JsonValue] = {}
        for name, given in holdings.items():
            declared = restored.inputs.get(name)
            widget = None if declared is None else declared.widget
            holding = given if widget is None else self._fitting(frame, node, name, widget, given)
            holdings[name] = holding
            value = self._sender.sent(plan, name, widget, holding)
            self._sender.check(node_id, plan, name, widget, value)
            holding.targets.append(WidgetRef(node_id, name))
            if holding.is_set:
                inputs[name] = value
            if widget is not None and widget.kind is WidgetKind.SCENE and not value:
                self.scenes.append(Scene(node_id, name))
        for held in restored.branching():
            for stale in rebranched(inputs, held):
                holdings[stale].targets.remove(WidgetRef(node_id, stale))
        return inputs

    def _fitting(self, frame: Frame, node: UiNode, name: str, widget: Widget, given: Holding) -> Holding:
        """What is sent in place of a value of the wrong kind; the given one if there is nothing wrong with it."""
        if given.plan is None:  # a primitive node's that no widget of its own graph limits
            given.plan, given.value = widget, fitted(given.value, [widget])
        rejected, holding = given.rejected, given
        if not fits(widget, given.value):  # a primitive node's, which holds anything
            holding = frame.holdings(node).get(name, given)
            rejected = Rejected(given.value, given.owner)
        if rejected is None:
            return holding
        node_id = frame.api_id(node)
        if holding.value is None:
            self._notes.refuse(UnusableValue(node_id, node.kind, name, rejected.value))
        else:
            giver = None if rejected.owner == node_id else rejected.owner
            problem = warning(widget, name, rejected.value, holding.value, giver)
            self._notes.warn(_in_node(node_id, node, problem))
        return holding

    def _followed(self, frame: Frame, link: Link, declared: Input) -> Source:
        try:
            return follow(frame, link, declared.type)
        except InCircles as circle:
            self._notes.refuse(Circle(circle.nodes))
            return None


def _in_node(node_id: str, node: UiNode, problem: Phrase) -> Phrase:
    if node.title is None:
        return Phrase("in-node", node=node_id, name=node.kind, problem=problem)
    return Phrase("in-titled-node", node=node_id, title=node.title, name=node.kind, problem=problem)


def _is_output(frame: Frame, node: UiNode) -> bool:
    plan = frame.inside.plan(node)
    return plan is not None and plan.is_output
