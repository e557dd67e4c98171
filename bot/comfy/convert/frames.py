"""Instances of subgraphs: each is the inside of its definition once more, with its own values for the widgets it shows.

A frame is one instance in its place, or the root graph.
"""

from collections.abc import Iterator, Mapping

from ..json_value import JsonValue, as_text, items
from .accepting import fits
from .bindings import Holding, Rejected
from .document import Path, UiNode
from .insides import Inside
from .packs import EDITOR_NODES, SEED_ROLLS, EditorNode
from .primitives import fitted, is_finite
from .promotion import PRIMITIVE_WIDGET, PortShown, WidgetShown, shown, slots_with_values
from .values import Held, Values
from .widgets import Widget


class Frame:
    """One instance of a subgraph in its place, or the root graph."""

    def __init__(
        self, inside: Inside, *, prefix: str = "", parent: "Frame | None" = None, host: UiNode | None = None
    ) -> None:
        self.inside = inside
        self.scope = inside.scope
        self.parent = parent
        self.host = host
        self.prefix = prefix
        """What the editor puts before the ids of inner nodes: ``20:7:``."""
        self._children: dict[str, Frame] = {}
        self._holdings: dict[str, dict[str, Holding]] = {}
        self._ports: dict[int, Holding] = {}
        self._shown_inside: list[Holding] = []
        self._shown_deeper: dict[str, list[WidgetShown]] = {}
        inside.library.count_nodes(len(self.scope.nodes))
        if host is not None:
            for showing in shown(host, inside):
                self._show(showing)

    def api_id(self, node: UiNode) -> str:
        """The node's id in the graph."""
        return self.prefix + node.id

    def child(self, node: UiNode) -> "Frame | None":
        """The frame of an inner instance; None: the node is something else."""
        found = self._children.get(node.id)
        if found is None:
            inside = self.inside.library.inside(node)
            if inside is None:
                return None
            found = Frame(inside, prefix=f"{self.api_id(node)}:", parent=self, host=node)
            self._children[node.id] = found
            for showing in self._shown_deeper.get(node.id, ()):
                self._show_deeper(found, showing)
        return found

    def holdings(self, node: UiNode) -> Mapping[str, Holding]:
        """The widgets of a node in this frame, by name."""
        found = self._holdings.get(node.id)
        if found is None:
            found = {holding.widget: holding for holding in self._held(node)}
            self._holdings[node.id] = found
        return found

    def promoted(self, slot: int) -> Holding | None:
        """The widget that the host shows for an input of the subgraph; None: the input is a socket only."""
        if slot not in self._ports and self.host is not None:
            reached = self.inside.promoted()
            if self.scope.is_group or not 0 <= slot < len(reached) or reached[slot] is None:
                return None
            index = slots_with_values(self.host, self.inside).index(slot)
            self._show_port(PortShown(index, None, slot))
        return self._ports.get(slot)

    def all_nodes(self) -> "Iterator[tuple[Frame, UiNode]]":
        """Every node of this frame and those in it; what is in an instance comes before the instance."""
        for node in self.scope.nodes.values():
            child = self.child(node)
            if child is not None:
                yield from child.all_nodes()
            yield self, node

    def all_holdings(self) -> Iterator[Holding]:
        """Every widget of this frame and those in it, the ones that the instance shows first."""
        ports = (self._ports[slot] for slot in sorted(self._ports))
        yield from (port for port in ports if port.plan is None or port.plan.is_sent)
        yield from self._shown_inside
        for held in self._holdings.values():
            yield from (holding for holding in held.values() if not holding.is_promoted)
        for child in self._children.values():
            yield from child.all_holdings()

    def rewritten_values(self) -> Iterator[tuple[Path, Values]]:
        """The lists of values of instances that the file has too short for what they show."""
        values = {
            entry: holding.value
            for holding in (*self._ports.values(), *self._shown_inside)
            if isinstance(entry := holding.path[-1], int)
        }
        saved = () if self.host is None else items(self.host.values)
        if self.host is not None and values and len(saved) <= max(values):
            added = [values.get(entry) for entry in range(len(saved), max(values) + 1)]
            yield self.host.value_path(0)[:-1], (*saved, *added)
        for child in self._children.values():
            yield from child.rewritten_values()

    def _held(self, node: UiNode) -> Iterator[Holding]:
        owner, subgraph = self.api_id(node), self.scope.id or None
        if EDITOR_NODES.get(node.kind) is EditorNode.PRIMITIVE:
            yield from self._primitive(node, owner, subgraph)
            return
        restored = self.inside.restored(node)
        if restored is None:
            return
        labels = {socket.name: socket.label for socket in node.inputs if socket.label}
        for held in restored.held:
            value, is_rolled = _rolled(node, held)
            yield Holding(
                owner=owner,
                saved_id=node.saved_id,
                subgraph=subgraph,
                widget=held.name,
                value=value,
                path=node.value_path(held.slot),
                plan=held.widget,
                control="randomize" if is_rolled else held.control,
                label=labels.get(held.name),
                is_set=held.is_set,
                rejected=None if held.rejected is None else Rejected(held.rejected, owner),
            )

    def _primitive(self, node: UiNode, owner: str, subgraph: str | None) -> Iterator[Holding]:
        values = items(node.values)
        if not values or not is_finite(values[0]):
            return
        fed = self.inside.fed_widgets(node)
        yield Holding(
            owner=owner,
            saved_id=node.saved_id,
            subgraph=subgraph,
            widget=PRIMITIVE_WIDGET,
            value=fitted(values[0], fed),
            path=node.value_path(0),
            plan=fed[0] if fed else None,
            control=as_text(values[1]) if len(values) > 1 else None,
            label=node.title,
        )

    # What the host shows

    def _show(self, showing: PortShown | WidgetShown) -> None:
        if isinstance(showing, PortShown):
            self._show_port(showing)
        elif self.inside.library.inside(showing.node) is not None:
            self._shown_deeper.setdefault(showing.node.id, []).append(showing)
        else:
            self._show_widget(self, showing.node, showing.widget, showing)

    def _show_port(self, showing: PortShown) -> None:
        reached = self.inside.promoted()[showing.slot]
        if reached is None or reached.widget is None:
            return
        child = self.child(reached.node)
        if child is None:
            inner = self.holdings(reached.node).get(reached.name)
        else:
            slot = child.inside.port(reached.name)
            inner = None if slot is None else child.promoted(slot)
        port = self.scope.inputs[showing.slot]
        self._ports[showing.slot] = self._shown(port.name, port.label, showing, inner, reached.widget)

    def _show_deeper(self, child: "Frame", showing: WidgetShown) -> None:
        """A widget of an instance in this frame, shown on this frame's own host."""
        slot = child.inside.port(showing.widget)
        own = None if slot is None else child.promoted(slot)
        if slot is not None and own is not None:
            child._ports[slot] = self._shown(showing.widget, own.label, showing, own, own.plan)  # noqa: SLF001  # of this class
            return
        for node in child.scope.nodes.values():
            if node.saved_id == showing.deeper:
                self._show_widget(child, node, showing.widget, showing)

    def _show_widget(self, frame: "Frame", node: UiNode, widget: str, showing: WidgetShown) -> None:
        inner = frame.holdings(node).get(widget)
        if inner is not None:
            holding = self._shown(widget, inner.label, showing, inner, inner.plan)
            self._shown_inside.append(holding)
            frame._holdings[node.id][widget] = holding  # noqa: SLF001  # of this class

    def _shown(
        self,
        widget: str,
        label: str | None,
        showing: PortShown | WidgetShown,
        inner: Holding | None,
        plan: Widget | None,
    ) -> Holding:
        host, parent = self.host, self.parent
        owner = self.prefix.removesuffix(":")
        is_held = showing.value is not None and is_finite(showing.value)
        is_given = is_held and (plan is None or fits(plan, showing.value))
        inner_value: JsonValue = None if inner is None else inner.value
        rejected = Rejected(showing.value, owner) if is_held else (None if inner is None else inner.rejected)
        return Holding(
            owner=owner,
            saved_id="" if host is None else host.saved_id,
            subgraph=None if parent is None else parent.scope.id or None,
            widget=widget,
            value=showing.value if is_given else inner_value,
            path=() if host is None else host.value_path(showing.index),
            plan=plan,
            control=None if inner is None else inner.control,
            label=label,
            is_promoted=True,
            is_set=is_given or (inner is not None and inner.is_set),
            rejected=None if is_given else rejected,
        )


def _rolled(node: UiNode, held: Held) -> tuple[JsonValue, bool]:
    """A widget's value, and whether it asks for a new number at each run: then it is one that the server takes."""
    if SEED_ROLLS.get(node.kind) != held.name or not isinstance(held.value, int) or held.value >= 0:
        return held.value, False
    return (held.value if held.widget.minimum is None else max(held.value, int(held.widget.minimum))), True
