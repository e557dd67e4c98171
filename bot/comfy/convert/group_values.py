"""Whose value each entry of a group node's ``widgets_values`` is: the inner nodes' own lists, one after another.

How many entries an inner node has there, nothing says: as many as its class has widgets, when the group node was saved,
or when its definition was; and those of widgets that were made inputs of the group may or may not be among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TypeAlias

from ..json_value import JsonValue, items
from .accepting import fits
from .document import UiNode
from .values import Restored

_Known: TypeAlias = tuple[UiNode, Restored | None]
_Shares: TypeAlias = Sequence[Sequence[int]]
"""For each inner node the entries of its own list that the group node carries."""


def with_values(host: UiNode, nodes: Sequence[UiNode], restored: Sequence[Restored | None]) -> list[UiNode]:
    """The inner nodes with their share of the group node's values."""
    values = items(host.values)
    known = list(zip(nodes, restored, strict=True))
    shares = _shares(known, values)
    starts = accumulate(map(len, shares), initial=0)
    return [
        _with_share(host, found, share, values, start) if share and start < len(values) else found[0]
        for found, share, start in zip(known, shares, starts, strict=False)
    ]


def _shares(known: Sequence[_Known], values: Sequence[JsonValue]) -> _Shares:
    """The distribution that has as many entries as the group node, and the fewest of the wrong kind."""
    possible = [
        [_entries(found, as_saved=as_saved, without_converted=bare) for found in known]
        for bare in (False, True)
        for as_saved in (False, True)
    ]
    exact = [shares for shares in possible if sum(map(len, shares)) == len(values)]
    if exact:
        return min(exact, key=lambda shares: _misfits(known, shares, values))
    current, _, bare, _ = possible
    return bare if sum(map(len, current)) > len(values) else current


def _misfits(known: Sequence[_Known], shares: _Shares, values: Sequence[JsonValue]) -> int:
    found = start = 0
    for (_, plan), share in zip(known, shares, strict=True):
        widgets = {} if plan is None else {held.slot: held.widget for held in plan.held}
        own = zip(share, values[start : start + len(share)], strict=True)
        found += sum(entry in widgets and not fits(widgets[entry], value) for entry, value in own)
        start += len(share)
    return found


def _with_share(
    host: UiNode, known: _Known, share: Sequence[int], values: Sequence[JsonValue], start: int
) -> UiNode:
    inner, plan = known
    entries = list(items(inner.values) if plan is None else plan.entries)
    entries.extend([None] * (max(share, default=-1) + 1 - len(entries)))
    slots = list(range(start, start + len(entries)))
    for place, (entry, value) in enumerate(zip(share, values[start:], strict=False), start):
        entries[entry], slots[entry] = value, place
    return replace(inner, values=entries, path=host.path, value_slots=tuple(slots))


def _entries(known: _Known, *, as_saved: bool, without_converted: bool) -> list[int]:
    """As many as the definition has of its own, or else as the server's class has."""
    node, plan = known
    count = len(items(node.values)) if as_saved or plan is None else len(plan.entries)
    left_out = set(_converted(node, plan)) if without_converted else set[int]()
    return [entry for entry in range(count) if entry not in left_out]


def _converted(node: UiNode, plan: Restored | None) -> Iterator[int]:
    """The entries of widgets that were made inputs."""
    names = {socket.name for socket in node.inputs if socket.widget is not None}
    for held in () if plan is None else plan.held:
        if held.name in names and isinstance(held.slot, int):
            yield from range(held.slot, held.slot + 1 + held.widget.trailing)
