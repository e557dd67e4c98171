"""Which widgets of its inside an instance of a subgraph shows, and the values that the file gives them there.

Two ways: the values follow the subgraph's inputs that carry a widget; or, in files of 2025, a list
``properties.proxyWidgets`` names a widget for each value.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..json_value import JsonValue, as_text, items
from .accepting import fits
from .document import UiNode
from .insides import Inside
from .naming import Fit, names_decide
from .packs import EDITOR_NODES, EditorNode

PRIMITIVE_WIDGET = "value"

_OWN_INPUT = "-1"
_PREVIEW_PREFIX = "$$"


class PortShown(Struct, frozen=True):
    """The widget behind an input of the subgraph."""

    index: int
    """The entry of the instance's values."""
    value: JsonValue
    """None: the file gives none."""
    slot: int


class WidgetShown(Struct, frozen=True):
    """A widget of an inner node that no input of the subgraph leads to."""

    index: int
    value: JsonValue
    node: UiNode
    widget: str
    deeper: str | None
    """The saved id of the node that has the widget, where ``node`` is an instance itself."""


def shown(host: UiNode, inside: Inside) -> Iterator[PortShown | WidgetShown]:
    """What an instance shows, in the order of its values. A group node shows nothing: its values are its inside's."""
    values = items(host.values)
    proxies = items(host.properties.get("proxyWidgets"))
    if inside.scope.is_group:
        return
    if not proxies:
        slots = slots_with_values(host, inside)
        for index, (slot, value) in enumerate(zip(slots, _port_values(host, inside, slots), strict=True)):
            yield PortShown(index, value, slot)
        return
    for index, entry in enumerate(proxies):
        parts = [as_text(part) or "" for part in items(entry)]
        if len(parts) >= 2 and not parts[1].startswith(_PREVIEW_PREFIX):
            found = _proxied(inside, parts, index, values[index] if index < len(values) else None)
            if found is not None:
                yield found


def slots_with_values(host: UiNode, inside: Inside) -> list[int]:
    """The inputs of the subgraph that have an entry among the instance's values: those that are widgets.

    What the server knows as one, and what the file marks as one, inside or on the instance: a class may have had a
    widget that it has no more.
    """
    marked = {socket.name for socket in host.inputs if socket.widget is not None}
    return [
        slot
        for slot, (port, reached) in enumerate(zip(inside.scope.inputs, inside.promoted(), strict=True))
        if reached is not None or port.name in marked
    ]


def _port_values(host: UiNode, inside: Inside, slots: Sequence[int]) -> Sequence[JsonValue]:
    saved = items(host.values)
    by_position = [saved[index] if index < len(saved) else None for index in range(len(slots))]
    if not host.named_values or not isinstance(
        host.values, list
    ):  # without a list nothing was set: the names tell no more
        return by_position
    names = [inside.scope.inputs[slot].name for slot in slots]
    by_name = [host.named_values.get(name) for name in names]
    fit = Fit(_misfits(inside, slots, by_position), len(saved) == len(slots))
    fit_by_name = Fit(_misfits(inside, slots, by_name))
    is_better = names_decide(saved, host.named_values, names, by_position=fit, by_name=fit_by_name)
    return by_name if is_better else by_position


def _misfits(inside: Inside, slots: Sequence[int], values: Sequence[JsonValue]) -> int:
    reached = [inside.promoted()[slot] for slot in slots]
    return sum(
        found is not None and found.widget is not None and not fits(found.widget, value)
        for found, value in zip(reached, values, strict=True)
    )


def _proxied(
    inside: Inside, parts: list[str], index: int, value: JsonValue
) -> PortShown | WidgetShown | None:
    saved_id, widget, *deeper = parts
    if saved_id == _OWN_INPUT:
        return _shown_at(inside, inside.port(widget), index, value)
    node = inside.scope.nodes.get(inside.scope.renamed.get(saved_id, saved_id))
    if node is None:
        return None
    if EDITOR_NODES.get(node.kind) is EditorNode.PRIMITIVE:
        return WidgetShown(index, value, node, PRIMITIVE_WIDGET, None)
    name = _without_prefix(inside, node, widget)
    through_port = _shown_at(inside, inside.feeding_port(node, name), index, value)
    return through_port or WidgetShown(index, value, node, name, deeper[0] if deeper else None)


def _shown_at(inside: Inside, slot: int | None, index: int, value: JsonValue) -> PortShown | None:
    promoted = inside.promoted()
    is_promoted = slot is not None and 0 <= slot < len(promoted) and promoted[slot] is not None
    return PortShown(index, value, slot) if slot is not None and is_promoted else None


def _without_prefix(inside: Inside, node: UiNode, widget: str) -> str:
    """The widget's name without the node's id (``57: text``) that some versions put before it."""
    inner = inside.library.inside(node)
    restored = inside.restored(node)
    is_port = inner is not None and inner.port(widget) is not None
    if is_port or (restored is not None and widget in restored.inputs):
        return widget
    _, colon, rest = widget.partition(": ")
    return rest if colon else widget
