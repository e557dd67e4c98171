"""Whose value each entry of a group node's ``widgets_values`` is: the inner nodes' own values in one list.

How they lie in it, nothing says. Until May 2025 they were the nodes' own lists one after another, as many as a class has
widgets when the group node was saved, or when its definition was; those of widgets that were made inputs of the group
may or may not be among them. Since then each widget has a socket, and all of them are taken for made inputs: they come
after what has none (a primitive node's value), in the order of their sockets' numbers as texts (``10`` before ``4``),
without those that an inner link feeds.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ..json_value import JsonValue, items
from .accepting import fits
from .document import UiNode
from .packs import EDITOR_NODES, EditorNode
from .values import Restored

MAX_PRIMITIVES = 4
"""Primitive nodes of a group whose entries are counted in every possible way."""
PRIMITIVE_ENTRIES = (1, 2, 3)
"""A primitive node's value, what happens to it after a run, and a filter of choices."""

_Layout: TypeAlias = Sequence[tuple[int, int]]
"""For each entry of the group node the inner node that it belongs to, and its place in that node's own list."""


class Inner(Struct, frozen=True):
    """A node of a group."""

    node: UiNode
    restored: Restored | None
    """None for a class that the server lacks."""
    fed: frozenset[str] = frozenset()
    """Its inputs that inner links feed."""

    @property
    def is_primitive(self) -> bool:
        return EDITOR_NODES.get(self.node.kind) is EditorNode.PRIMITIVE


def with_values(host: UiNode, inner: Sequence[Inner]) -> list[UiNode]:
    """The inner nodes with their share of the group node's values."""
    values = items(host.values)
    layout = _layout(inner, values)
    shares: list[dict[int, int]] = [{} for _ in inner]
    for place, (index, entry) in enumerate(layout[: len(values)]):
        shares[index][entry] = place
    return [
        _with_share(host, found, share, values) if share else found.node
        for found, share in zip(inner, shares, strict=True)
    ]


def _layout(inner: Sequence[Inner], values: Sequence[JsonValue]) -> _Layout:
    """The layout that has as many entries as the group node, and the fewest of the wrong kind."""
    by_socket = list(_by_socket(inner))
    in_turn = [
        list(_in_turn(inner, as_saved=as_saved, without_converted=bare))
        for bare in (False, True)
        for as_saved in (False, True)
    ]
    all_have_sockets = all(
        len(_sockets(found)) == len(found.restored.held) for found in inner if found.restored
    )
    possible = [*by_socket, *in_turn] if all_have_sockets else [*in_turn, *by_socket]
    exact = [layout for layout in possible if len(layout) == len(values)]
    if exact:
        return min(exact, key=lambda layout: _misfits(inner, layout, values))
    if all_have_sockets:
        return by_socket[0]
    current, _, bare, _ = in_turn
    return bare if len(current) > len(values) else current


def _misfits(inner: Sequence[Inner], layout: _Layout, values: Sequence[JsonValue]) -> int:
    widgets = [
        {} if found.restored is None else {held.slot: held.widget for held in found.restored.held}
        for found in inner
    ]
    return sum(
        entry in widgets[index] and not fits(widgets[index][entry], value)
        for (index, entry), value in zip(layout, values, strict=True)
    )


def _with_share(host: UiNode, inner: Inner, share: dict[int, int], values: Sequence[JsonValue]) -> UiNode:
    entries = list(items(inner.node.values) if inner.restored is None else inner.restored.entries)
    entries.extend([None] * (max(share) + 1 - len(entries)))
    first = min(share.values())
    slots = list(range(first, first + len(entries)))
    for entry, place in share.items():
        entries[entry], slots[entry] = values[place], place
    return replace(inner.node, values=entries, path=host.path, value_slots=tuple(slots))


def _in_turn(inner: Sequence[Inner], *, as_saved: bool, without_converted: bool) -> Iterator[tuple[int, int]]:
    """One node's list after another's: as many as the definition has of its own, or else as the server's class has."""
    for index, found in enumerate(inner):
        restored = found.restored
        count = len(items(found.node.values)) if as_saved or restored is None else len(restored.entries)
        left_out = (
            {entry for entries in _sockets(found).values() for entry in entries} if without_converted else ()
        )
        yield from ((index, entry) for entry in range(count) if entry not in left_out)


def _by_socket(inner: Sequence[Inner]) -> Iterator[_Layout]:
    """The layouts of editors whose widgets all have sockets: one for each number of entries that primitives may have."""
    primitives = [index for index, found in enumerate(inner) if found.is_primitive][:MAX_PRIMITIVES]
    for counts in product(PRIMITIVE_ENTRIES, repeat=len(primitives)):
        layout = [
            (index, entry) for index, count in zip(primitives, counts, strict=True) for entry in range(count)
        ]
        for index, found in enumerate(inner):
            sockets = {socket.name: str(place) for place, socket in enumerate(found.node.inputs)}
            for name, entries in sorted(_sockets(found).items(), key=lambda widget: sockets[widget[0]]):
                layout += [(index, entry) for entry in entries if name not in found.fed]
        yield layout


def _sockets(inner: Inner) -> dict[str, tuple[int, ...]]:
    """The entries of each widget that has a socket: its value, and what follows it."""
    names = {socket.name for socket in inner.node.inputs if socket.widget is not None}
    held = () if inner.restored is None else inner.restored.held
    return {
        each.name: tuple(range(each.slot, each.slot + 1 + each.widget.trailing))
        for each in held
        if each.name in names and isinstance(each.slot, int)
    }
