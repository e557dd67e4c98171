"""Which widgets of its inside an instance of a subgraph shows, and the values that the file gives them there.

Two ways: the values follow the subgraph's inputs that carry a widget; or, in files of 2025, a list
``properties.proxyWidgets`` names a widget for each value.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ..json_value import JsonValue, items, text
from .document import UiNode
from .insides import Inside
from .packs import EDITOR_NODES, EditorNode

PRIMITIVE_WIDGET = "value"

_OWN_INPUT = "-1"
_PREVIEW_PREFIX = "$$"


@dataclass(frozen=True, slots=True)
class PortShown:
    """The widget behind an input of the subgraph."""

    index: int
    """The entry of the instance's values."""
    value: JsonValue
    """None: the file gives none."""
    slot: int


@dataclass(frozen=True, slots=True)
class WidgetShown:
    """A widget of an inner node that no input of the subgraph leads to."""

    index: int
    value: JsonValue
    node: UiNode
    widget: str
    deeper: str | None
    """The saved id of the node that has the widget, where ``node`` is an instance itself."""


def shown(host: UiNode, inside: Inside) -> Iterator[PortShown | WidgetShown]:
    """What an instance shows, in the order of its values."""
    values = items(host.values)
    proxies = items(host.properties.get("proxyWidgets"))
    if not proxies:
        slots = [slot for slot, reached in enumerate(inside.promoted()) if reached is not None]
        for index, slot in enumerate(slots):
            yield PortShown(index, values[index] if index < len(values) else None, slot)
        return
    for index, entry in enumerate(proxies):
        parts = [text(part) or "" for part in items(entry)]
        if len(parts) >= 2 and not parts[1].startswith(_PREVIEW_PREFIX):
            found = _proxied(inside, parts, index, values[index] if index < len(values) else None)
            if found is not None:
                yield found


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
