"""Where a link comes from in the end: through reroutes, bypassed nodes, named wires, and in and out of subgraphs."""

from typing import TypeAlias

from msgspec import Struct

from .bindings import Holding
from .document import BYPASSED, MUTED, Link, UiNode
from .frames import Frame
from .insides import wire_name
from .links import types_fit
from .packs import EDITOR_NODES, EditorNode
from .promotion import PRIMITIVE_WIDGET


class Wire(Struct, frozen=True):
    """An output of a node of the graph."""

    node_id: str
    slot: int


class _Onward(Struct, frozen=True):
    """The link to follow next."""

    frame: Frame
    link: Link


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
    fallback: Holding | None = None
    passed: dict[tuple[str, str, int], str] = {}
    step = _Onward(frame, link)
    while True:
        here, current = step.frame, step.link
        place = (here.prefix, current.origin, current.origin_slot)
        if place in passed:
            raise InCircles(tuple(dict.fromkeys(passed.values())))
        passed[place] = here.prefix + current.origin
        here.inside.library.count_steps()
        if current.origin == here.scope.input_node:
            fallback = here.promoted(current.origin_slot) or fallback
            found = _outside(here, current.origin_slot)
        else:
            node = here.scope.nodes.get(current.origin)
            found = None if node is None else _through(here, node, current.origin_slot, wanted)
            fallback = None  # an instance's own value counts only where nothing is wired to the instance
        if not isinstance(found, _Onward):
            return fallback if found is None else found
        step = found


def _outside(frame: Frame, slot: int) -> _Onward | None:
    """The link that feeds an input of the instance from around it."""
    host, around = frame.host, frame.parent
    if host is None or around is None or not 0 <= slot < len(frame.scope.inputs):
        return None
    link = around.inside.feeds(host).get(frame.scope.inputs[slot].name)
    return None if link is None else _Onward(around, link)


def _through(frame: Frame, node: UiNode, slot: int, wanted: str) -> _Onward | Source:
    editor_node = EDITOR_NODES.get(node.kind)
    if editor_node is EditorNode.PRIMITIVE:
        return frame.holdings(node).get(PRIMITIVE_WIDGET)
    if node.mode == MUTED or editor_node in {EditorNode.NOTE, EditorNode.BROADCASTER}:
        return None
    if editor_node in {EditorNode.REROUTE, EditorNode.SETTER}:
        return _first_input(frame, node)
    if editor_node is EditorNode.GETTER:
        return None if node.mode == BYPASSED else _named(frame, node)
    if node.mode == BYPASSED:
        return _bypass(frame, node, slot, wanted)
    inner = frame.child(node)
    if inner is None:
        return Wire(frame.api_id(node), slot)
    link = inner.inside.leaving(slot)
    return None if link is None else _Onward(inner, link)


def _first_input(frame: Frame, node: UiNode) -> _Onward | None:
    link = next(iter(frame.inside.feeds(node).values()), None)
    return None if link is None else _Onward(frame, link)


def _named(frame: Frame, node: UiNode) -> _Onward | None:
    """The setter of the same name in this graph, or in the nearest one around it."""
    name = wire_name(node)
    around: Frame | None = frame
    while around is not None and name is not None:
        setter = around.inside.setter(name)
        if setter is not None:
            return _first_input(around, setter)
        around = around.parent
    return None


def _bypass(frame: Frame, node: UiNode, slot: int, wanted: str) -> _Onward | None:
    """The input that a bypassed node passes on: of the same place, else of the same type, else one that fits."""
    types = frame.inside.socket_types(node)
    names = list(types)
    same = names[slot] if 0 <= slot < len(names) else None
    if wanted == "*":
        chosen = same or next(iter(names), None)
    elif (
        same is not None
        and types_fit(types[same], wanted)
        and types_fit(types[same], frame.inside.output_type(node, slot))
    ):
        chosen = same
    else:
        equal = (name for name in names if types[name] == wanted)
        fitting = (name for name in names if types_fit(types[name], wanted))
        chosen = next(equal, None) or next(fitting, None)
    link = None if chosen is None else frame.inside.feeds(node).get(chosen)
    return None if link is None else _Onward(frame, link)
