"""The editor's older group nodes (``workflow>NAME``) as subgraphs: their inside lies in ``extra.groupNodes``.

An inside has its nodes by number, links between the numbers, and nothing for its own inputs and outputs: those are
the sockets that no inner link takes. The values of all inner widgets lie in the group node, one after another.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..json_value import JsonValue, as_integer, items, mapping
from .document import Link, Port, Scope, Socket, UiNode
from .group_values import Inner, with_values
from .links import layout
from .nesting import group_name
from .plans import NodePlans
from .reading import read_node
from .values import Restored, restore

_INPUTS, _OUTPUTS = "-10", "-20"


class _Wire(Struct, frozen=True):
    origin: int
    origin_slot: int
    target: int
    target_slot: int


class _Group(Struct, frozen=True):
    """A definition as saved."""

    nodes: Sequence[UiNode]
    restored: Sequence[Restored | None]
    wires: Sequence[_Wire]
    external: frozenset[tuple[int, int]]
    config: Mapping[str, JsonValue]

    def fed_by(self, wire: _Wire) -> tuple[int, str]:
        """The node and the name of the input that an inner link feeds."""
        node = self.nodes[wire.target]
        names = [socket.name for socket in node.inputs] or layout(node, self.restored[wire.target])
        return wire.target, names[wire.target_slot] if 0 <= wire.target_slot < len(names) else ""

    def is_hidden(self, node: int, side: str, name: str) -> bool:
        shown = mapping(mapping(mapping(self.config.get(str(node))).get(side)).get(name)).get("visible")
        return shown is False


def grouped(node: UiNode, definitions: Mapping[str, JsonValue], plans: NodePlans) -> Scope | None:
    """The inside of one group node with its own values; None: the node is something else."""
    name = group_name(node.kind)
    definition = None if name is None else definitions.get(name)
    if name is None or not isinstance(definition, dict):
        return None
    group = _group(name, definition, plans)
    inputs = list(_inputs(group))
    outputs = list(_outputs(group, plans))
    links = [
        *(
            Link(f"g{n}", str(w.origin), w.origin_slot, str(w.target), w.target_slot)
            for n, w in enumerate(group.wires)
        ),
        *(Link(f"i{slot}", _INPUTS, slot, str(inner), 0) for slot, (inner, _) in enumerate(inputs)),
        *(
            Link(f"o{slot}", str(inner), taken, _OUTPUTS, slot)
            for slot, (inner, taken, _) in enumerate(outputs)
        ),
    ]
    fed = {place: f"i{slot}" for slot, place in enumerate(inputs)}
    fed |= {group.fed_by(wire): f"g{number}" for number, wire in enumerate(group.wires)}
    held = [
        Inner(each, known, frozenset(name for at, name in map(group.fed_by, group.wires) if at == index))
        for index, (each, known) in enumerate(zip(group.nodes, group.restored, strict=True))
    ]
    return Scope(
        id=f"group {name}",
        name=name,
        nodes={inner.id: _wired(inner, index, fed) for index, inner in enumerate(with_values(node, held))},
        links=tuple(links),
        path=node.path,
        inputs=tuple(
            Port(name, "*", None, (f"i{slot}",)) for slot, name in enumerate(_port_names(node, inputs))
        ),
        outputs=tuple(
            Port(str(slot), kind, None, (f"o{slot}",)) for slot, (_, _, kind) in enumerate(outputs)
        ),
        is_group=True,
    )


def _group(name: str, definition: Mapping[str, JsonValue], plans: NodePlans) -> _Group:
    path = ("extra", "groupNodes", name, "nodes")
    listed = [mapping(value) for value in items(definition.get("nodes"))]
    nodes = [read_node(data, (*path, index), node_id=str(index)) for index, data in enumerate(listed)]
    return _Group(
        nodes=nodes,
        restored=[_restored(node, plans) for node in nodes],
        wires=[wire for value in items(definition.get("links")) if (wire := _wire(items(value), len(nodes)))],
        external=frozenset(
            (node, slot)
            for value in items(definition.get("external"))
            if len(items(value)) >= 2
            and (node := as_integer(items(value)[0])) is not None
            and (slot := as_integer(items(value)[1])) is not None
        ),
        config=mapping(definition.get("config")),
    )


def _wire(value: Sequence[JsonValue], count: int) -> _Wire | None:
    """``[origin, slot, target, slot, …]``; links to the outside have no number at one end."""
    numbers = [found for part in value[:4] if (found := as_integer(part)) is not None]
    if len(numbers) < 4 or not (0 <= numbers[0] < count and 0 <= numbers[2] < count):
        return None
    return _Wire(*numbers)


def _restored(node: UiNode, plans: NodePlans) -> Restored | None:
    plan = plans.get(node.kind)
    return None if plan is None else restore(plan, node)


def _inputs(group: _Group) -> Iterator[tuple[int, str]]:
    """The inputs of the group: wires that nothing inside feeds, then widgets that were made inputs."""
    fed = {group.fed_by(wire) for wire in group.wires}
    converted: list[tuple[int, str]] = []
    for index, node in enumerate(group.nodes):
        widgets = {socket.name for socket in node.inputs if socket.widget is not None}
        known = group.restored[index]
        plain = [
            name
            for name in layout(node, known)
            if known is None or (declared := known.inputs.get(name)) is None or declared.widget is None
        ]
        numbered = enumerate(socket.name for socket in node.inputs)
        in_order = [name for _, name in sorted((str(place), name) for place, name in numbered)]
        for name in [*plain, *(name for name in in_order if name in widgets)]:
            if (index, name) in fed or group.is_hidden(index, "input", name):
                continue
            if name in widgets:
                converted.append((index, name))
            else:
                yield index, name
    yield from converted


def _port_names(host: UiNode, inputs: Sequence[tuple[int, str]]) -> list[str]:
    """What the group node calls its inputs: by place, or where it left open widgets' sockets out, by their inner names."""
    names = [f"{inner} {name}" for inner, name in inputs]
    saved = [socket.name for socket in host.inputs]
    if len(saved) >= len(names):
        return saved[: len(names)]
    place = 0
    for name in saved:
        alike = (at for at in range(place, len(names)) if f" {name}".endswith(f" {inputs[at][1]}"))
        place = next(alike, place)
        if place < len(names):
            names[place] = name
        place += 1
    return names


def _outputs(group: _Group, plans: NodePlans) -> Iterator[tuple[int, int, str]]:
    """The outputs of the group: those that nothing inside takes, and those that are marked as taken outside too."""
    taken = {(wire.origin, wire.origin_slot) for wire in group.wires}
    for index, node in enumerate(group.nodes):
        plan = plans.get(node.kind)
        for slot, kind in enumerate(node.outputs if plan is None else plan.outputs):
            is_open = (index, slot) not in taken or (index, slot) in group.external
            if is_open and not group.is_hidden(index, "output", str(slot)):
                yield index, slot, kind


def _wired(node: UiNode, index: int, fed: Mapping[tuple[int, str], str]) -> UiNode:
    """The node with sockets that refer to the links made here; what the file says of old ones is stale."""
    names = {socket.name for socket in node.inputs}
    sockets = [replace(socket, link=fed.get((index, socket.name))) for socket in node.inputs]
    added = [
        Socket(name, "*", link, None, None)
        for (at, name), link in fed.items()
        if at == index and name not in names
    ]
    return replace(node, inputs=(*sockets, *added))
