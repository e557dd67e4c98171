"""Where a link comes from in the end: through reroutes, bypassed nodes, named wires, and in and out of subgraphs."""

from dataclasses import dataclass
from typing import TypeAlias

from .bindings import Holding
from .frames import PRIMITIVE_WIDGET, Frame
from .packs import ROLES, Role
from .reading import Link, UiNode

MUTED, BYPASSED = 2, 4


@dataclass(frozen=True, slots=True)
class Wire:
    """An output of a node of the graph."""

    node_id: str
    slot: int


Source: TypeAlias = Wire | Holding | None
"""What feeds an input: an output, a widget's value, or nothing."""


class InCircles(Exception):
    """A link leads back to itself without passing a node that runs."""

    def __init__(self, nodes: tuple[str, ...]) -> None:
        super().__init__(nodes)
        self.nodes = nodes


def follow(frame: Frame, link: Link, wanted: str) -> Source:
    """What a link carries; ``wanted`` is the type of the input that it feeds.

    Raises:
        InCircles: the link never arrives.
    """
    step: _Step = (frame, link)
    fallback: Holding | None = None
    passed: dict[tuple[str, str, int], str] = {}
    while True:
        here, current = step
        place = (here.prefix, current.origin, current.origin_slot)
        if place in passed:
            raise InCircles(tuple(dict.fromkeys(passed.values())))
        passed[place] = here.prefix + current.origin
        if current.origin == here.scope.input_node:
            shown = here.promoted(current.origin_slot)
            fallback = shown if shown is not None else fallback
            found = _outside(here, current.origin_slot)
        else:
            node = here.scope.nodes.get(current.origin)
            found = None if node is None else _next(here, node, current.origin_slot, wanted)
        if isinstance(found, tuple):
            step = found
        else:
            return fallback if found is None else found


_Step: TypeAlias = tuple[Frame, Link]


def _outside(frame: Frame, slot: int) -> _Step | None:
    """The link that feeds an input of the instance from around it."""
    host, around = frame.host, frame.parent
    if host is None or around is None or not 0 <= slot < len(frame.scope.inputs):
        return None
    link = around.inside.feeds(host).get(frame.scope.inputs[slot].name)
    return None if link is None else (around, link)


def _next(frame: Frame, node: UiNode, slot: int, wanted: str) -> "_Step | Source":
    role = ROLES.get(node.kind)
    if role is Role.PRIMITIVE:
        return frame.holdings(node).get(PRIMITIVE_WIDGET)
    if node.mode == MUTED:
        return None
    match role:
        case Role.REROUTE | Role.SETTER:
            return _first_input(frame, node)
        case Role.GETTER:
            return _named(frame, node)
        case Role.NOTE:
            return None
        case _:
            pass
    if node.mode == BYPASSED:
        return _bypass(frame, node, slot, wanted)
    inner = frame.child(node)
    if inner is not None:
        link = inner.inside.wiring.leaving(slot)
        return None if link is None else (inner, link)
    return Wire(frame.api_id(node), slot)


def _first_input(frame: Frame, node: UiNode) -> _Step | None:
    for link in frame.inside.feeds(node).values():
        return frame, link
    return None


def _named(frame: Frame, node: UiNode) -> _Step | None:
    """The setter of the same name in this graph, or in the nearest one around it."""
    values = node.values
    name = str(values[0]) if isinstance(values, list) and values else None
    around: Frame | None = frame
    while around is not None:
        setter = around.inside.setters.get(name)
        if setter is not None:
            return _first_input(around, setter)
        around = around.parent
    return None


def _bypass(frame: Frame, node: UiNode, slot: int, wanted: str) -> _Step | None:
    """The input that a bypassed node passes to an output."""
    types = _socket_types(frame, node)
    names = list(types)
    if not names:
        return None
    own = _output_type(frame, node, slot)
    same = names[slot] if 0 <= slot < len(names) else None
    chosen: str | None = None
    if wanted == "*":
        chosen = same or names[0]
    elif same is not None and fits(types[same], wanted) and fits(types[same], own):
        chosen = same
    else:
        chosen = next((name for name in names if types[name] == wanted), None)
        chosen = chosen or next((name for name in names if fits(types[name], wanted)), None)
    link = None if chosen is None else frame.inside.feeds(node).get(chosen)
    return None if link is None else (frame, link)


def _socket_types(frame: Frame, node: UiNode) -> dict[str, str]:
    ports = frame.inside.ports(node)
    if ports is not None:
        return {port.name: port.type for port in ports}
    restored = frame.inside.restored(node)
    known = {} if restored is None else restored.inputs
    saved = {socket.name: socket.type for socket in node.inputs}
    types: dict[str, str] = {}
    for name in frame.inside.layout(node):
        declared = known.get(name) or known.get(name.rpartition(".")[0])
        types[name] = declared.type if declared is not None else saved.get(name, "*")
    return types


def _output_type(frame: Frame, node: UiNode, slot: int) -> str:
    inner = frame.inside.library.inside(frame.inside, node)
    if inner is not None:
        declared = tuple(port.type for port in inner.scope.outputs)
    else:
        plan = frame.plan(node)
        declared = node.outputs if plan is None else plan.outputs
    return declared[slot] if 0 <= slot < len(declared) else "*"


def fits(one: str, other: str) -> bool:
    """Whether two types may be wired: equal, any, or lists that share one."""
    if one == other or "*" in {one, other}:
        return True
    if "," not in one and "," not in other:
        return False
    return not {part.strip() for part in one.split(",")}.isdisjoint(part.strip() for part in other.split(","))
