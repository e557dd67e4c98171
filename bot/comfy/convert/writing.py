"""The nodes of the graph, one by one: widgets' values first, links over them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..graph import Node
from ..json_value import JsonValue
from .bindings import Holding, Target
from .dynamic_prompts import Pick, expand
from .errors import BrowserValue, Circle, LostWires, MissingClass, Obstacle, UnknownOption
from .filenames import PREFIX_INPUT, filled_in
from .following import BYPASSED, MUTED, InCircles, Wire, follow
from .frames import PRIMITIVE_WIDGET, Frame
from .packs import NOTHING_TO_RUN, ROLES, TAKES_ANY_INPUT, Role
from .primitives import fitted
from .reading import Link, UiNode
from .values import Restored
from .widgets import Input, Kind, NodePlan, Widget

_SR_NAME = "Node name for S&R"


@dataclass(slots=True)
class Written:
    """What came of it."""

    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    warnings: list[str] = field(default_factory=list[str])
    obstacles: list[Obstacle] = field(default_factory=list[Obstacle])


class Writer:
    """Writes frames out."""

    def __init__(self, root: Frame, *, now: datetime | None, pick: Pick) -> None:
        self.root, self.now, self.pick = root, now, pick
        self.written = Written()
        self._missing: dict[str, list[tuple[str, str | None]]] = {}
        self._lost: dict[str, list[str]] = {}

    def write(self) -> Written:
        for frame, node in self._running(self.root):
            self._node(frame, node)
        obstacles = self.written.obstacles
        for class_type, found in self._missing.items():
            pack = next((pack for _, pack in found if pack), None)
            obstacles.append(MissingClass(class_type, pack, tuple(node_id for node_id, _ in found)))
        obstacles += [LostWires(class_type, tuple(nodes)) for class_type, nodes in self._lost.items()]
        return self.written

    def _running(self, frame: Frame) -> Iterator[tuple[Frame, UiNode]]:
        """The nodes that a server could run, instances written out."""
        for node in frame.scope.nodes.values():
            role = ROLES.get(node.kind)
            if role is Role.BROADCASTER:
                self._broadcaster(frame, node)
            if role is not None:
                continue
            is_inside = frame.parent is not None
            if node.mode == MUTED or (node.mode == BYPASSED and not is_inside):
                continue
            child = frame.child(node)
            if child is not None:
                yield from self._running(child)
            elif node.mode != BYPASSED:
                yield frame, node

    def _broadcaster(self, frame: Frame, node: UiNode) -> None:
        is_wired = bool(frame.inside.feeds(node))
        if is_wired and node.mode not in {MUTED, BYPASSED} and not frame.inside.library.document.everywhere:
            self._lost.setdefault(node.kind, []).append(frame.api_id(node))

    def _node(self, frame: Frame, node: UiNode) -> None:
        plan, restored = frame.plan(node), frame.inside.restored(node)
        node_id = frame.api_id(node)
        if plan is None or restored is None:
            self._without_class(frame, node, node_id)
            return
        for name in restored.misfits:
            self._warn(f"Node {node_id} ({node.kind}): the value of '{name}' is not of its kind; was the file saved with another version?")
        inputs: dict[str, JsonValue] = {}
        sources: dict[str, Holding] = dict(frame.holdings(node))
        wires: dict[str, JsonValue] = {}
        for name, link in frame.inside.feeds(node).items():
            declared = self._declared(plan, restored, node, node_id, name)
            if declared is None:
                continue
            match self._follow(frame, link, declared):
                case Wire(origin, slot):
                    wires[declared.name] = [origin, slot]
                    sources.pop(declared.name, None)
                case Holding() as holding:
                    sources[declared.name] = holding
                case None:
                    pass
        widgets = {held.name: held.widget for held in restored.held}
        for name, holding in sources.items():
            value = self._sent(plan, name, widgets.get(name), holding)
            if holding.is_set:
                inputs[name] = value
                holding.targets.append(Target(node_id, name))
            self._check(node_id, node.kind, name, widgets.get(name), value)
        inputs.update(wires)
        self.written.nodes[node_id] = Node(node.kind, inputs, node.title or plan.display_name)

    def _without_class(self, frame: Frame, node: UiNode, node_id: str) -> None:
        """Nodes without wires that no server knows are mostly decoration of a pack's script."""
        if not node.kind:
            return
        if not frame.inside.feeds(node) and not any(link.origin == node.id for link in frame.scope.links):
            self._warn(f"Node {node_id} ({node.kind}) is unknown to the server and wired to nothing; it was left out.")
            return
        pack = node.properties.get("cnr_id") or node.properties.get("aux_id")
        self._missing.setdefault(node.kind, []).append((node_id, pack if isinstance(pack, str) else None))

    def _warn(self, sentence: str) -> None:
        self.written.warnings.append(sentence)

    # --- inputs

    def _declared(self, plan: NodePlan, restored: Restored, node: UiNode, node_id: str, name: str) -> Input | None:
        """The input that a socket of the file stands for; None: the class has none, and the link is dropped."""
        declared = restored.inputs.get(name)
        if declared is not None and not declared.grows:
            return declared
        base = name.rpartition(".")[0]
        while base:
            grown = restored.inputs.get(base)
            if grown is not None and grown.grows:
                return Input(name, grown.type)
            base = base.rpartition(".")[0]
        socket = next((socket for socket in node.inputs if socket.name == name), None)
        if socket is not None and socket.widget is not None:
            return restored.inputs.get(socket.widget)
        saved_type = "*" if socket is None else socket.type
        if any(held.name == name for held in restored.held) or _takes_more(plan, name):
            return Input(name, saved_type)
        self._warn(f"Node {node_id} ({node.kind}) has no input '{name}' on this server; its link was dropped.")
        return None

    def _follow(self, frame: Frame, link: Link, declared: Input) -> Wire | Holding | None:
        try:
            return follow(frame, link, declared.type)
        except InCircles as circle:
            found = Circle(circle.nodes)
            if found not in self.written.obstacles:
                self.written.obstacles.append(found)
            return None

    # --- values

    def _sent(self, plan: NodePlan, name: str, widget: Widget | None, holding: Holding) -> JsonValue:
        value = holding.value
        if holding.plan is None and holding.widget == PRIMITIVE_WIDGET and widget is not None:
            value = fitted(value, self._primitive_widgets(holding) or [widget])
        if isinstance(value, str):
            if widget is not None and widget.dynamic_prompts and not holding.is_promoted:
                holding.is_dynamic = True
                return expand(value, self.pick)
            if name == PREFIX_INPUT and plan.comes_with_comfyui:
                return filled_in(value, self.now, self._value_of)
            return value
        if isinstance(value, list):
            return {"__value__": value}
        if widget is not None and widget.kind is Kind.CURVE and isinstance(value, dict) and not holding.is_promoted:
            return {"__type__": "CURVE", "__value__": value}
        return value

    def _primitive_widgets(self, holding: Holding) -> list[Widget]:
        return []

    def _check(self, node_id: str, class_type: str, name: str, widget: Widget | None, value: JsonValue) -> None:
        if widget is None:
            return
        match widget.kind:
            case Kind.DYNAMIC_CHOICE if isinstance(value, str) and value not in widget.branches:
                self.written.obstacles.append(UnknownOption(node_id, class_type, name, value))
            case Kind.SCENE if not value:
                self.written.obstacles.append(BrowserValue(node_id, class_type, name))
            case Kind.RECORDING if not value:
                self._warn(f"Node {node_id} ({class_type}) records '{name}' in a browser; give it a file.")
            case _:
                pass

    def _value_of(self, node_name: str, widget: str) -> JsonValue:
        nodes = self.root.scope.nodes.values()
        named = [node for node in nodes if node.properties.get(_SR_NAME) == node_name]
        for node in named or [node for node in nodes if node.title == node_name]:
            holding = self.root.holdings(node).get(widget)
            if holding is not None:
                return holding.value
        return None


def _takes_more(plan: NodePlan, name: str) -> bool:
    """Whether a class takes inputs that it does not list: known to, or it lists one that differs by a number only."""
    if plan.name in TAKES_ANY_INPUT:
        return True
    stem = name.rstrip("0123456789")
    return stem != name and any(inp.name.rstrip("0123456789") == stem for inp in plan.inputs if inp.widget is None)


__all__ = ["NOTHING_TO_RUN", "Mapping", "Writer", "Written"]
