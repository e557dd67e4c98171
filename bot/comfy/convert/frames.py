"""Instances of subgraphs: each has the inside of its definition once more, with its own values for promoted widgets.

A frame is one instance (or the root graph). What a definition's nodes hold is worked out once and shared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..json_value import JsonValue, items, text
from .bindings import Holding
from .errors import Unconvertible
from .groups import grouped
from .links import Wiring, layout
from .packs import ROLES, SEED_ROLLS, Role
from .plans import NodePlans
from .reading import MAX_DEPTH, MAX_EXPANDED_NODES, Document, Link, Path, Port, Scope, UiNode
from .values import Restored, restore
from .widgets import NodePlan

PRIMITIVE_WIDGET = "value"
_OWN_INPUT = "-1"
_PREVIEW = "$$"


class Inside:
    """A scope with what its nodes hold and which links feed them; the same for all instances."""

    def __init__(self, scope: Scope, library: "Library") -> None:
        self.scope = scope
        self.library = library
        self.wiring = Wiring(scope)
        self._restored: dict[str, Restored | None] = {}
        self._feeds: dict[str, dict[str, Link]] = {}
        self._promoted: tuple[tuple[UiNode, str] | None, ...] | None = None
        self.setters = {
            text(items(node.values)[0]): node
            for node in scope.nodes.values()
            if ROLES.get(node.kind) is Role.SETTER and items(node.values)
        }

    def restored(self, node: UiNode) -> Restored | None:
        """The node's widgets, or None for a class that the server lacks."""
        if node.id not in self._restored:
            plan = self.library.plans.get(node.kind)
            self._restored[node.id] = None if plan is None else restore(plan, node)
        return self._restored[node.id]

    def ports(self, node: UiNode) -> tuple[Port, ...] | None:
        """The inputs of an instance as its subgraph defines them; None: the node is no instance."""
        inside = self.library.inside(self, node)
        return None if inside is None else inside.scope.inputs

    def layout(self, node: UiNode) -> list[str]:
        ports = self.ports(node)
        return layout(node, self.restored(node)) if ports is None else [port.name for port in ports]

    def feeds(self, node: UiNode) -> dict[str, Link]:
        """Input name to the link that feeds it."""
        if node.id not in self._feeds:
            self._feeds[node.id] = self.wiring.feeds(node, lambda: self.layout(node))
        return self._feeds[node.id]

    def promoted(self) -> tuple[tuple[UiNode, str] | None, ...]:
        """For each input of the subgraph the inner widget that it shows: the first that one of its links reaches."""
        if self._promoted is None:
            self._promoted = tuple(self._reached(slot) for slot in range(len(self.scope.inputs)))
        return self._promoted

    def _reached(self, slot: int) -> tuple[UiNode, str] | None:
        for link in self.wiring.entering(slot):
            node = self.scope.nodes.get(link.target)
            if node is None:
                continue
            name = next((name for name, fed in self.feeds(node).items() if fed is link), None)
            if name is None:
                continue
            inner = self.library.inside(self, node)
            if inner is not None:
                port = inner.port(name)
                if port is not None and inner.promoted()[port] is not None:
                    return node, name
            elif (restored := self.restored(node)) is not None:
                found = restored.inputs.get(name)
                if found is not None and found.widget is not None:
                    return node, name
        return None

    def port(self, name: str) -> int | None:
        return next((slot for slot, port in enumerate(self.scope.inputs) if port.name == name), None)

    def feeding_port(self, node: UiNode, name: str) -> int | None:
        """The input of the subgraph that feeds an input of an inner node."""
        link = self.feeds(node).get(name)
        return link.origin_slot if link is not None and link.origin == self.scope.input_node else None


class Library:
    """Everything that one conversion looks things up in."""

    def __init__(self, document: Document, plans: NodePlans) -> None:
        self.document = document
        self.plans = plans
        self.expanded_nodes = 0
        self._insides: dict[str, Inside] = {}
        self._groups: dict[Path, Inside | None] = {}

    def inside(self, around: Inside, node: UiNode) -> Inside | None:
        """The inside of an instance; None: the node is something else."""
        scope = self.document.subgraphs.get(node.kind)
        if scope is not None:
            if scope.id not in self._insides:
                self._insides[scope.id] = Inside(scope, self)
            return self._insides[scope.id]
        if self.document.group_nodes and node.path not in self._groups:
            scope = grouped(node, self.document.group_nodes, self.plans)
            self._groups[node.path] = None if scope is None else Inside(scope, self)
        return self._groups.get(node.path)

    def count(self, frame: "Frame") -> None:
        """Take note of one more instance; too many, or too deep, is an error."""
        if frame.depth > MAX_DEPTH:
            raise Unconvertible(
                f"The subgraph '{frame.scope.name}' is nested more than {MAX_DEPTH} deep, or contains itself."
            )
        self.expanded_nodes += len(frame.scope.nodes)
        if self.expanded_nodes > MAX_EXPANDED_NODES:
            raise Unconvertible(f"Written out, the subgraphs have more than {MAX_EXPANDED_NODES:,} nodes.")


@dataclass(slots=True)
class _Shown:
    """What an instance says about a widget of its inside: entry ``index`` of its values, perhaps without a value."""

    index: int
    value: JsonValue


@dataclass(slots=True)
class _Promise:
    """A widget of a nested instance that an outer one shows."""

    widget: str
    deeper: str | None
    shown: _Shown


class Frame:
    """One instance of a subgraph in its place, or the root graph."""

    def __init__(self, inside: Inside, *, prefix: str = "", parent: "Frame | None" = None, host: UiNode | None = None) -> None:
        self.inside = inside
        self.scope = inside.scope
        self.prefix = prefix
        self.parent = parent
        self.host = host
        self.depth: int = 0 if parent is None else parent.depth + 1
        self._children: dict[str, Frame] = {}
        self._holdings: dict[str, dict[str, Holding]] = {}
        self._ports: dict[int, Holding] = {}
        self._overrides: dict[tuple[str, str], Holding] = {}
        self._promises: dict[str, list[_Promise]] = {}
        inside.library.count(self)
        if host is not None:
            self._read_host(host)

    # --- nodes

    def api_id(self, node: UiNode) -> str:
        return self.prefix + node.id

    def plan(self, node: UiNode) -> NodePlan | None:
        return self.inside.library.plans.get(node.kind)

    def child(self, node: UiNode) -> "Frame | None":
        """The frame of an instance; None: the node is something else."""
        if node.id not in self._children:
            inside = self.inside.library.inside(self.inside, node)
            if inside is None:
                return None
            frame = Frame(inside, prefix=f"{self.api_id(node)}:", parent=self, host=node)
            self._children[node.id] = frame
            for promise in self._promises.get(node.id, ()):
                frame.keep(promise, self)
        return self._children[node.id]

    def holdings(self, node: UiNode) -> Mapping[str, Holding]:
        """The widgets of a node in this frame, by name."""
        found = self._holdings.get(node.id)
        if found is None:
            found = {holding.widget: holding for holding in self._held(node)}
            for (node_id, widget), holding in self._overrides.items():
                if node_id == node.id:
                    found[widget] = holding
            self._holdings[node.id] = found
        return found

    def _held(self, node: UiNode) -> Iterator[Holding]:
        owner, subgraph = self.api_id(node), self.scope.id or None
        path = (*node.path, "widgets_values")
        if ROLES.get(node.kind) is Role.PRIMITIVE:
            values = items(node.values)
            if values:
                control = text(values[1]) if len(values) > 1 else None
                yield Holding(owner, node.saved_id, subgraph, PRIMITIVE_WIDGET, values[0], (*path, 0), None, control)
            return
        restored = self.inside.restored(node)
        if restored is None:
            return
        labels = {socket.name: socket.label for socket in node.inputs if socket.label}
        rolled = SEED_ROLLS.get(node.kind)
        for held in restored.held:
            control = held.control
            if held.name == rolled and isinstance(held.value, int) and held.value < 0:
                control = "randomize"
            yield Holding(
                owner,
                node.saved_id,
                subgraph,
                held.name,
                held.value,
                (*path, held.slot),
                held.widget,
                control,
                labels.get(held.name),
                is_set=held.is_set,
            )

    def all_holdings(self) -> Iterator[Holding]:
        """Every widget that this frame and those inside it hold, promoted ones first."""
        for slot in range(len(self.scope.inputs)):
            promoted = self.promoted(slot)
            if promoted is not None:
                yield promoted
        yield from self._overrides.values()
        for found in self._holdings.values():
            yield from (holding for holding in found.values() if not holding.is_promoted)
        for child in self._children.values():
            yield from child.all_holdings()

    # --- promoted widgets

    def promoted(self, slot: int) -> Holding | None:
        """The widget that the host shows for an input of the subgraph; None: the input is a socket only."""
        if self.host is None or not 0 <= slot < len(self.scope.inputs):
            return None
        if slot not in self._ports:
            reached = self.inside.promoted()[slot]
            if reached is None:
                return None
            index = sum(found is not None for found in self.inside.promoted()[:slot])
            self._show(slot, _Shown(index, None))
        return self._ports[slot]

    def _read_host(self, host: UiNode) -> None:
        values = items(host.values)
        proxies = items(host.properties.get("proxyWidgets"))
        if proxies:
            for index, entry in enumerate(proxies):
                given = values[index] if index < len(values) else None
                self._read_proxy(items(entry), _Shown(index, given))
            return
        slots = [slot for slot, reached in enumerate(self.inside.promoted()) if reached is not None]
        for index, slot in enumerate(slots):
            self._show(slot, _Shown(index, values[index] if index < len(values) else None))

    def _read_proxy(self, entry: "tuple[JsonValue, ...] | list[JsonValue] | object", shown: _Shown) -> None:
        parts = [text(part) or "" for part in items(entry if isinstance(entry, list) else None)]
        if len(parts) < 2 or parts[1].startswith(_PREVIEW):
            return
        saved_id, widget, *deeper = parts
        if saved_id == _OWN_INPUT:
            slot = self.inside.port(widget)
            if slot is not None and self.inside.promoted()[slot] is not None:
                self._show(slot, shown)
            return
        node = self.scope.nodes.get(self.scope.renamed.get(saved_id, saved_id))
        if node is not None:
            self._show_inner(node, widget, deeper[0] if deeper else None, shown)

    def _show_inner(self, node: UiNode, widget: str, deeper: str | None, shown: _Shown) -> None:
        if ROLES.get(node.kind) is Role.PRIMITIVE:
            self._override(node, PRIMITIVE_WIDGET, shown, self)
            return
        name = self._resolved(node, widget)
        slot = self.inside.feeding_port(node, name)
        if slot is not None and self.inside.promoted()[slot] is not None:
            self._show(slot, shown)
        elif self.inside.library.inside(self.inside, node) is not None:
            self._promises.setdefault(node.id, []).append(_Promise(name, deeper, shown))
        else:
            self._override(node, name, shown, self)

    def _resolved(self, node: UiNode, widget: str) -> str:
        """The widget's name without the prefix (``57: text``) that some versions put before it."""
        inner = self.inside.library.inside(self.inside, node)
        restored = self.inside.restored(node)
        known = inner is not None and inner.port(widget) is not None
        if known or (restored is not None and any(held.name == widget for held in restored.held)):
            return widget
        _, colon, rest = widget.partition(": ")
        return rest if colon else widget

    def _show(self, slot: int, shown: _Shown) -> None:
        reached = self.inside.promoted()[slot]
        if reached is None:
            return
        node, name = reached
        port = self.scope.inputs[slot]
        self._ports[slot] = self._promotion(port.name, port.label, shown, self._inner(node, name))

    def _inner(self, node: UiNode, name: str) -> Holding | None:
        child = self.child(node)
        if child is None:
            return self.holdings(node).get(name)
        slot = child.inside.port(name)
        return None if slot is None else child.promoted(slot)

    def _override(self, node: UiNode, widget: str, shown: _Shown, host_frame: "Frame") -> None:
        inner = self.holdings(node).get(widget)
        if inner is None:
            return
        holding = host_frame._promotion(widget, inner.label, shown, inner)  # noqa: SLF001  # another instance of this class
        self._overrides[node.id, widget] = holding
        self._holdings[node.id] = {**self._holdings[node.id], widget: holding}

    def keep(self, promise: _Promise, outer: "Frame") -> None:
        """Show a widget on an instance around this one."""
        slot = self.inside.port(promise.widget)
        if slot is not None and (own := self.promoted(slot)) is not None:
            self._ports[slot] = outer._promotion(promise.widget, own.label, promise.shown, own)  # noqa: SLF001  # as above
            return
        wanted = promise.deeper
        for node in self.scope.nodes.values():
            if node.saved_id == wanted and promise.widget in self.holdings(node):
                self._override(node, promise.widget, promise.shown, outer)

    def _promotion(self, name: str, label: str | None, shown: _Shown, inner: Holding | None) -> Holding:
        host, around = self.host, self.parent
        assert host is not None and around is not None  # noqa: S101, PT018  # only instances show widgets
        value = shown.value if shown.value is not None or inner is None else inner.value
        return Holding(
            owner=self.prefix.removesuffix(":"),
            saved_id=host.saved_id,
            subgraph=around.scope.id or None,
            widget=name,
            value=value,
            path=(*host.path, "widgets_values", shown.index),
            plan=None if inner is None else inner.plan,
            control=None if inner is None else inner.control,
            label=label,
            is_promoted=True,
            is_set=shown.value is not None or (inner is not None and inner.is_set),
        )
